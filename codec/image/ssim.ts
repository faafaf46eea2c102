/**
 * Structural similarity.
 *
 * @module
 */

import { type Image, requireSameSize } from "./image.ts";

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of the luma (BT.601), mean over all 11×11 Gaussian windows inside the image.
 *
 * Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural
 * similarity", 2004. Images smaller than a window are extended by repeating their edges.
 *
 * @returns 1 where nothing differs.
 * @throws {ImageError} if the sizes differ.
 *
 * @example
 * ```ts
 * import { type Image, NO_METADATA, ssim } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * equal(ssim(image, image), 1);
 * ```
 */
export function ssim(a: Image, b: Image): number {
  requireSameSize(a, b);
  const width = Math.max(WINDOW, a.width);
  const height = Math.max(WINDOW, a.height);
  const columns = width - WINDOW + 1;
  const kernel = gaussian();
  // A ring of rows that are blurred across already, five planes each: a, b, a², b², ab.
  const ring = Array.from({ length: WINDOW }, () => new Float64Array(5 * columns));
  let sum = 0;
  for (let y = 0; y < height; y++) {
    blurRow(ring[y % WINDOW]!, { x: lumaRow(a, y, width), y: lumaRow(b, y, width), kernel });
    if (y < WINDOW - 1) continue;
    const rows = kernel.map((weight, index) => ({
      weight,
      row: ring[(y - WINDOW + 1 + index) % WINDOW]!,
    }));
    for (let column = 0; column < columns; column++) sum += similarity(rows, column, columns);
  }
  return sum / (columns * (height - WINDOW + 1));
}

function gaussian(): number[] {
  const weights = Array.from(
    { length: WINDOW },
    (_, index) => Math.exp(-((index - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}

function lumaRow(image: Image, y: number, width: number): Float64Array {
  const { channels, data } = image;
  const row = new Float64Array(width);
  const start = Math.min(y, image.height - 1) * image.width;
  for (let x = 0; x < width; x++) {
    const at = (start + Math.min(x, image.width - 1)) * channels;
    row[x] = channels < 3
      ? data[at]!
      : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  }
  return row;
}

function blurRow(
  into: Float64Array,
  from: { x: Float64Array; y: Float64Array; kernel: readonly number[] },
): void {
  const { x, y, kernel } = from;
  const columns = into.length / 5;
  for (let column = 0; column < columns; column++) {
    let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
    for (let tap = 0; tap < WINDOW; tap++) {
      const weight = kernel[tap]!;
      const vx = x[column + tap]!;
      const vy = y[column + tap]!;
      sx += weight * vx;
      sy += weight * vy;
      sxx += weight * vx * vx;
      syy += weight * vy * vy;
      sxy += weight * vx * vy;
    }
    into[column] = sx;
    into[columns + column] = sy;
    into[2 * columns + column] = sxx;
    into[3 * columns + column] = syy;
    into[4 * columns + column] = sxy;
  }
}

function similarity(
  rows: readonly { weight: number; row: Float64Array }[],
  column: number,
  columns: number,
): number {
  let [mx, my, mxx, myy, mxy] = [0, 0, 0, 0, 0];
  for (const { weight, row } of rows) {
    mx += weight * row[column]!;
    my += weight * row[columns + column]!;
    mxx += weight * row[2 * columns + column]!;
    myy += weight * row[3 * columns + column]!;
    mxy += weight * row[4 * columns + column]!;
  }
  const covariance = mxy - mx * my;
  const variances = mxx - mx * mx + myy - my * my;
  return ((2 * mx * my + C1) * (2 * covariance + C2)) /
    ((mx * mx + my * my + C1) * (variances + C2));
}
