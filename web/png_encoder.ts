/**
 * Images to PNGs by what every browser has: adaptive filters of our own, deflated by the browser.
 *
 * A canvas would do it faster, but loses the profile, and changes translucent pixels.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { travellingMetadata } from "../codec/png/metadata.ts";
import { RowFilter } from "../codec/png/png_filter_choice.ts";
import { writeHeader } from "../codec/png/png_header.ts";
import { writeParts } from "../codec/png/png_parts.ts";
import { pause } from "../platform/pause.ts";

/** Rows that are filtered between two turns of others. */
const ROWS_AT_ONCE = 64;

/** Writes an image with its metadata as a PNG, for looking at; other browsers may write other bytes. */
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  const { channels, low } = image;
  const stream = new CompressionStream("deflate");
  const fed = feedRows(image, stream.writable);
  const data = new Uint8Array(await new Response(stream.readable).arrayBuffer());
  await fed;
  const metadata = travellingMetadata(image.metadata.chunks);
  const parts = [writeHeader(image, { channels, depth: low ? 16 : 8 }), { type: "IDAT", data }];
  return writeParts(parts, { metadata }) as Uint8Array<ArrayBuffer>;
}

async function feedRows(image: Image, writable: WritableStream<BufferSource>): Promise<void> {
  const { width, height, channels, low } = image;
  const pixel = channels * (low ? 2 : 1);
  const stride = width * pixel;
  const filter = new RowFilter(stride, pixel);
  const writer = writable.getWriter();
  let above = new Uint8Array(stride);
  for (let first = 0; first < height; first += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, height - first);
    const filtered = new Uint8Array(rows * (stride + 1));
    for (let row = 0; row < rows; row++) {
      const plain = rowOf(image, first + row);
      filtered.set(filter.filter(plain, above), row * (stride + 1));
      above = plain;
    }
    await writer.write(filtered);
    await pause();
  }
  await writer.close();
}

/** The bytes of a row as PNG has them: of samples of 16 bits, the upper byte comes first. */
function rowOf({ width, channels, data, low }: Image, y: number): Uint8Array<ArrayBuffer> {
  const [from, end] = [y * width * channels, (y + 1) * width * channels];
  const upper = data.subarray(from, end) as Uint8Array<ArrayBuffer>;
  if (!low) return upper;
  const row = new Uint8Array(2 * upper.length);
  for (let at = 0; at < upper.length; at++) {
    row[2 * at] = upper[at]!;
    row[2 * at + 1] = low[from + at]!;
  }
  return row;
}
