/**
 * How much two images of one size differ. Alpha is not compared; grey counts as R = G = B, and a level of 16 bits as 1/257
 * of one of 8.
 *
 * @module
 */

import { ImageError } from "./image_error.ts";
import { type Image, requireSameSize } from "./image.ts";

export { ssim } from "./ssim.ts";

/** Which pixels to compare. */
export interface MetricOptions {
  /** `[height][width]`, not 0 where a pixel counts. Default: all pixels. */
  readonly mask?: Uint8Array | undefined;
}

interface Differences {
  readonly samples: number;
  readonly squares: number;
  readonly largest: number;
  readonly pixels: number;
  readonly exact: number;
}

/**
 * Peak signal-to-noise ratio in dB over the samples of R, G and B.
 *
 * @returns `Infinity` where nothing differs.
 * @throws {ImageError} if the sizes differ or no pixel counts.
 *
 * @example
 * ```ts
 * import { type Image, NO_METADATA, psnr } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const brighter = { ...image, data: data.map((value) => value + 10) };
 * equal(psnr(image, brighter).toFixed(2), "28.13");
 * ```
 */
export function psnr(a: Image, b: Image, options: MetricOptions = {}): number {
  const { samples, squares } = compare(a, b, options);
  return squares === 0 ? Infinity : 10 * Math.log10(255 ** 2 * samples / squares);
}

/**
 * The largest difference of two samples, 0 to 255.
 *
 * @example
 * ```ts
 * import { type Image, maxError, NO_METADATA } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * equal(maxError(image, { ...image, data: data.map((value, i) => value + i % 4) }), 3);
 * ```
 */
export function maxError(a: Image, b: Image, options: MetricOptions = {}): number {
  return compare(a, b, options).largest;
}

/**
 * The share of pixels that are equal, 0 to 1.
 *
 * @example
 * ```ts
 * import { exactShare, type Image, NO_METADATA } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * equal(exactShare(image, { ...image, data: data.map((value, i) => value + i % 2) }), 0.5);
 * ```
 */
export function exactShare(a: Image, b: Image, options: MetricOptions = {}): number {
  const { exact, pixels } = compare(a, b, options);
  return exact / pixels;
}

function compare(a: Image, b: Image, options: MetricOptions): Differences {
  requireSameSize(a, b);
  const { mask } = options;
  const count = a.width * a.height;
  if (mask && mask.length !== count) {
    throw new ImageError(`A mask for these images has ${count} values, found ${mask.length}`);
  }
  const colours = a.channels < 3 && b.channels < 3 ? 1 : 3;
  const strideA = a.channels < 3 ? 0 : 1;
  const strideB = b.channels < 3 ? 0 : 1;
  const isWide = a.low !== undefined || b.low !== undefined;
  let [squares, largest, pixels, exact] = [0, 0, 0, 0];
  for (let pixel = 0; pixel < count; pixel++) {
    if (mask && mask[pixel] === 0) continue;
    let same = true;
    for (let colour = 0; colour < colours; colour++) {
      const atA = pixel * a.channels + colour * strideA;
      const atB = pixel * b.channels + colour * strideB;
      const difference = isWide
        ? Math.abs(wideLevel(a, atA) - wideLevel(b, atB)) / WIDE_STEP
        : Math.abs(a.data[atA]! - b.data[atB]!);
      same &&= difference === 0;
      squares += difference * difference;
      if (difference > largest) largest = difference;
    }
    pixels++;
    if (same) exact++;
  }
  if (pixels === 0) throw new ImageError("The mask leaves no pixel to compare");
  return { samples: pixels * colours, squares, largest, pixels, exact };
}

/** Levels of 16 bits that make one of 8. */
const WIDE_STEP = 257;

/** A sample as a level of 16 bits. */
function wideLevel({ data, low }: Image, at: number): number {
  return low ? 256 * data[at]! + low[at]! : WIDE_STEP * data[at]!;
}
