/**
 * The outer form of a PNG: a signature and a row of chunks, each with a length, a type and a checksum.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 5.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { hex, viewOf } from "../image/bytes.ts";
import { ImageError } from "../image/image_error.ts";
import type { Chunk } from "../image/metadata.ts";

/** The eight bytes that every PNG begins with. */
export const PNG_SIGNATURE: Uint8Array = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Far above any picture's, far below what exhausts memory. */
const MAX_CHUNKS = 2 ** 20;

const MAX_CHUNK_LENGTH = 2 ** 31 - 1;

/** Whether bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && PNG_SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The chunks of a PNG up to and including IEND, as views of `bytes`; what follows IEND is ignored.
 *
 * @throws {ImageError} if the file is cut off, a checksum is wrong, or there is no IHDR at the start.
 */
export function readChunks(bytes: Uint8Array): Chunk[] {
  if (!isPng(bytes)) {
    throw new ImageError(
      "The file is no PNG, which every NNC file is; name one that was compressed",
    );
  }
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  let offset = PNG_SIGNATURE.length;
  while (chunks.at(-1)?.type !== "IEND") {
    if (bytes.length - offset < CHUNK_OVERHEAD) throw cutOff(bytes.length);
    if (chunks.length === MAX_CHUNKS) {
      throw new ImageError(`The PNG has more than ${MAX_CHUNKS} chunks; save it anew first`);
    }
    const length = view.getUint32(offset);
    if (length > bytes.length - offset - CHUNK_OVERHEAD) throw cutOff(bytes.length);
    const named = bytes.subarray(offset + 4, offset + 8 + length);
    const type = String.fromCharCode(...named.subarray(0, 4));
    checkChunk({ type, named, stated: view.getUint32(offset + 8 + length), offset });
    chunks.push({ type, data: named.subarray(4) });
    offset += CHUNK_OVERHEAD + length;
  }
  if (chunks[0]!.type !== "IHDR") {
    throw new ImageError(`A PNG begins with "IHDR", found "${chunks[0]!.type}"`);
  }
  return chunks;
}

function cutOff(length: number): ImageError {
  return new ImageError(`The PNG is cut off after ${length} bytes; get the whole file`);
}

function checkChunk(
  chunk: { type: string; named: Uint8Array; stated: number; offset: number },
): void {
  const { type, named, stated, offset } = chunk;
  if (!/^[A-Za-z]{4}$/.test(type)) {
    throw new ImageError(`The PNG is damaged: no chunk begins at byte ${offset}`);
  }
  const found = crc32(named);
  if (found !== stated) {
    throw new ImageError(
      `The PNG's chunk "${type}" at byte ${offset} is damaged: its checksum is ` +
        `${hex(stated)}, its bytes give ${hex(found)}; get the file again`,
    );
  }
}

/**
 * A PNG made of chunks.
 *
 * @throws {ImageError} if a chunk is longer than PNG allows.
 */
export function writeChunks(chunks: readonly Chunk[]): Uint8Array {
  const total = chunks.reduce((sum, { data }) => sum + data.length + CHUNK_OVERHEAD, 8);
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  bytes.set(PNG_SIGNATURE);
  let offset = PNG_SIGNATURE.length;
  for (const { type, data } of chunks) {
    if (data.length > MAX_CHUNK_LENGTH) {
      throw new ImageError(
        `A PNG chunk holds up to ${MAX_CHUNK_LENGTH} bytes, found ${data.length}`,
      );
    }
    view.setUint32(offset, data.length);
    for (let letter = 0; letter < 4; letter++) {
      bytes[offset + 4 + letter] = type.charCodeAt(letter);
    }
    bytes.set(data, offset + 8);
    const named = bytes.subarray(offset + 4, offset + 8 + data.length);
    view.setUint32(offset + 8 + data.length, crc32(named));
    offset += CHUNK_OVERHEAD + data.length;
  }
  return bytes;
}
