/**
 * Small PNGs made bare files by a mark.
 *
 * @module
 */

import { Inflate } from "npm:pako@3.0.3";
import { type BareFacts, bareMark } from "./bare_mark.ts";
import { readChunks, writeChunks } from "./png/png_chunks.ts";

/** Bytes of a file up to which it is bare: of others the chunk is less than half a percent. */
const MOST_FILE_BYTES = 4096;

/**
 * A PNG with the mark of a bare file; nothing where it has too many bytes, or its pixels repeat what lies farther back than the
 * window that is stated.
 */
export function markBare(png: Uint8Array, facts: BareFacts): Uint8Array | undefined {
  if (png.length > MOST_FILE_BYTES) return undefined;
  const chunks = readChunks(png);
  const mark = bareMark(chunks, facts);
  if (!mark) return undefined;
  const first = chunks.findIndex(({ type }) => type === "IDAT");
  const data = chunks[first]!.data.with(0, mark[0]).with(1, mark[1]);
  return staysInWindow(data) ? writeChunks(chunks.with(first, { type: "IDAT", data })) : undefined;
}

/** Whether a zlib stream reaches back no farther than it states. */
function staysInWindow(stream: Uint8Array): boolean {
  // Byte by byte, as what one call has given counts for its window.
  const inflating = new Inflate({ windowBits: 8 + (stream[0]! >> 4), chunkSize: 1 });
  inflating.onData = () => {};
  inflating.push(stream, true);
  return inflating.err === 0;
}
