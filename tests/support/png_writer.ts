/**
 * A PNG writer that shares nothing with the codec: every colour type, bit depth, filter and pass, from the
 * samples that are to be stored.
 *
 * @module
 */

import "../../platform/deno.ts";
import { crc32, deflateSync } from "node:zlib";

/** A chunk to be written. */
export interface RawChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** What is to be stored. */
export interface RawPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Samples of a pixel as stored. */
  readonly samples: number;
  /** `[height][width][samples]`, each below 2^bitDepth. */
  readonly values: Uint8Array | Uint16Array;
  readonly interlaced?: boolean | undefined;
  /** Filter of each row, counted over all passes. Default: 0 to 4 in turn. */
  readonly filterOf?: ((row: number) => number) | undefined;
  /** Chunks between IHDR and IDAT. */
  readonly chunks?: readonly RawChunk[] | undefined;
  /** Bytes in each IDAT. Default: all in one. */
  readonly split?: number | undefined;
}

const PLAIN = [[0, 0, 1, 1]];
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Writes a PNG. */
export function writeRawPng(png: RawPng): Uint8Array {
  const { width, height, bitDepth, colourType, interlaced = false, chunks = [] } = png;
  const header = Uint8Array.of(
    ...bigEndian(width),
    ...bigEndian(height),
    bitDepth,
    colourType,
    0,
    0,
    interlaced ? 1 : 0,
  );
  const pixels = new Uint8Array(deflateSync(filteredRows(png)));
  const split = png.split ?? pixels.length;
  const parts = Array.from(
    { length: Math.ceil(pixels.length / split) },
    (_, part) => ({ type: "IDAT", data: pixels.subarray(part * split, (part + 1) * split) }),
  );
  return rawChunks([
    { type: "IHDR", data: header },
    ...chunks,
    ...parts,
    { type: "IEND", data: new Uint8Array(0) },
  ]);
}

/** A PNG of chunks, whatever they hold. */
export function rawChunks(chunks: readonly RawChunk[]): Uint8Array {
  const bytes = [137, 80, 78, 71, 13, 10, 26, 10];
  for (const { type, data } of chunks) {
    const named = [...new TextEncoder().encode(type), ...data];
    for (const byte of bigEndian(data.length)) bytes.push(byte);
    for (const byte of named) bytes.push(byte);
    for (const byte of bigEndian(crc32(Uint8Array.from(named)))) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Four bytes, the highest first. */
export function bigEndian(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
}

function filteredRows(png: RawPng): Uint8Array {
  const { width, height, samples, bitDepth, values } = png;
  const filterOf = png.filterOf ?? ((row: number) => row % 5);
  const pixel = Math.max(1, samples * bitDepth / 8);
  const bytes: number[] = [];
  let count = 0;
  for (const [x0, y0, dx, dy] of png.interlaced ? PASSES : PLAIN) {
    let above: number[] = [];
    if (x0! >= width) continue;
    for (let y = y0!; y < height; y += dy!) {
      const row: number[] = [];
      let bits = 0;
      for (let x = x0!; x < width; x += dx!) {
        for (let sample = 0; sample < samples; sample++) {
          const value = values[(y * width + x) * samples + sample]!;
          const at = bits >> 3;
          if (bitDepth === 16) row.push(value >> 8, value & 255);
          else row[at] = (row[at] ?? 0) | value << (8 - bitDepth - bits % 8);
          bits += bitDepth;
        }
      }
      bytes.push(...filterRow(row, { above, pixel, type: filterOf(count++) }));
      above = row;
    }
  }
  return Uint8Array.from(bytes);
}

function filterRow(
  row: readonly number[],
  options: { above: readonly number[]; pixel: number; type: number },
): number[] {
  const { above, pixel, type } = options;
  const filtered = row.map((value, at) => {
    const left = row[at - pixel] ?? 0;
    const up = above[at] ?? 0;
    const corner = at < pixel ? 0 : above[at - pixel] ?? 0;
    const guess = left + up - corner;
    const [nearest] = [left, up, corner].toSorted((a, b) =>
      Math.abs(guess - a) - Math.abs(guess - b)
    );
    const predicted = [0, left, up, Math.floor((left + up) / 2), nearest!][type] ?? 0;
    return (value - predicted) & 255;
  });
  return [type, ...filtered];
}
