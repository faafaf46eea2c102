/**
 * Sizes of coded files, beside those of other programs where they are installed: of every image of a folder, with its
 * pixels read back before anything is reported.
 *
 * @module
 */

import { decodeCoded, type DecodedFile } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { dropOpaqueAlpha, type Image } from "../codec/image/image.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { psnr } from "../codec/image/metrics.ts";
import { type Ratio, resolveLattice } from "../codec/lattice/lattice.ts";
import { packImage, packStep } from "../codec/lattice/packing.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { optimiseFile } from "../codec/png/deflate_run.ts";
import { writeChunks } from "../codec/png/png_chunks.ts";
import { type Effort, storedRows } from "../codec/png/png_pixels.ts";
import { decodeImage } from "../codec/read.ts";
import { type ChosenCoder, coderForWriting } from "../weights/coder_choice.ts";
import { decodeCoderFile } from "../weights/coder_file.ts";
import { measureLossy, parseSteps } from "./coded/lossy.ts";
import { findLossyFormats, type LossyFormat } from "./coded/lossy_formats.ts";
import { findFormats, type Format, type FormatCost, measureFormats } from "./formats.ts";
import { type Arguments, type Bench, UsageError } from "./program.ts";

/** How hard coded files may be tried to be made small. */
const EFFORTS: readonly Effort[] = ["fast", "default", "max"];

/** Ratios that coded files can have. */
const RATIOS: readonly Ratio[] = [2, 4, 8, 16];

/** The level of oxipng beside which coded files stand. */
const OXIPNG = { name: "oxipng -o 4", level: 4 };

/** What one image took. */
interface Row {
  readonly image: string;
  readonly samples: number;
  readonly bytes: number;
  /** Absent where all samples are equal. */
  readonly psnr?: number;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
  /** What it takes otherwise, by the program's name. */
  readonly peers: Readonly<Record<string, FormatCost>>;
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
    peers: { help: "other programs, too, where they are installed (lossless and lossy)" },
    formats: {
      value: "LIST",
      help: "of other lossy programs those of these endings, such as jpg,jxl",
    },
    lossy: { help: "lossy files: bits a pixel, PSNR and SSIM at several steps" },
    tiers: {
      value: "LIST",
      help: "of lossy files, tiers that improve what is restored, such as standard,high",
    },
    steps: { value: "LIST", help: "steps of lossy files in levels, from coarse to fine" },
    chroma: { value: "FACTOR", help: "what their steps of chroma are multiplied with; default: 1" },
    tune: { value: "WHAT", help: "what their steps are spread for, ssim or psnr; default: psnr" },
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
    const peers = args.flag("peers") && isLossless ? await findFormats() : undefined;
    const effort = EFFORTS.find((level) => level === (args.text("effort") ?? "default"));
    if (!effort) throw new UsageError(`"--effort" is one of ${EFFORTS.join(", ")}`);
    const path = args.text("coder");
    const own = path === undefined ? undefined : await decodeCoderFile(await Deno.readFile(path));
    const isLossy = args.flag("lossy");
    const coder = await coderForWriting(effort, { own, isLossy });
    const paths = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`).sort()
      .filter((path) => /\.(png|jpe?g)$/i.test(path));
    if (paths.length === 0) throw new UsageError(`There is no PNG or JPEG in "${folder}"`);
    if (isLossy) {
      return await measureLossy(paths, {
        coder,
        effort,
        steps: parseSteps(args.text("steps")),
        chroma: args.number("chroma"),
        tune: args.choice("tune", ["ssim", "psnr"]) ?? "psnr",
        tiers: args.text("tiers")?.split(","),
        formats: await chooseFormats(args),
      });
    }
    const rows: Row[] = [];
    for (const path of paths) {
      rows.push(await measure(path, { coder, effort, maxError, ratio, peers }));
    }
    return { text: describe(rows, { maxError, ratio }), report: { maxError, ratio, rows } };
  },
};

/** Other lossy formats that are asked for and there. */
async function chooseFormats(args: Arguments): Promise<LossyFormat[]> {
  const endings = args.text("formats")?.split(",");
  if (!endings) return args.flag("peers") ? await findLossyFormats() : [];
  const found = await findLossyFormats();
  return endings.map((ending) => {
    const format = found.find(({ extension }) => extension === ending);
    if (format) return format;
    const known = found.map(({ extension }) => extension).join(", ");
    throw new UsageError(
      `"--formats" are of ${known || "programs that are not here"}; found "${ending}"`,
    );
  });
}

async function measure(path: string, options: {
  coder: ChosenCoder;
  effort: Effort;
  maxError: number;
  ratio: Ratio | undefined;
  peers: readonly Format[] | undefined;
}): Promise<Row> {
  const { coder, effort, maxError, ratio, peers } = options;
  const image = dropOpaqueAlpha(await decodeImage(await Deno.readFile(path)));
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
    peers: peers ? { ...await pressed(image), ...await measureFormats(image, peers) } : {},
  };
}

/** The pixels that a file has, packed. */
function keptOf({ image, partial }: DecodedFile): Raster {
  return partial ? packStep(partial.image, "quincunx") : image;
}

/** What the PNG takes, in this process as coded files do. */
async function pressed(image: Image): Promise<Record<string, FormatCost>> {
  const started = performance.now();
  const file = writeChunks(
    await optimiseFile(storedRows(image), { level: OXIPNG.level, chunks: [] }),
  );
  const encoded = performance.now();
  const { data } = await decodeImage(file);
  const ended = performance.now();
  if (!data.every((value, at) => value === image.data[at])) {
    throw new ImageError(`"${OXIPNG.name}" did not give the picture back`);
  }
  return {
    [OXIPNG.name]: {
      bytes: file.length,
      encodeSeconds: (encoded - started) / 1000,
      decodeSeconds: (ended - encoded) / 1000,
    },
  };
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
  // Three samples a pixel count as one, so grey pictures seem fast.
  const speed = (of: (row: Row) => number) => mean((row) => of(row) / row.samples * 3e6).toFixed(2);
  const times = (of: (row: Row) => Omit<FormatCost, "bytes">) =>
    `${speed((row) => of(row).encodeSeconds)} s a megapixel to write, ${
      speed((row) => of(row).decodeSeconds)
    } to read`;
  const lines = [
    `${rows.length} images${ratio ? ` at ratio ${ratio}` : ""}, ${
      maxError === 0 ? "lossless" : `no sample off by more than ${maxError}`
    }; every sample that is kept was read back`,
    `coded file             ${perSample(({ bytes }) => bytes)} bits a sample, ${
      times((row) => row)
    }`,
    ...Object.keys(rows[0]!.peers).map((name) =>
      `${name.padEnd(22)} ${perSample(({ peers }) => peers[name]!.bytes)} bits a sample, ${
        times(({ peers }) => peers[name]!)
      }`
    ),
  ];
  if (maxError > 0) {
    lines.push(`PSNR                   ${mean((row) => row.psnr ?? 99).toFixed(2)} dB`);
  }
  return lines.join("\n");
}
