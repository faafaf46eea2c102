/**
 * Where a coded file may end: behind any of its steps it has the pixels of a lattice.
 *
 * @module
 */

import type { Ratio } from "./lattice/lattice.ts";

/** How many coded steps there are at a ratio, of a file of so many octaves; negative where its PNG has more pixels. */
export function stepsAtRatio(octaves: number, ratio: Ratio): number {
  return 2 * octaves - Math.log2(ratio);
}

/** Original pixels over those that are there behind a step: 1 where all are, up to 256. */
export function ratioAtSteps(octaves: number, steps: number): number {
  return 2 ** (2 * octaves - steps);
}

/** The name of the lattice that coded files have at a ratio: that of a classic file, but never rows. */
export function latticeNameAt(ratio: number): "quincunx" | "grid" {
  return Math.log2(ratio) % 2 === 0 ? "grid" : "quincunx";
}

/** Which pixels the first steps code; the others are a reader's drawing, and must decide nothing. */
export function codedPixels(
  octaves: number,
  steps: number,
): (x: number, y: number) => boolean {
  const spacing = 2 ** (octaves - Math.floor(steps / 2));
  const isMultiple = (x: number, y: number) => x % spacing === 0 && y % spacing === 0;
  if (steps % 2 === 0) return isMultiple;
  return (x, y) => isMultiple(x, y) || isMultiple(x + spacing / 2, y + spacing / 2);
}
