/**
 * Image files as the commands meet them.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { readFrame } from "../codec/jpeg/jpeg_frame.ts";
import { readJpegParts } from "../codec/jpeg/jpeg_segments.ts";
import { isPng } from "../codec/png/png_chunks.ts";
import { decodeImage } from "../codec/read.ts";
import type { Options } from "./options.ts";

/** The limit that options set, as the codec takes it. */
export function pixelLimit(options: Options): { maxPixels?: number | undefined } {
  const maxPixels = options["max-pixels"];
  return maxPixels === undefined ? {} : { maxPixels };
}

/** The limit and the depth that options set, as the codec takes them. */
export function readOptions(
  options: Options,
): { maxPixels?: number | undefined; depth?: 8 | undefined } {
  return { ...pixelLimit(options), ...(options.depth === undefined ? {} : { depth: 8 }) };
}

/** Decodes an image as options say. */
export function decodeFile(
  source: Uint8Array,
  options: Options & { onWarning?: ((message: string) => void) | undefined },
): Promise<Image> {
  const { onWarning } = options;
  return decodeImage(source, { ...readOptions(options), ...(onWarning ? { onWarning } : {}) });
}

/** Where a PNG's header begins: after the signature, a length and a type. */
const IHDR_AT = 16;

/** How many pixels an image says that it has; 0 where that cannot be read, as nothing is decoded of it then. */
export function statedPixels(source: Uint8Array): number {
  try {
    if (isPng(source)) {
      const header = new DataView(source.buffer, source.byteOffset + IHDR_AT);
      return header.getUint32(0) * header.getUint32(4);
    }
    const { width, height } = readFrame(readJpegParts(source).segments);
    return width * height;
  } catch {
    return 0;
  }
}

/** The name of a file's format by its first bytes, for people. */
export function formatOf(source: Uint8Array): string {
  if (source[0] === 0xff && source[1] === 0xd8) return "JPEG";
  if (source[0] === 0x89 && source[1] === 0x50) return "PNG";
  return "input";
}
