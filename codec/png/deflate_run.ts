/**
 * A run of rows to a part of the zlib stream of IDAT, by one of two compressors, both the same on every machine: pako is
 * JavaScript, oxipng is WebAssembly on one thread, and both versions are pinned.
 *
 * @module
 */

import { initSync, optimise } from "npm:@jsquash/oxipng@2.3.0/codec/pkg/squoosh_oxipng.js";
import { Deflate, Z_FINISH, Z_NO_FLUSH, Z_SYNC_FLUSH } from "npm:pako@3.0.3";
import { currentPlatform } from "../../platform/platform.ts";
import type { Task } from "../../platform/tasks.ts";
import type { Chunk } from "../image/metadata.ts";
import type { Raster } from "../lattice/raster.ts";
import { adler32 } from "./adler32.ts";
import { type DeflateSegment, segmentOf } from "./deflate_segments.ts";
import { readChunks, writeChunks } from "./png_chunks.ts";
import { RowFilter } from "./png_filter_choice.ts";
import { writeHeader } from "./png_header.ts";

/** How hard to compress: `fast` for what is looked at once, `max` for what is kept. */
export type Effort = "fast" | "default" | "max";

/** Rows as PNG stores them, unfiltered. */
export interface StoredRows extends Raster {
  /** Bits of a sample; `data` has two bytes for one of 16, the upper first. Default: 8. */
  readonly depth?: 8 | 16;
}

/** Bytes of a row. */
export function strideOf({ width, channels, depth = 8 }: StoredRows): number {
  return width * channels * depth / 8;
}

/** A run of rows to be deflated. */
export interface RunInput {
  /** Its rows, as an image. */
  readonly rows: StoredRows;
  /** The row above the first; absent at the top. */
  readonly above?: Uint8Array | undefined;
  /** How hard to compress. */
  readonly effort: Effort;
  /** Which run of the image it is: the only one comes as a whole zlib stream, the others come as segments. */
  readonly place: "only" | "inner" | "last";
}

/** oxipng's levels by effort. */
export const OXIPNG_LEVELS = { default: 2, max: 5 } as const;

/** Samples above which oxipng could run out of its 4 GiB of memory; larger runs are written by pako. */
export const OXIPNG_MAX_BYTES = 256 * 2 ** 20;

const FAST_LEVEL = 3;
const LARGE_LEVEL = 6;
const OUTPUT_BLOCK = 2 ** 18;

/** Filters of PNG that do without the row above: none, and left. */
const LAST_FILTER_OF_A_ROW = 1;

/** Deflates a run, here or on a worker. */
export const DEFLATE_RUN: Task<RunInput, DeflateSegment> = {
  name: "deflate run",
  work: deflateRun,
};

async function deflateRun(input: RunInput): Promise<DeflateSegment> {
  const { rows, effort, place } = input;
  if (effort === "fast") return deflateRows(input, FAST_LEVEL);
  if (rows.data.length > OXIPNG_MAX_BYTES) return deflateRows(input, LARGE_LEVEL);
  const stream = await optimiseRows(rows, OXIPNG_LEVELS[effort]);
  const length = rows.height * (strideOf(rows) + 1);
  if (place === "only") return { bytes: stream, adler: 0, length };
  const { segment, plain } = segmentOf(stream, { length, isLast: place === "last" });
  return plain[0]! > LAST_FILTER_OF_A_ROW ? refilterTop(input, plain) : segment;
}

/**
 * oxipng took the row above the first for black, and filtered by it, as it does with every fourth run of a photo. That row is
 * filtered anew and all deflated once more, by pako, which takes 2 to 3 % more bytes; the other rows keep their filters.
 */
function refilterTop({ rows, above, place }: RunInput, plain: Uint8Array): DeflateSegment {
  const stride = strideOf(rows);
  const filter = new RowFilter(stride, pixelBytes(rows));
  plain.set(filter.filter(rows.data.subarray(0, stride), above ?? new Uint8Array(stride)));
  const deflating = startDeflate({ level: LARGE_LEVEL, place });
  deflating.push(plain, true);
  return { bytes: deflating.finish(), adler: adler32(plain), length: plain.length };
}

/** By pako, with the filters that leave the smallest differences; without any at level 0. */
function deflateRows({ rows, above, place }: RunInput, level: 0 | 3 | 6): DeflateSegment {
  const { height, data } = rows;
  const stride = strideOf(rows);
  const deflating = startDeflate({ level, place });
  const filter = new RowFilter(stride, pixelBytes(rows));
  const plain = new Uint8Array(stride + 1);
  let before = above ?? new Uint8Array(stride);
  let adler = 1;
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * stride, (y + 1) * stride);
    plain.set(row, 1);
    const filtered = level === 0 ? plain : filter.filter(row, before);
    if (place !== "only") adler = adler32(filtered, adler);
    deflating.push(filtered, y === height - 1);
    before = row;
  }
  return { bytes: deflating.finish(), adler, length: height * (stride + 1) };
}

function pixelBytes({ channels, depth = 8 }: StoredRows): number {
  return channels * depth / 8;
}

/** Deflates a run piece by piece: an inner one ends at a byte, without a last block. */
function startDeflate({ level, place }: { level: 0 | 3 | 6; place: RunInput["place"] }) {
  const parts: Uint8Array[] = [];
  const deflate = new Deflate({ level, chunkSize: OUTPUT_BLOCK, raw: place !== "only" });
  deflate.onData = (part) => parts.push(part);
  const end = place === "inner" ? Z_SYNC_FLUSH : Z_FINISH;
  return {
    push: (bytes: Uint8Array, isLast: boolean) => deflate.push(bytes, isLast ? end : Z_NO_FLUSH),
    finish() {
      if (deflate.err !== 0) throw new Error(`pako failed: ${deflate.msg}`);
      return join(parts);
    },
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * oxipng works on files, so it gets one without any compression. It leaves the colour type alone only where a
 * file is animated, hence the acTL chunk; nothing but the pixels is taken from what it returns.
 */
async function optimiseRows(rows: StoredRows, level: number): Promise<Uint8Array> {
  const header = writeHeader(rows, rows);
  const animation = { type: "acTL", data: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0) };
  const chunks = await optimiseFile(rows, { level, chunks: [animation] });
  if (!sameBytes(chunks[0]!.data, header.data)) {
    throw new Error("oxipng changed the colour type of an image that it was told to keep");
  }
  return joinPixels(chunks);
}

/** The chunks of the file that oxipng makes of rows. */
export async function optimiseFile(
  rows: StoredRows,
  options: { readonly level: number; readonly chunks: readonly Chunk[] },
): Promise<Chunk[]> {
  initSync(await currentPlatform().compileCodec("oxipng"));
  const plain = writeChunks([
    writeHeader(rows, rows),
    ...options.chunks,
    { type: "IDAT", data: deflateRows({ rows, effort: "fast", place: "only" }, 0).bytes },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  return readChunks(optimise(plain, options.level, false, false));
}

function joinPixels(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => type === "IDAT");
  if (parts.length !== 1) throw new Error(`oxipng wrote ${parts.length} "IDAT" chunks, expected 1`);
  return parts[0]!.data;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
