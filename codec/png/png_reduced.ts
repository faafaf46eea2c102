/**
 * Pixels to the smallest kind of PNG that holds them, as oxipng finds it.
 *
 * @module
 */

import { CALLING_THREAD } from "../../platform/tasks.ts";
import type { Image } from "../image/image.ts";
import type { Chunk } from "../image/metadata.ts";
import { OXIPNG_MAX_BYTES } from "./deflate_run.ts";
import { findChunk } from "./metadata.ts";
import { type PngOptions, writePng } from "./png.ts";
import { writeParts } from "./png_parts.ts";
import { storedRows } from "./png_pixels.ts";
import { REDUCE_IMAGE } from "./reduce_image.ts";

/** Pixels up to which a worker would be longer in starting. */
const MOST_SMALL_PIXELS = 2 ** 16;

/**
 * Writes an image that has been checked and whose metadata is sound. Decoded, it has the same samples, but perhaps no colours
 * where all are grey, unless it has a profile, which is one of colours; no 16 bits where 8 say the same, and no alpha where all is opaque.
 *
 * At effort `"fast"`, and where it is more than oxipng has memory for, it is written as it is.
 */
export async function writeReducedPng(
  image: Image,
  options: PngOptions,
): Promise<Uint8Array> {
  const parts = await reduce(image, options);
  return parts
    ? writeParts(parts, { ...options, metadata: image.metadata })
    : await writePng(image, options);
}

async function reduce(image: Image, options: PngOptions): Promise<Chunk[] | undefined> {
  const { effort = "default", workers, signal } = options;
  const rows = storedRows(image);
  const isSmall = image.width * image.height <= MOST_SMALL_PIXELS;
  if (rows.data.length > OXIPNG_MAX_BYTES || effort === "fast") return undefined;
  const hasProfile = findChunk(image.metadata, "iCCP") !== undefined;
  const thread = isSmall ? CALLING_THREAD : workers ?? CALLING_THREAD;
  return await thread.run(REDUCE_IMAGE, {
    input: {
      rows,
      effort,
      mustColour: hasProfile && image.channels > 2,
    },
    signal,
  });
}
