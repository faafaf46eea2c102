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

/**
 * The limit and the depth that options set, as the codec takes them.
 *
 * @param isWide whether samples of 16 bits are kept where they are not to be rounded
 */
export function readOptions(
  options: Options,
  isWide = false,
): { maxPixels?: number | undefined; depth?: 8 | 16 } {
  const depth = options.depth !== undefined ? 8 : isWide ? 16 : undefined;
  return { ...pixelLimit(options), ...(depth && { depth }) };
}

/** Decodes an image as options say, and with `isWide` samples of 16 bits that are not to be rounded. */
export function decodeFile(
  source: Uint8Array,
  options: Options & {
    onWarning?: ((message: string) => void) | undefined;
    isWide?: boolean | undefined;
  },
): Promise<Image> {
  const { onWarning, isWide } = options;
  return decodeImage(source, {
    ...readOptions(options, isWide),
    ...(onWarning ? { onWarning } : {}),
  });
}

/** The name of a file's format by its first bytes, for people. */
export function formatOf(source: Uint8Array): string {
  if (source[0] === 0xff && source[1] === 0xd8) return "JPEG";
  if (source[0] === 0x89 && source[1] === 0x50) return "PNG";
  return "input";
}
