/**
 * Image files as the commands meet them.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
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

/** The name of a file's format by its first bytes, for people. */
export function formatOf(source: Uint8Array): string {
  if (source[0] === 0xff && source[1] === 0xd8) return "JPEG";
  if (source[0] === 0x89 && source[1] === 0x50) return "PNG";
  return "input";
}
