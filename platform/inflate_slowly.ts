/**
 * zlib streams inflated in JavaScript, which every platform has.
 *
 * @module
 */

import type { Inflated } from "./platform.ts";
import { Z_FINISH, Z_STREAM_END, zlibInflate, zlibInflateInit, ZStream } from "npm:pako@3.0.3";

/** Enough to learn whether a stream goes on. */
const SPARE = 64;

/** Inflates a zlib stream up to so many bytes, and says what is wrong with one that is not as it should be. */
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
