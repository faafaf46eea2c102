/**
 * The mark of small pictures that are stored whole as a bare PNG: the chunk that other files have would be up to a fifth of it.
 *
 * The stream of their pixels begins by stating a window that no encoder states for so many bytes: encoders state 32 KiB, or the
 * least power of two that holds all bytes, where that is at most 16 KiB (libpng). It is true all the same, and decoders take no
 * notice. Two bits beside it are for what a decoder does without (RFC 1950), and say here what the PNG does not.
 *
 * @module
 */

import type { Chunk } from "./image/metadata.ts";
import { readHeader } from "./png/png_header.ts";

/** What a bare PNG does not say of the picture that it was made of. */
export interface BareFacts {
  /** Whether grey pixels were given as R = G = B. */
  readonly isColoured: boolean;
  /** Whether samples had 16 bits, where the PNG has 8. */
  readonly isWide: boolean;
}

/** Deflate with a window of 8 KiB, and with one of 16. */
const METHODS = { narrow: 0x58, usual: 0x68 } as const;

/** Numbers of bytes that would call for a window of 16 KiB. */
const NARROW = { above: 8192, most: 16384 } as const;

/** Bytes of filtered rows up to which a PNG may be bare. */
const MOST_BYTES = 2 ** 16;

/** What a bare PNG says by its mark; nothing where a PNG has none. */
export function readBareMark(chunks: readonly Chunk[]): BareFacts | undefined {
  const pixels = chunks.find(({ type }) => type === "IDAT");
  if (!pixels || pixels.data.length < 2) return undefined;
  return [0, 1, 2, 3].map(factsOf).find((facts) => {
    const mark = bareMark(chunks, facts);
    return mark?.every((byte, at) => byte === pixels.data[at]);
  });
}

/** The two bytes that the pixels of a bare PNG begin with; nothing where a PNG is too large for them. */
export function bareMark(
  [header]: readonly Chunk[],
  { isColoured, isWide }: BareFacts,
): [number, number] | undefined {
  const bytes = header && countBytes(header);
  if (bytes === undefined || bytes > MOST_BYTES) return undefined;
  const isNarrow = bytes > NARROW.above && bytes <= NARROW.most;
  const method = isNarrow ? METHODS.narrow : METHODS.usual;
  const flags = (isColoured ? 64 : 0) + (isWide ? 128 : 0);
  // Both together are a multiple of 31.
  return [method, flags + 31 - (256 * method + flags) % 31];
}

function factsOf(bits: number): BareFacts {
  return { isColoured: (bits & 1) > 0, isWide: (bits & 2) > 0 };
}

/** Bytes of a PNG's filtered rows; nothing where it has passes. */
function countBytes(header: Chunk): number | undefined {
  if (header.type !== "IHDR" || header.data.length !== 13) return undefined;
  const { width, height, samples, bitDepth, interlaced } = readHeader(header, {
    depth: 16,
    maxPixels: Infinity,
  });
  return interlaced ? undefined : height * (1 + Math.ceil(width * samples * bitDepth / 8));
}
