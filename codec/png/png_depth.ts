/**
 * From 16 bits a sample to 8, for those who ask for it.
 *
 * @module
 */

import { viewOf } from "../image/bytes.ts";

/**
 * Rounds big-endian samples of 16 bits to the nearest of 8: 65535 becomes 255, and 257 levels become one.
 *
 * @param samples two bytes a sample, in any layout
 */
export function roundTo8Bits(samples: Uint8Array): Uint8Array {
  const view = viewOf(samples);
  const rounded = new Uint8Array(samples.length / 2);
  for (let at = 0; at < rounded.length; at++) {
    rounded[at] = Math.round(view.getUint16(2 * at) / 257);
  }
  return rounded;
}
