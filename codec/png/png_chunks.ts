/**
 * The outer form of a PNG: a signature and a row of chunks, each with a length, a type and a checksum.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 5.
 *
 * @module
 */

import { hex, viewOf } from "../image/bytes.ts";
import { ImageError } from "../image/image_error.ts";
import type { Chunk } from "../image/metadata.ts";
import { crc32 } from "./crc32.ts";
import type { GatherOptions } from "./metadata.ts";
import { explainLostStart, refuseAppleKind } from "./png_kinds.ts";
import { ChunkSearch } from "./png_resync.ts";

/** The eight bytes that every PNG begins with. */
const PNG_SIGNATURE: Uint8Array = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Far above any picture's, far below what exhausts memory. */
const MAX_CHUNKS = 2 ** 20;

const MAX_CHUNK_LENGTH = 2 ** 31 - 1;

/** Whether bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && PNG_SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/** How a PNG's chunks are read. */
export interface ChunkOptions extends GatherOptions {
  /**
   * Types of ancillary chunks that nothing stands for: a damaged one is refused. Default: none but tRNS, without
   * which there is no telling which pixels are transparent.
   */
  readonly needed?: readonly string[] | undefined;
  /**
   * Told of what is damaged or missing behind the pixels, where such files are to be read all the same: what is damaged is
   * left out, be it needed or not. Default: they are refused where that is needed.
   */
  readonly onFault?: ((fault: ChunkFault) => void) | undefined;
}

/** What is wrong with a PNG behind its pixels. */
export interface ChunkFault {
  /** Whether the file just ends there. */
  readonly isCut: boolean;
  /** Where the chunk begins, in bytes. */
  readonly offset: number;
  /** What is wrong: a sentence without its period. */
  readonly message: string;
}

/**
 * The chunks of a PNG up to and including IEND, as views of `bytes`. Ancillary chunks whose checksum is wrong are
 * left out; so is what follows IEND, and IEND itself need not be there after the pixels. `onWarning` is told of it.
 *
 * @throws {ImageError} if the file is cut off, the checksum of a chunk that is needed is wrong, or there is no
 * IHDR at the start.
 */
export function readChunks(bytes: Uint8Array, options: ChunkOptions = {}): Chunk[] {
  if (!isPng(bytes)) {
    throw new ImageError(
      explainLostStart(bytes) ??
        "The file is no PNG, which every NNC file is; name one that was compressed",
    );
  }
  const chunks: Chunk[] = [];
  const damaged = new Map<string, number>();
  let offset = PNG_SIGNATURE.length;
  let hasPixels = false;
  const search = new ChunkSearch(bytes, [...options.needed ?? [], "IEND"]);
  for (let count = 0; chunks.at(-1)?.type !== "IEND"; count++) {
    if (count === MAX_CHUNKS) {
      throw new ImageError(`The PNG has more than ${MAX_CHUNKS} chunks; save it anew first`);
    }
    const next = readChunk(bytes, offset);
    if (!next) {
      const found = hasPixels ? skipDamage(search, { ...options, offset }) : undefined;
      if (found !== undefined) {
        offset = found;
        continue;
      }
      endEarly(bytes, { ...options, offset, hasPixels });
      offset = bytes.length;
      break;
    }
    const { type, data, fault } = next;
    const begin = offset;
    offset += CHUNK_OVERHEAD + data.length;
    if (fault === undefined) {
      chunks.push({ type, data });
      hasPixels ||= type === "IDAT";
    } else if (!isNeeded(type, options)) damaged.set(type, (damaged.get(type) ?? 0) + 1);
    else if (options.onFault && hasPixels && type !== "IDAT") {
      options.onFault({ isCut: false, offset: begin, message: fault });
      offset = search.endOfDamage({ begin, end: offset });
    } else throw new ImageError(`${fault}; get the file again`);
  }
  requireHeader(chunks[0]!);
  for (const [type, count] of damaged) {
    const which = count === 1
      ? `The chunk "${type}" is`
      : `The chunks "${type}", ${count} of them, are`;
    options.onWarning?.(`${which} left out: the checksum is wrong`);
  }
  warnOfRest(bytes.subarray(offset), options);
  return chunks;
}

/** Whether a reader may do without chunks of a type. */
export function isAncillary(type: string): boolean {
  return type[0]! >= "a";
}

function isNeeded(type: string, { needed = [] }: ChunkOptions): boolean {
  return !isAncillary(type) || type === "tRNS" || needed.includes(type);
}

/** The chunk at an offset and, if its checksum is wrong, a sentence that says so; nothing where it is cut off or none. */
function readChunk(
  bytes: Uint8Array,
  offset: number,
): Chunk & { fault: string | undefined } | undefined {
  const view = viewOf(bytes);
  const left = bytes.length - offset;
  if (left < CHUNK_OVERHEAD) return undefined;
  const length = view.getUint32(offset);
  const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
  if (!isType(type)) return undefined;
  if (length > left - CHUNK_OVERHEAD) return undefined;
  const named = bytes.subarray(offset + 4, offset + 8 + length);
  const stated = view.getUint32(offset + 8 + length);
  const found = crc32(named);
  const fault = found === stated
    ? undefined
    : `The PNG's chunk "${type}" at byte ${offset} is damaged: its checksum is ` +
      `${hex(stated)}, its bytes give ${hex(found)}`;
  return { type, data: named.subarray(4), fault };
}

function isType(type: string): boolean {
  return /^[A-Za-z]{4}$/.test(type);
}

/** Where chunks begin again behind bytes that are none, if such files are to be read and they do. */
function skipDamage(
  search: ChunkSearch,
  { offset, onFault }: ChunkOptions & { offset: number },
): number | undefined {
  const found = onFault && search.from(offset + 1);
  if (found === undefined) return undefined;
  onFault?.({
    isCut: false,
    offset,
    message: `The PNG is damaged from byte ${offset} to byte ${found}`,
  });
  return found;
}

/**
 * Of a file that ends in the midst of a chunk, or goes on with what is none, refuses those that lack more than their end and
 * what may be lost.
 */
function endEarly(
  bytes: Uint8Array,
  { offset, hasPixels, ...options }: ChunkOptions & { offset: number; hasPixels: boolean },
): void {
  const rest = bytes.subarray(offset);
  const type = String.fromCharCode(...rest.subarray(4, 8));
  const isCut = rest.length < CHUNK_OVERHEAD || isType(type);
  const message = isCut
    ? `The PNG is cut off after ${bytes.length} bytes`
    : `The PNG is damaged: no chunk begins at byte ${offset}`;
  if (options.onFault && hasPixels && type !== "IDAT") {
    return options.onFault({ isCut, offset, message });
  }
  if (!isCut) throw new ImageError(message);
  const isEnd = "IEND".startsWith(type);
  if (!hasPixels || !isEnd && (!isType(type) || isNeeded(type, options))) {
    throw new ImageError(`${message}; get the whole file`);
  }
  const lost = isEnd
    ? "nothing is missing but its end"
    : `the chunk "${type}" and its end are missing`;
  options.onWarning?.(`The PNG is cut off after its pixels: ${lost}`);
}

function requireHeader({ type }: Chunk): void {
  refuseAppleKind([{ type }]);
  if (type !== "IHDR") throw new ImageError(`A PNG begins with "IHDR", found "${type}"`);
}

/** Zeros after the end are padding. */
function warnOfRest(rest: Uint8Array, { onWarning }: GatherOptions): void {
  if (onWarning && rest.some((byte) => byte !== 0)) {
    onWarning(`What follows the PNG's end is left out: ${rest.length} bytes`);
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
