/**
 * What goes wrong with images and their files: messages say what was found and what to do about it.
 *
 * @module
 */

/**
 * The file or the pixels are not an image that NNC takes.
 *
 * @example
 * ```ts
 * import { decodeImage, ImageError } from "@nnc/nnc";
 * import { rejects } from "node:assert/strict";
 *
 * await rejects(decodeImage(new Uint8Array(0)), ImageError);
 * ```
 */
export class ImageError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ImageError";
}
