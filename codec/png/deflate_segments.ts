/**
 * Parts of one zlib stream that are deflated apart, and joined without being inflated again.
 *
 * A deflate stream ends with a block that says so. Of all parts but the last, that mark is taken away, and an empty stored
 * block follows, which ends at a byte. Sources: RFC 1950 and RFC 1951, section 3.2.3; Adler, 2007, gzjoin, for the idea.
 *
 * @module
 */

import { Z_BLOCK, Z_OK, Z_STREAM_END, zlibInflate, zlibInflateInit, ZStream } from "npm:pako@3.0.3";
import { joinAdler32 } from "./adler32.ts";

/** A part of a zlib stream. */
export interface DeflateSegment {
  /** Deflated bytes that other segments may follow, but for the last. */
  readonly bytes: Uint8Array;
  /** Adler-32 of what they inflate to. */
  readonly adler: number;
  /** Bytes that they inflate to. */
  readonly length: number;
}

/** Method and window of 32 KiB, and a check of five bits; nothing is said of the level. */
const ZLIB_HEADER = [0x78, 0x01];
const HEADER_BYTES = ZLIB_HEADER.length;
const ADLER_BYTES = 4;

/** What a stored block of no bytes has after its three bits of header, which a byte is filled up with. */
const EMPTY_STORED = [0x00, 0x00, 0xff, 0xff];
const BLOCK_HEADER_BITS = 3;

/** In zlib's `data_type`: how many bits of the last byte are unused, whether it is in the last block, and at the end of one. */
const UNUSED_BITS = 7;
const IN_LAST_BLOCK = 64;
const BETWEEN_BLOCKS = 128;

/**
 * A whole zlib stream as a segment.
 *
 * @param options.length bytes that the stream inflates to
 * @param options.isLast whether no segment follows
 * @returns the segment, and what it inflates to
 */
export function segmentOf(
  stream: Uint8Array,
  options: { readonly length: number; readonly isLast: boolean },
): { segment: DeflateSegment; plain: Uint8Array } {
  const { length, isLast } = options;
  const { lastBlock, end, plain } = findLastBlock(stream, length);
  const adler = readAdler(stream);
  const bytes = isLast
    ? stream.slice(HEADER_BYTES, -ADLER_BYTES)
    : reopen(stream, { lastBlock, end }).slice(HEADER_BYTES);
  return { segment: { bytes, adler, length }, plain };
}

function readAdler(stream: Uint8Array): number {
  const at = stream.length - ADLER_BYTES;
  return new DataView(stream.buffer, stream.byteOffset + at, ADLER_BYTES).getUint32(0);
}

/** Where the last block begins and where it ends, counted in bits. */
function findLastBlock(
  stream: Uint8Array,
  length: number,
): { lastBlock: number; end: number; plain: Uint8Array } {
  const plain = new Uint8Array(length);
  const state = new ZStream();
  state.input = stream;
  state.avail_in = stream.length;
  state.output = plain;
  state.avail_out = length;
  zlibInflateInit(state);
  let lastBlock = 0;
  while (true) {
    const status = zlibInflate(state, Z_BLOCK);
    const at = state.next_in * 8 - (state.data_type & UNUSED_BITS);
    if (status !== Z_OK || !(state.data_type & BETWEEN_BLOCKS)) {
      throw new Error(`A stream of our own cannot be inflated (${status}): ${state.msg}`);
    }
    if (!(state.data_type & IN_LAST_BLOCK)) lastBlock = at;
    else {
      if (zlibInflate(state, Z_BLOCK) !== Z_STREAM_END || state.avail_out > 0) {
        throw new Error(`A stream of our own has ${state.next_out} bytes, expected ${length}`);
      }
      return { lastBlock, end: at, plain };
    }
  }
}

/** The stream up to `end`, going on instead of ending. */
function reopen(stream: Uint8Array, at: { lastBlock: number; end: number }): Uint8Array {
  const used = at.end % 8;
  const whole = Math.ceil(at.end / 8);
  const needsByte = used === 0 || 8 - used < BLOCK_HEADER_BITS;
  const bytes = new Uint8Array(whole + (needsByte ? 1 : 0) + EMPTY_STORED.length);
  bytes.set(stream.subarray(0, whole));
  if (used > 0) bytes[whole - 1]! &= (1 << used) - 1;
  bytes[at.lastBlock >> 3]! &= ~(1 << at.lastBlock % 8);
  bytes.set(EMPTY_STORED, bytes.length - EMPTY_STORED.length);
  return bytes;
}

/** The zlib stream of segments, one after the other. */
export function joinDeflated(segments: readonly DeflateSegment[]): Uint8Array {
  const total = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const stream = new Uint8Array(HEADER_BYTES + total + ADLER_BYTES);
  stream.set(ZLIB_HEADER);
  let offset = HEADER_BYTES;
  for (const { bytes } of segments) {
    stream.set(bytes, offset);
    offset += bytes.length;
  }
  const adler = segments.reduce((sum, segment) => joinAdler32(sum, segment), 1);
  new DataView(stream.buffer).setUint32(offset, adler);
  return stream;
}
