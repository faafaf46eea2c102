/**
 * The conformance files: what each is made of, and what whoever decodes it must find.
 *
 * @module
 */

import { encodeCoded, type EncodeOptions } from "../../codec/coded_encoder.ts";
import { decodeCoded } from "../../codec/coded_decoder.ts";
import { restoreCoded } from "../../codec/coded_restore.ts";
import { trimCoded } from "../../codec/coded_trim.ts";
import type { Image, Samples } from "../../codec/image/image.ts";
import type { Metadata } from "../../codec/image/metadata.ts";
import type { Ratio } from "../../codec/lattice/lattice.ts";
import { coderForWriting } from "../../weights/coder_choice.ts";
import { randomEngine } from "../support/images.ts";
import { picture, stripes } from "./pictures.ts";

/** A file. */
export interface ConformanceCase {
  /** Its name without the extension. */
  readonly name: string;
  /** The picture. */
  readonly image: Image;
  /** How it is written. */
  readonly options?: Pick<EncodeOptions, "maxError" | "lossy" | "ratio" | "effort"> | undefined;
  /** Whether it is stored as a PNG of all pixels. Default: it is coded. */
  readonly isStored?: boolean | undefined;
  /** To what it is trimmed. Default: it is not. */
  readonly trimmedTo?: Ratio | undefined;
  /** Where it is cut off, in parts of its bytes, and what ratio is left. Default: it is whole. */
  readonly cut?: { readonly at: number; readonly ratio: Ratio };
}

/** What must be found in a file. */
export interface ConformanceEntry {
  readonly file: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bits: 8 | 16;
  readonly maxError: number;
  /** The octaves that are coded; 0 where it is a PNG of all pixels. */
  readonly octaves: number;
  /** Which pixels are there: those that a lattice of section 3 keeps at this ratio, quincunx or grid; 1: all. */
  readonly ratio: 1 | Ratio;
  /** The chunks of metadata, in order. */
  readonly metadata: readonly string[];
  /** SHA-256 of the samples of the pixels that are there, in rows, big-endian where they have 16 bits; none of lossy files. */
  readonly sha256?: string;
}

const SMALL = { width: 37, height: 29 };
const LARGER = { width: 67, height: 53 };
const text = (text: string) => ({ type: "tEXt", data: new TextEncoder().encode(text) });
const METADATA: Metadata = {
  chunks: [
    text("Title\0Disc"),
    { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) },
    { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
    { ...text("Comment\0Behind the pixels"), behind: true },
  ],
};
const colours = picture(SMALL, { channels: 3 });
const grey = picture(LARGER, { channels: 1 });

/** All of them. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  { name: "grey", image: grey },
  { name: "grey-alpha", image: picture(SMALL, { channels: 2 }) },
  { name: "rgb", image: colours },
  { name: "rgb-deep", image: colours, options: { effort: "max" } },
  { name: "rgb-grey", image: inColours(grey) },
  { name: "rgba", image: picture(SMALL, { channels: 4 }) },
  { name: "metadata", image: { ...colours, metadata: METADATA } },
  { name: "grey-16", image: picture(LARGER, { channels: 1, bits: 16 }) },
  { name: "rgb-16", image: picture(SMALL, { channels: 3, bits: 16 }) },
  { name: "rgba-16", image: picture({ width: 19, height: 15 }, { channels: 4, bits: 16 }) },
  {
    name: "rgb-12-of-16",
    image: picture(SMALL, {
      channels: 3,
      bits: 16,
      change: (value) => value >> 4 << 4 | value >> 12,
    }),
  },
  {
    name: "grey-table-of-16",
    image: picture(LARGER, { channels: 1, bits: 16, change: (value) => (value >> 8) ** 2 }),
  },
  { name: "error-1", image: colours, options: { maxError: 1 } },
  {
    name: "error-16-grey",
    image: picture(LARGER, { channels: 1 }),
    options: { maxError: 16 },
  },
  ...([2, 4, 8, 16] as const).map((ratio) => ({
    name: `ratio-${ratio}`,
    image: colours,
    options: { ratio },
  })),
  { name: "ratio-2-error-2", image: colours, options: { ratio: 2, maxError: 2 } },
  { name: "lossy", image: colours, options: { lossy: { step: 256, chroma: 16, ratio: 45 } } },
  {
    name: "lossy-deep",
    image: colours,
    options: { lossy: { step: 256, chroma: 16, ratio: 45 }, effort: "max" },
  },
  {
    name: "lossy-grey",
    image: grey,
    options: { lossy: { step: 500, chroma: 16, ratio: 45, isEven: true } },
  },
  {
    name: "lossy-fine-alpha",
    image: picture(SMALL, { channels: 4 }),
    options: { lossy: { step: 32, chroma: 23, ratio: 51 } },
  },
  { name: "trimmed", image: colours, trimmedTo: 4 },
  { name: "cut", image: colours, cut: { at: 0.8, ratio: 2 } },
  {
    name: "one-pixel",
    image: picture({ width: 1, height: 1 }, { channels: 3 }),
    options: { ratio: 2 },
  },
  {
    name: "one-column",
    image: picture({ width: 1, height: 31 }, { channels: 3 }),
    options: { ratio: 2 },
  },
  {
    name: "one-row",
    image: picture({ width: 31, height: 1 }, { channels: 1 }),
    options: { ratio: 2 },
  },
  { name: "few-colours", isStored: true, image: stripes(SMALL) },
  { name: "few-colours-16", isStored: true, image: widened(stripes(SMALL)) },
  { name: "few-greys", isStored: true, image: inColours(greenOf(stripes(SMALL))) },
  { name: "few-colours-error-2", isStored: true, image: stripes(SMALL), options: { maxError: 2 } },
  {
    name: "runs",
    image: picture({ width: 514, height: 512 }, { channels: 2, grain: 5, isPlain: true }),
    options: { maxError: 16, ratio: 2 },
  },
];

/** 16 bits a sample, of which the lower 8 repeat the upper. */
function widened(image: Image): Image {
  return { ...image, low: image.data.slice() };
}

function greenOf(image: Image): Image {
  return { ...image, channels: 1, data: image.data.filter((_, at) => at % 3 === 1) };
}

function inColours(grey: Image): Image {
  const data = Uint8Array.from(
    { length: 3 * grey.data.length },
    (_, at) => grey.data[Math.floor(at / 3)]!,
  );
  return { ...grey, channels: 3, data };
}

/** Writes a file. */
export async function writeConformance(one: ConformanceCase): Promise<Uint8Array> {
  const { image, options, trimmedTo, cut } = one;
  const isLossy = options?.lossy !== undefined;
  const coder = await coderForWriting(options?.effort, { isLossy });
  const file = await encodeCoded(image, { ...coder, ...options });
  if (trimmedTo) return trimCoded(file, { ratio: trimmedTo }).bytes;
  return cut ? file.slice(0, Math.floor(cut.at * file.length)) : file;
}

/**
 * What must be found in a file, told from its picture alone where that is exact.
 *
 * @throws {Error} if a sample is off by more than the largest error.
 */
export async function conformanceEntry(
  one: ConformanceCase,
  file: Uint8Array,
): Promise<ConformanceEntry> {
  const { name, image, options = {}, isStored, trimmedTo, cut } = one;
  const { maxError = 0, lossy } = options;
  const ratio = options.ratio ?? trimmedTo ?? cut?.ratio ?? 1;
  return {
    file: `${name}.nnc`,
    bytes: file.length,
    width: image.width,
    height: image.height,
    channels: image.channels,
    bits: image.low ? 16 : 8,
    maxError,
    octaves: isStored ? 0 : image.width * image.height < 2 ** 16 && !lossy ? 3 : 4,
    ratio,
    metadata: image.metadata.chunks.map(({ type }) => type),
    ...!lossy && { sha256: await digestOfKnown(await toBeFound(one, file), ratio) },
  };
}

/** The picture, or where a file has a largest error, what stands for its samples, after a look whether that keeps to it. */
async function toBeFound(
  { name, image, options = {} }: ConformanceCase,
  file: Uint8Array,
): Promise<Samples> {
  const { maxError = 0, effort } = options;
  const ratio = options.ratio ?? 1;
  if (maxError === 0) return image;
  const decoded = await decodeCoded(file, await coderForWriting(effort));
  const found = await restoreCoded(decoded, randomEngine(1));
  const exact = samplesOfKnown(image, ratio);
  if (samplesOfKnown(found, ratio).some((value, at) => Math.abs(value - exact[at]!) > maxError)) {
    throw new Error(`"${name}" has samples that are off by more than ${maxError}`);
  }
  return found;
}

/** SHA-256 of the samples of the pixels that a ratio keeps. */
export async function digestOfKnown(image: Samples, ratio: number): Promise<string> {
  const samples = Uint8Array.from(samplesOfKnown(image, ratio));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", samples)).toHex();
}

function samplesOfKnown({ width, height, channels, data, low }: Samples, ratio: number): number[] {
  const samples: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!isKept(column, { row, ratio })) continue;
      for (let channel = 0; channel < channels; channel++) {
        const at = (row * width + column) * channels + channel;
        samples.push(data[at]!);
        if (low) samples.push(low[at]!);
      }
    }
  }
  return samples;
}

/** Whether a ratio keeps a pixel: 2 every other one, as the squares of a chessboard; 4 every second of every second row; and so on. */
function isKept(column: number, { row, ratio }: { row: number; ratio: number }): boolean {
  const spacing = ratio < 4 ? 1 : ratio < 16 ? 2 : 4;
  if (column % spacing > 0 || row % spacing > 0) return false;
  return ratio !== 2 && ratio !== 8 || (column / spacing + row / spacing) % 2 === 0;
}
