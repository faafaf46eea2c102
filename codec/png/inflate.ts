/**
 * The zlib stream of IDAT, inflated to exactly the bytes that an image calls for.
 *
 * @module
 */

import { currentPlatform, type Inflated } from "../../platform/platform.ts";

/**
 * Inflates a zlib stream up to a length that is known, and never beyond it, whatever the stream holds.
 *
 * @param length bytes to be had, in a buffer that is allocated at once
 */
export function inflate(compressed: Uint8Array, length: number): Inflated {
  const platform = currentPlatform();
  const quick = platform.inflate(compressed, length);
  return quick ? { bytes: quick, found: length } : platform.inflateCarefully(compressed, length);
}
