/**
 * Bins: the sets of values that a file tells apart.
 *
 * With a largest error of t, bin i holds the values from i·(2t + 1) − t to i·(2t + 1) + t; its middle stands for it, or
 * 255 where the middle lies above. With t = 0 every bin is one value.
 *
 * @module
 */

/** Largest error that a file may state, in grey levels. */
export const MOST_ERROR = 16;

/** Largest sample. */
const WHITE = 255;

/** How many values a bin holds, but for those at the ends. */
export function binWidth(maxError: number): number {
  return 2 * maxError + 1;
}

/** How many bins there are. */
export function countBins(maxError: number): number {
  return binOf(WHITE, maxError) + 1;
}

/** The bin that a value lies in. */
export function binOf(value: number, maxError: number): number {
  return Math.floor((value + maxError) / binWidth(maxError));
}

/** The middle of the bin that a value lies in, which may lie above 255. */
export function binCentre(value: number, maxError: number): number {
  return binOf(value, maxError) * binWidth(maxError);
}

/** The value that stands for a bin of a given middle. */
export function representative(centre: number): number {
  return Math.min(WHITE, centre);
}

/** The value that stands for a bin. */
export function representativeOf(bin: number, maxError: number): number {
  return representative(bin * binWidth(maxError));
}

/** A value held to the bin that another one lies in. */
export function clampToBin(
  value: number,
  { like, maxError }: { readonly like: number; readonly maxError: number },
): number {
  const centre = binCentre(like, maxError);
  return Math.min(WHITE, centre + maxError, Math.max(0, centre - maxError, value));
}
