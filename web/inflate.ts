/**
 * zlib streams inflated by what every browser has.
 *
 * @module
 */

import type { Inflated } from "../platform/platform.ts";

/** Bytes of the checksum that ends a stream. */
const CHECKSUM = 4;

/** Inflates a zlib stream up to so many bytes, never beyond them, and says what is wrong with it. */
export async function inflateNatively(
  compressed: Uint8Array,
  length: number,
): Promise<Inflated> {
  const stream = new DecompressionStream("deflate");
  const fed = feed(compressed, stream.writable);
  const reader = stream.readable.getReader();
  const bytes = new Uint8Array(length);
  let found = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, length - found);
      bytes.set(part, found);
      found += part.length;
      if (part.length < value.length) {
        await reader.cancel();
        return { bytes, found, fault: "there are more of them than the picture has" };
      }
    }
    await fed;
  } catch (error) {
    return { bytes, found, fault: error instanceof Error ? error.message : String(error) };
  }
  return found < length ? { bytes, found, fault: "they end too early" } : { bytes, found };
}

/** The checksum goes in when all before it has come out: what a faulty stream held would be lost with it. */
async function feed(compressed: Uint8Array, writable: WritableStream<BufferSource>): Promise<void> {
  const writer = writable.getWriter();
  const bytes = compressed as Uint8Array<ArrayBuffer>;
  try {
    await writer.write(bytes.subarray(0, -CHECKSUM));
    await writer.write(bytes.subarray(-CHECKSUM));
    await writer.close();
  } catch {
    // Whoever reads is told.
  }
}
