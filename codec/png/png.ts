/**
 * Pixels to PNG: 8 or 16 bits a sample, the colour type that the channels call for, not interlaced.
 *
 * @module
 */

import { requireImage } from "../image/given.ts";
import { checkImage, type Image } from "../image/image.ts";
import type { Chunk } from "../image/metadata.ts";
import { travellingMetadata } from "./metadata.ts";
import { writeHeader } from "./png_header.ts";
import { writeParts } from "./png_parts.ts";
import { compressPixels, type PixelOptions } from "./png_pixels.ts";

/** How a PNG is written. */
export interface PngOptions extends PixelOptions {
  /** Chunks that follow IHDR before any other. Default: none. */
  readonly chunks?: readonly Chunk[] | undefined;
  /** Chunks that follow IDAT and what of the metadata does. Default: none. */
  readonly trailing?: readonly Chunk[] | undefined;
}

/**
 * Writes an image and its metadata as a PNG. The same image and options give the same bytes on every machine.
 *
 * @throws {ImageError} if the image's samples do not agree with its size.
 * @throws {TypeError} if it is given something else than an image.
 *
 * @example
 * ```ts
 * import { encodePng, type Image, NO_METADATA } from "@nnc/nnc";
 * import { ok } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * ok((await encodePng(image, { effort: "fast" })).length < 200);
 * ```
 */
export async function encodePng(image: Image, options: PngOptions = {}): Promise<Uint8Array> {
  requireImage(image, '"encodePng" takes');
  checkImage(image);
  const metadata = travellingMetadata(image.metadata.chunks);
  return await writePng({ ...image, metadata }, options);
}

/** Writes an image that has been checked and whose metadata is sound, as {@link encodePng} does. */
export async function writePng(image: Image, options: PngOptions): Promise<Uint8Array> {
  const { channels, low, metadata } = image;
  const parts = [
    writeHeader(image, { channels, depth: low ? 16 : 8 }),
    { type: "IDAT", data: await compressPixels(image, options) },
  ];
  return writeParts(parts, { ...options, metadata });
}
