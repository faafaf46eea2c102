/**
 * Sizes of coded files, beside those of other programs where they are installed: of every image of a folder, with its
 * pixels read back before anything is reported.
 *
 * @module
 */

import { decodeCoded, type DecodedFile } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { ImageError } from "../codec/image/image_error.ts";
import type { Effort } from "../codec/png/png_pixels.ts";
import { psnr } from "../codec/image/metrics.ts";
import { type Ratio, resolveLattice } from "../codec/lattice/lattice.ts";
import { packImage, packStep } from "../codec/lattice/packing.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { decodeImage } from "../codec/read.ts";
import { type ChosenCoder, coderForWriting } from "../weights/coder_choice.ts";
import { decodeCoderFile } from "../weights/coder_file.ts";
import { type Bench, UsageError } from "./program.ts";

/** How hard coded files may be tried to be made small. */
const EFFORTS: readonly Effort[] = ["fast", "default", "max"];

/** Ratios that coded files can have. */
const RATIOS: readonly Ratio[] = [2, 4, 8, 16];

/** Programs that write a lossless file, by the arguments that come before the file's name and its output's. */
const PEERS = [
  {
    name: "cjxl -d 0 -e 7",
    program: "cjxl",
    arguments: ["-d", "0", "-e", "7", "--quiet"],
    output: [],
  },
  {
    name: "cwebp -lossless -z 6",
    program: "cwebp",
    arguments: ["-lossless", "-z", "6", "-quiet"],
    output: ["-o"],
  },
] as const;

/** What one image took. */
interface Row {
  readonly image: string;
  readonly samples: number;
  readonly bytes: number;
  /** Absent where all samples are equal. */
  readonly psnr?: number;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
  /** Bytes by the name of a peer. */
  readonly peers: Readonly<Record<string, number>>;
}

/** The program. */
export const bench: Bench = {
  options: {
    images: { value: "DIR", help: "PNGs and JPEGs to code" },
    "max-error": { value: "N", help: "largest error, 1 to 16; default: lossless" },
    ratio: { value: "N", help: "code the pixels of a lattice: 2, 4, 8 or 16; default: all" },
    effort: {
      value: "LEVEL",
      help: "fast, default or max, which decides the coder; default: default",
    },
    coder: { value: "FILE", help: "a coder that is not shipped" },
    peers: { help: "other programs, too, where they are installed (lossless)" },
  },
  async run(args) {
    const folder = args.text("images");
    if (folder === undefined) throw new UsageError('"--images" must name a folder');
    const maxError = args.number("max-error", { whole: true }) ?? 0;
    const ratio = RATIOS.find((known) => String(known) === args.text("ratio"));
    if (args.text("ratio") !== undefined && !ratio) {
      throw new UsageError(`"--ratio" is one of ${RATIOS.join(", ")}`);
    }
    const isLossless = maxError === 0 && !ratio;
    const peers = args.flag("peers") && isLossless ? await findPeers() : [];
    const effort = EFFORTS.find((level) => level === (args.text("effort") ?? "default"));
    if (!effort) throw new UsageError(`"--effort" is one of ${EFFORTS.join(", ")}`);
    const path = args.text("coder");
    const own = path === undefined ? undefined : await decodeCoderFile(await Deno.readFile(path));
    const coder = await coderForWriting(effort, { own });
    const rows: Row[] = [];
    for (const name of [...Deno.readDirSync(folder)].map(({ name }) => name).sort()) {
      if (!/\.(png|jpe?g)$/i.test(name)) continue;
      rows.push(await measure(`${folder}/${name}`, { coder, effort, maxError, ratio, peers }));
    }
    if (rows.length === 0) throw new UsageError(`There is no PNG or JPEG in "${folder}"`);
    return { text: describe(rows, { maxError, ratio }), report: { maxError, ratio, rows } };
  },
};

async function findPeers(): Promise<(typeof PEERS)[number][]> {
  const found = await Promise.all(PEERS.map(async (peer) => {
    try {
      await new Deno.Command(peer.program, { args: ["--version"], stdout: "null", stderr: "null" })
        .output();
      return [peer];
    } catch {
      return [];
    }
  }));
  return found.flat();
}

async function measure(path: string, options: {
  coder: ChosenCoder;
  effort: Effort;
  maxError: number;
  ratio: Ratio | undefined;
  peers: readonly (typeof PEERS)[number][];
}): Promise<Row> {
  const { coder, effort, maxError, ratio, peers } = options;
  const image = await decodeImage(await Deno.readFile(path));
  const started = performance.now();
  const file = await encodeCoded(image, { ...coder, effort, maxError, ratio });
  const encoded = performance.now();
  const read = await decodeCoded(file, coder);
  const ended = performance.now();
  const decoded = keptOf(read);
  const expected = ratio ? packImage(image, resolveLattice({ ratio })) : image;
  const worst = decoded.data.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - expected.data[at]!)),
    0,
  );
  if (worst > maxError || decoded.data.length !== expected.data.length) {
    throw new ImageError(
      `"${path}" came back with an error of ${worst}, at most ${maxError} was asked for`,
    );
  }
  const found = await Promise.all(
    peers.map(async (peer) => [peer.name, await peerBytes(path, peer)]),
  );
  return {
    image: path,
    samples: image.data.length,
    bytes: file.length,
    ...(worst > 0 && {
      psnr: psnr(
        { ...expected, metadata: image.metadata },
        { ...decoded, metadata: image.metadata },
      ),
    }),
    encodeSeconds: (encoded - started) / 1000,
    decodeSeconds: (ended - encoded) / 1000,
    peers: Object.fromEntries(found),
  };
}

/** The pixels that a file has, packed. */
function keptOf({ image, partial }: DecodedFile): Raster {
  return partial ? packStep(partial.image, "quincunx") : image;
}

async function peerBytes(path: string, peer: (typeof PEERS)[number]): Promise<number> {
  const output = await Deno.makeTempFile({ suffix: peer.program === "cjxl" ? ".jxl" : ".webp" });
  try {
    const args = [...peer.arguments, path, ...peer.output, output];
    const { success } = await new Deno.Command(peer.program, {
      args,
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) throw new ImageError(`"${peer.name}" failed for "${path}"`);
    return (await Deno.stat(output)).size;
  } finally {
    await Deno.remove(output);
  }
}

/** Means over images, as each counts alike. */
function describe(
  rows: readonly Row[],
  { maxError, ratio }: { maxError: number; ratio: Ratio | undefined },
): string {
  const mean = (of: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const perSample = (bytes: (row: Row) => number) =>
    mean((row) => 8 * bytes(row) / row.samples).toFixed(4);
  const lines = [
    `${rows.length} images${ratio ? ` at ratio ${ratio}` : ""}, ${
      maxError === 0 ? "lossless" : `no sample off by more than ${maxError}`
    }; every sample that is kept was read back`,
    `coded file             ${perSample(({ bytes }) => bytes)} bits a sample`,
    ...Object.keys(rows[0]!.peers).map((name) =>
      `${name.padEnd(22)} ${perSample(({ peers }) => peers[name]!)} bits a sample`
    ),
  ];
  if (maxError > 0) {
    lines.push(`PSNR                   ${mean((row) => row.psnr ?? 99).toFixed(2)} dB`);
  }
  // Three samples a pixel count as one, so grey pictures seem fast.
  const speed = (of: (row: Row) => number) => mean((row) => of(row) / row.samples * 3e6).toFixed(2);
  lines.push(
    `seconds a megapixel    ${speed((row) => row.encodeSeconds)} to write, ${
      speed((row) => row.decodeSeconds)
    } to read`,
  );
  return lines.join("\n");
}
