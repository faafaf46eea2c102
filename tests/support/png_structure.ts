/**
 * A strict reading of the PNG specification's rules on chunks, for files that this project writes.
 *
 * @module
 */

import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { crc32, inflateSync } from "node:zlib";

/** A chunk that was found. */
export interface FoundChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const SINGLE = ["IHDR", "cICP", "iCCP", "sRGB", "gAMA", "cHRM", "pHYs", "eXIf", "nnCX", "IEND"];
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/**
 * Asserts that bytes are a PNG by every rule that applies to what is written here: 8 bits, no palette, not
 * interlaced, one IDAT, all other chunks before it.
 */
export function assertStrictPng(bytes: Uint8Array, message = ""): FoundChunk[] {
  assertEquals([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10], message);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: FoundChunk[] = [];
  let at = 8;
  while (at < bytes.length) {
    const length = view.getUint32(at);
    const named = bytes.subarray(at + 4, at + 8 + length);
    const type = String.fromCharCode(...named.subarray(0, 4));
    assert(/^[A-Za-z]{2}[A-Z][A-Za-z]$/.test(type), `${message}: "${type}" is no chunk type`);
    assertEquals(view.getUint32(at + 8 + length), crc32(named), `${message}: checksum of ${type}`);
    chunks.push({ type, data: named.subarray(4) });
    at += 12 + length;
  }
  assertEquals(at, bytes.length, message);
  const types = chunks.map(({ type }) => type);
  assertEquals(types[0], "IHDR", message);
  assertEquals(types.slice(-2), ["IDAT", "IEND"], message);
  for (const type of SINGLE) {
    assert(types.filter((other) => other === type).length < 2, `${message}: two of ${type}`);
  }
  assertRows(chunks, message);
  return chunks;
}

function assertRows(chunks: readonly FoundChunk[], message: string): void {
  const header = chunks[0]!.data;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const [width, height, colourType] = [view.getUint32(0), view.getUint32(4), header[9]!];
  assertEquals([header.length, header[8], ...header.subarray(10)], [13, 8, 0, 0, 0], message);
  const stride = 1 + width * SAMPLES[colourType]!;
  const rows = inflateSync(chunks.at(-2)!.data);
  assertEquals(rows.length, stride * height, message);
  for (let row = 0; row < height; row++) assert(rows[row * stride]! <= 4, message);
  assertEquals(chunks.at(-1)!.data.length, 0, message);
}

/** The payload of the one chunk of a type. */
export function chunkOf(bytes: Uint8Array, type: string): Uint8Array | undefined {
  return assertStrictPng(bytes).find((chunk) => chunk.type === type)?.data;
}
