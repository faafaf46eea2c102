/**
 * Image files to pixels.
 *
 * @module
 */

import { ImageError } from "./image/image_error.ts";
import type { Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import { takeBytes } from "./image/given.ts";
import { explainKind } from "./file_kinds.ts";
import { holdWarnings } from "./held_warnings.ts";
import { decodeJpeg } from "./jpeg/jpeg.ts";
import { isJpeg } from "./jpeg/jpeg_segments.ts";
import { type GatherOptions, travellingMetadata } from "./png/metadata.ts";
import { isPng, readChunks } from "./png/png_chunks.ts";
import { decodeChunks } from "./png/png_decode.ts";

/** How image files are read. */
export interface ReadOptions extends GatherOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** 8 rounds a PNG of 16 bits a sample to 8, 16 keeps them (`Image.low`). Default: such files are refused. */
  readonly depth?: 8 | 16 | undefined;
}

/**
 * Decodes a PNG or a JPEG to pixels, exactly as stored; a JPEG's orientation is applied. Warnings come once
 * it is read: of a file that is refused there are none.
 *
 * @throws {ImageError} if the file is neither, is damaged or too large, is animated, or holds more than 8 bits
 * a sample that are neither to be rounded nor kept; the message says what to do about it.
 * @throws {TypeError} if it is given something else than bytes.
 *
 * @example
 * ```ts
 * import { decodeImage, encodePng, type Image, NO_METADATA } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const decoded = await decodeImage(await encodePng(image), { maxPixels: 1e6 });
 * deepEqual(decoded.data, data);
 * ```
 */
export async function decodeImage(
  file: Uint8Array | ArrayBuffer,
  options: ReadOptions = {},
): Promise<Image> {
  const bytes = takeBytes(file, "decodeImage");
  if (isPng(bytes)) {
    return await holdWarnings(options, (held) => decodePngImage(readChunks(bytes, held), held));
  }
  if (isJpeg(bytes)) return await holdWarnings(options, (held) => decodeJpeg(bytes, held));
  throw new ImageError(explainKind(bytes));
}

/** The image of a PNG whose chunks have been read, with the metadata that travels. */
export function decodePngImage(chunks: readonly Chunk[], options: ReadOptions): Image {
  const { header, image, ancillary } = decodeChunks(chunks, options);
  if (header.bitDepth === 16 && !image.low) {
    options.onWarning?.("The PNG's 16 bits a sample were rounded to 8, which loses the rest");
  }
  return { ...image, metadata: travellingMetadata(ancillary, options) };
}
