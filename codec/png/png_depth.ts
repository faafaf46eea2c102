/**
 * Samples of 16 bits: rounded to 8 for those who ask for it, or as upper and lower bytes.
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

/** The upper and the lower bytes of big-endian samples of 16 bits. */
export function splitBytes(samples: Uint8Array): { data: Uint8Array; low: Uint8Array } {
  const data = new Uint8Array(samples.length / 2);
  const low = new Uint8Array(samples.length / 2);
  for (let at = 0; at < data.length; at++) {
    data[at] = samples[2 * at]!;
    low[at] = samples[2 * at + 1]!;
  }
  return { data, low };
}

/** Big-endian samples of 16 bits of their upper and lower bytes. */
export function joinBytes(data: Uint8Array, low: Uint8Array): Uint8Array {
  const samples = new Uint8Array(2 * data.length);
  for (let at = 0; at < data.length; at++) {
    samples[2 * at] = data[at]!;
    samples[2 * at + 1] = low[at]!;
  }
  return samples;
}
