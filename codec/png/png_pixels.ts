/**
 * Pixels to the zlib stream of IDAT, by one of two compressors, both the same on every machine: pako is
 * JavaScript, oxipng is WebAssembly on one thread, and both versions are pinned.
 *
 * @module
 */

import { Deflate } from "npm:pako@3.0.3";
import { initSync, optimise } from "npm:@jsquash/oxipng@2.3.0/codec/pkg/squoosh_oxipng.js";
import { currentPlatform } from "../../platform/platform.ts";
import { ImageError } from "../image/image_error.ts";
import type { Image } from "../image/image.ts";
import type { Chunk } from "../image/metadata.ts";
import { readChunks, writeChunks } from "./png_chunks.ts";
import { RowFilter } from "./png_filter_choice.ts";
import { writeHeader } from "./png_header.ts";

/** How hard to compress: `fast` for what is looked at once, `max` for what is kept. */
export type Effort = "fast" | "default" | "max";

/** Every effort there is. */
export const EFFORTS: readonly Effort[] = ["fast", "default", "max"];

const OXIPNG_LEVELS = { default: 2, max: 5 } as const;

/** Samples above which oxipng could run out of its 4 GiB of memory; larger images are written by pako. */
const OXIPNG_MAX_BYTES = 256 * 2 ** 20;

const FAST_LEVEL = 3;
const LARGE_LEVEL = 6;
const OUTPUT_BLOCK = 2 ** 18;

/**
 * The filtered and deflated rows of an image.
 *
 * @throws {ImageError} if the effort is not one of {@link EFFORTS}.
 */
export async function compressPixels(image: Image, effort: Effort): Promise<Uint8Array> {
  if (!EFFORTS.includes(effort)) {
    throw new ImageError(`The effort is one of ${EFFORTS.join(", ")}, found "${effort}"`);
  }
  if (effort === "fast") return deflateRows(image, FAST_LEVEL);
  if (image.data.length > OXIPNG_MAX_BYTES) return deflateRows(image, LARGE_LEVEL);
  return await optimiseRows(image, OXIPNG_LEVELS[effort]);
}

function deflateRows(image: Image, level: 0 | 3 | 6): Uint8Array {
  const { height, channels, data } = image;
  const stride = image.width * channels;
  const deflate = new Deflate({ level, chunkSize: OUTPUT_BLOCK });
  const filter = new RowFilter(stride, channels);
  const plain = new Uint8Array(stride + 1);
  let above: Uint8Array = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * stride, (y + 1) * stride);
    plain.set(row, 1);
    deflate.push(level === 0 ? plain : filter.filter(row, above), y === height - 1);
    above = row;
  }
  if (deflate.err !== 0) throw new Error(`pako failed: ${deflate.msg}`);
  return deflate.result as Uint8Array;
}

/**
 * oxipng works on files, so it gets one without any compression. It leaves the colour type alone only where a
 * file is animated, hence the acTL chunk; nothing but the pixels is taken from what it returns.
 */
async function optimiseRows(image: Image, level: number): Promise<Uint8Array> {
  initSync(await currentPlatform().compileCodec("oxipng"));
  const header = writeHeader(image, image);
  const plain = writeChunks([
    header,
    { type: "acTL", data: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0) },
    { type: "IDAT", data: deflateRows(image, 0) },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  const chunks = readChunks(optimise(plain, level, false, false));
  if (!sameBytes(chunks[0]!.data, header.data)) {
    throw new Error("oxipng changed the colour type of an image that it was told to keep");
  }
  return joinPixels(chunks);
}

function joinPixels(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => type === "IDAT");
  if (parts.length !== 1) throw new Error(`oxipng wrote ${parts.length} "IDAT" chunks, expected 1`);
  return parts[0]!.data;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
