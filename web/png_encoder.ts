/**
 * Images to PNGs by what every browser has: adaptive filters of our own, deflated by the browser.
 *
 * A canvas would do it faster, but loses the profile, and changes translucent pixels.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { travellingMetadata } from "../codec/png/metadata.ts";
import { writeChunks } from "../codec/png/png_chunks.ts";
import { RowFilter } from "../codec/png/png_filter_choice.ts";
import { writeHeader } from "../codec/png/png_header.ts";
import { pause } from "../platform/pause.ts";

/** Rows that are filtered between two turns of others. */
const ROWS_AT_ONCE = 64;

/** Writes an image with its metadata as a PNG, for looking at; other browsers may write other bytes. */
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream("deflate");
  const fed = feedRows(image, stream.writable);
  const data = new Uint8Array(await new Response(stream.readable).arrayBuffer());
  await fed;
  return writeChunks([
    writeHeader(image, image),
    ...travellingMetadata(image.metadata.chunks).chunks,
    { type: "IDAT", data },
    { type: "IEND", data: new Uint8Array(0) },
  ]) as Uint8Array<ArrayBuffer>;
}

async function feedRows(image: Image, writable: WritableStream<BufferSource>): Promise<void> {
  const { width, height, channels, data } = image;
  const stride = width * channels;
  const filter = new RowFilter(stride, channels);
  const writer = writable.getWriter();
  let above = new Uint8Array(stride);
  for (let first = 0; first < height; first += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, height - first);
    const filtered = new Uint8Array(rows * (stride + 1));
    for (let row = 0; row < rows; row++) {
      const from = (first + row) * stride;
      const plain = data.subarray(from, from + stride) as Uint8Array<ArrayBuffer>;
      filtered.set(filter.filter(plain, above), row * (stride + 1));
      above = plain;
    }
    await writer.write(filtered);
    await pause();
  }
  await writer.close();
}
