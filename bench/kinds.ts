/**
 * Lossless coded files of every kind of picture beside what oxipng makes of the same at level 2, and other programs where they
 * are installed: drawings, few colours, transparency, 16 bits a sample, and pictures of a few pixels. Every sample is read
 * back before anything is reported.
 *
 * @module
 */

import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { dropOpaqueAlpha, type Image } from "../codec/image/image.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { optimiseFile } from "../codec/png/deflate_run.ts";
import { writeChunks } from "../codec/png/png_chunks.ts";
import { storedRows } from "../codec/png/png_pixels.ts";
import { decodeImage } from "../codec/read.ts";
import { type ChosenCoder, coderForWriting } from "../weights/coder_choice.ts";
import { findFormats, type Format, type FormatCost, measureFormats } from "./formats.ts";
import { type NamedPicture, namedPictures } from "./kinds/pictures.ts";
import { type Bench, UsageError } from "./program.ts";

/** The level that oxipng is asked for by default. */
const OXIPNG_LEVEL = 2;

/** What one picture took. */
interface Row {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Whether it was coded, rather than stored as a PNG. */
  readonly isCoded: boolean;
  readonly oxipng: number;
  /** What other formats take, by the names of their programs. */
  readonly peers: Readonly<Record<string, FormatCost>>;
  readonly encodeSeconds: number;
  readonly decodeSeconds: number;
}

/** The program. */
export const bench: Bench = {
  options: {
    images: { value: "DIR", help: "PNGs to code; default: pictures that code draws" },
    peers: { help: "other programs, too, where they are installed" },
  },
  async run(args) {
    const folder = args.text("images");
    const pictures = folder === undefined ? namedPictures() : readFolder(folder);
    const coder = await coderForWriting("default", { own: undefined });
    const formats = args.flag("peers") ? await findFormats() : [];
    const rows: Row[] = [];
    for await (const picture of pictures) {
      rows.push(await measure(picture, { coder, formats }));
    }
    if (rows.length === 0) throw new UsageError(`There is no PNG in "${folder}"`);
    return { text: describe(rows), report: { rows } };
  },
};

async function* readFolder(folder: string): AsyncGenerator<NamedPicture> {
  for (const { name } of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (!/\.png$/i.test(name)) continue;
    const { metadata: _, ...pixels } = await decodeImage(
      await Deno.readFile(`${folder}/${name}`),
      { depth: 16 },
    );
    // Without what travels, as oxipng gets pixels alone as well.
    yield { name, image: { ...pixels, metadata: { chunks: [] } } };
  }
}

async function measure(
  { name, image }: NamedPicture,
  { coder, formats }: { coder: ChosenCoder; formats: readonly Format[] },
): Promise<Row> {
  const started = performance.now();
  const file = await encodeCoded(image, coder);
  const encoded = performance.now();
  const { image: decoded } = await decodeCoded(file, coder);
  const ended = performance.now();
  requireSame(decoded, { name, image });
  return {
    name,
    width: image.width,
    height: image.height,
    bytes: file.length,
    isCoded: openCoded(file).header.octaves > 0,
    oxipng: writeChunks(
      await optimiseFile(storedRows(image), { level: OXIPNG_LEVEL, chunks: [] }),
    ).length,
    peers: await measureFormats(image, formats),
    encodeSeconds: (encoded - started) / 1000,
    decodeSeconds: (ended - encoded) / 1000,
  };
}

function requireSame(decoded: Image, { name, image }: NamedPicture): void {
  const opaque = dropOpaqueAlpha(image);
  const halves = [[decoded.data, opaque.data], [
    decoded.low ?? decoded.data,
    opaque.low ?? opaque.data,
  ]];
  for (const [found, expected] of halves) {
    if (
      found!.length === expected!.length && found!.every((value, at) => value === expected![at])
    ) {
      continue;
    }
    throw new ImageError(`"${name}" did not come back as it was`);
  }
}

function describe(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ peers }) => Object.keys(peers)))];
  const head = ["picture", "size", "coded file", "oxipng -o 2", "", ...names];
  const lines = rows.map(({ name, width, height, bytes, isCoded, oxipng, peers }) => [
    name,
    `${width}×${height}`,
    `${bytes}${isCoded ? "" : " as PNG"}`,
    String(oxipng),
    `${(100 * (bytes / oxipng - 1)).toFixed(1)} %`,
    ...names.map((peer) => String(peers[peer]?.bytes ?? "")),
  ]);
  const table = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const larger = rows.filter(({ bytes, oxipng }) => bytes > 1.01 * oxipng);
  return [
    ...table.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()
    ),
    "",
    `${larger.length} of ${rows.length} are more than 1 % larger than oxipng's; most: ${
      Math.max(...rows.map(({ bytes, oxipng }) => bytes - oxipng))
    } bytes`,
  ].join("\n");
}
