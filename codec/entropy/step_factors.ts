/**
 * Steps of lossy files that follow what eyes see: errors are hidden where brightness changes from pixel to pixel, and show where
 * it does not. A reader knows the neighbours too, so this takes no bits.
 *
 * @module
 */

/** Parts of one that factors are stated in. */
const FACTOR_PARTS = 64;

/** Contrasts in levels from which on a factor holds, and the factors. */
const FACTORS: readonly (readonly [contrast: number, factor: number])[] = [
  [0, 48],
  [4, 54],
  [8, 64],
  [16, 74],
  [32, 83],
  [64, 96],
];

/** Levels of brightness. */
const LEVELS = 256;

/**
 * What steps are multiplied with, in 64ths, by contrast: how far the brightness of the nearest four pixels that earlier steps have
 * coded goes apart, in whole levels.
 */
export const STEP_FACTORS: Uint8Array = Uint8Array.from(
  { length: LEVELS },
  (_, contrast) => FACTORS.findLast(([least]) => contrast >= least)![1],
);

/** A step by its factor: whole quanta, at least 1. */
export function scaleStep(step: number, factor: number): number {
  return Math.max(1, Math.floor((step * factor + FACTOR_PARTS / 2) / FACTOR_PARTS));
}
