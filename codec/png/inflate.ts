/**
 * The zlib stream of IDAT, inflated to exactly the bytes that an image calls for.
 *
 * @module
 */

import { currentPlatform } from "../../platform/platform.ts";
import { Z_FINISH, Z_STREAM_END, zlibInflate, zlibInflateInit, ZStream } from "npm:pako@3.0.3";

/** What a zlib stream held. */
export interface Inflated {
  /** As many bytes as were asked for, in a buffer of their own; zeros where the stream held fewer. */
  readonly bytes: Uint8Array;
  /** How many of them the stream held. */
  readonly found: number;
  /** What is wrong with the stream, said of it; it may have held all bytes even so. */
  readonly fault?: string | undefined;
}

/** Enough to learn whether a stream goes on. */
const SPARE = 64;

/**
 * Inflates a zlib stream up to a length that is known, and never beyond it, whatever the stream holds.
 *
 * @param length bytes to be had, in a buffer that is allocated at once
 */
export function inflate(compressed: Uint8Array, length: number): Inflated {
  const quick = currentPlatform().inflate(compressed, length);
  return quick ? { bytes: quick, found: length } : inflateSlowly(compressed, length);
}

/** In JavaScript, which every platform has; it says what is wrong with a stream that is not as it should be. */
export function inflateSlowly(compressed: Uint8Array, length: number): Inflated {
  const bytes = new Uint8Array(length);
  const stream = new ZStream();
  stream.input = compressed;
  stream.avail_in = compressed.length;
  zlibInflateInit(stream);
  const ended = inflateInto(stream, bytes) === Z_STREAM_END;
  const found = length - stream.avail_out;
  const fault = ended || found < length ? undefined : faultAfter(stream);
  const surplus = stream.avail_in;
  if (fault !== undefined) return { bytes, found, fault };
  if (found < length) return { bytes, found, fault: stream.msg || "they end too early" };
  return { bytes, found, ...(surplus > 0 && { fault: `${surplus} other bytes follow them` }) };
}

/** What is wrong with a stream that has given all that was asked for and has not come to its end. */
function faultAfter(stream: ZStream): string | undefined {
  if (stream.msg) return stream.msg;
  const ended = inflateInto(stream, new Uint8Array(SPARE)) === Z_STREAM_END;
  if (stream.avail_out < SPARE) return "there are more of them than the picture has";
  return ended ? undefined : stream.msg || "their checksum is missing";
}

function inflateInto(stream: ZStream, output: Uint8Array<ArrayBuffer>): number {
  stream.output = output;
  stream.next_out = 0;
  stream.avail_out = output.length;
  return zlibInflate(stream, Z_FINISH);
}
