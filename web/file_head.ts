/**
 * What the first bytes of a file tell, while the rest is still on its way.
 *
 * @module
 */

import { readBareMark } from "../codec/bare_mark.ts";
import { decodeCodedHeader, isCodedHeader } from "../codec/coded_header.ts";
import { ratioAtSteps } from "../codec/coded_ratio.ts";
import { CHUNK_TYPE, decodeContainer } from "../codec/container.ts";
import { isPng } from "../codec/png/png_chunks.ts";
import type { Size } from "../codec/lattice/raster.ts";
import { STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";

/** What a page needs to know of a file before it is there. */
export interface FileHead {
  /** Size of the original; `undefined` where the file does not tell, so that its own picture is all there is. */
  readonly size: Size | undefined;
  /** Whether it is a coded file, of which each step that has come in can be shown. */
  readonly isCoded: boolean;
}

/** Length, type and checksum of a chunk. */
const OVERHEAD = 12;

interface Place {
  readonly type: string;
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The chunks that are there, the last one perhaps in part. */
function* walk(bytes: Uint8Array): Generator<Place> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 8; start + 8 <= bytes.length;) {
    const end = start + OVERHEAD + view.getUint32(start);
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, data: bytes.subarray(start + 8, end - 4), start, end };
    start = end;
  }
}

/**
 * Reads the beginning of a file; `undefined` while there is too little of it.
 *
 * @throws {ContainerError} if its `nnCX` chunk is damaged or of a newer version.
 */
export function readHead(bytes: Uint8Array): FileHead | undefined {
  if (bytes.length < 8) return undefined;
  if (!isPng(bytes)) return { size: undefined, isCoded: false };
  let shown: Size = { width: 0, height: 0 };
  for (const { type, data, end } of walk(bytes)) {
    if (type === "IHDR" && end <= bytes.length && data.length >= 8) {
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      shown = { width: view.getUint32(0), height: view.getUint32(4) };
    }
    // The chunk stands before the pixels, and a mark at their beginning.
    if (type === "IDAT" && data.length < 2 && end > bytes.length) return undefined;
    if (type === "IDAT" || type === "IEND") {
      return isBare(bytes) ? { size: shown, isCoded: true } : { size: undefined, isCoded: false };
    }
    if (type !== CHUNK_TYPE) continue;
    if (end > bytes.length) return undefined;
    const isCoded = isCodedHeader(data);
    const { size } = isCoded ? decodeCodedHeader(data, shown) : decodeContainer(data);
    return { size, isCoded };
  }
  return undefined;
}

/**
 * How many bytes of a coded file can be shown: all up to the last step that has come in as a whole, or its PNG alone; 0 while
 * that is not there.
 *
 * @returns the bytes, and how many steps they hold besides the PNG; infinitely many where the file is whole
 */
export function wholeSteps(bytes: Uint8Array): { length: number; steps: number } {
  let whole = { length: 0, steps: 0 };
  let hasPixels = false;
  for (const { type, data, start, end } of walk(bytes)) {
    if (type === "IDAT") hasPixels = end <= bytes.length;
    else if (type === STEP_CHUNK_TYPE && data.length > 0 && hasPixels) {
      // Where a step begins, those before it have ended.
      if (data[0]! > whole.steps || whole.length === 0) whole = { length: start, steps: data[0]! };
    } else if (type === "IEND" && end <= bytes.length) whole = { length: end, steps: Infinity };
  }
  return whole;
}

/** Steps of a coded file that a first look leaves out: those before them have one pixel of 16, and take as little time. */
const LEFT_OUT = 4;

/** Pixels below which the whole is there as soon. */
const LEAST_PIXELS = 2 ** 17;

/** As much of a coded file as is worth a first look, before all of it is decoded; `undefined` where none is. */
export function firstLook(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  let end = Infinity;
  for (const { type, data, start } of walk(bytes)) {
    if (type === CHUNK_TYPE && isCodedHeader(data)) {
      const { size, checksums } = decodeCodedHeader(data, { width: 0, height: 0 });
      if (size.width * size.height < LEAST_PIXELS) return undefined;
      end = checksums.length - 1 - LEFT_OUT;
    }
    if (type === STEP_CHUNK_TYPE && data[0]! >= end) {
      return data[0]! > 0 ? bytes.subarray(0, start) : undefined;
    }
  }
  return undefined;
}

/** Whether a file is bare, by as much of it as is there. */
function isBare(bytes: Uint8Array): boolean {
  return readBareMark([...walk(bytes)]) !== undefined;
}

/**
 * Whether a network draws: pixels of all files but coded ones that are whole, and were written with every pixel; of these it
 * improves those of lossy ones.
 */
export function takesNetwork(bytes: Uint8Array): boolean {
  for (const { type, data } of walk(bytes)) {
    if (type !== CHUNK_TYPE) continue;
    if (!isCodedHeader(data)) return true;
    const { octaves, checksums, lossy } = decodeCodedHeader(data, { width: 0, height: 0 });
    return lossy !== undefined || ratioAtSteps(octaves, checksums.length - 1) > 1 ||
      wholeSteps(bytes).steps < Infinity;
  }
  return !isBare(bytes);
}
