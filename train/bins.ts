/**
 * The bins of near-lossless coding: values from centre − t to centre + t, the first centre at 0, so that taking a bin's
 * centre for a value is wrong by t at most.
 *
 * @module
 */

/** The largest tolerance that coder networks learn for. */
export const MOST_TOLERANCE = 16;

/** The centre of the bin that a value lies in: a multiple of 2t + 1, the last of which may lie above 255. */
export function binCentre(value: number, tolerance: number): number {
  const width = 2 * tolerance + 1;
  return Math.floor((value + tolerance) / width) * width;
}

/** The value that stands for a bin: its centre, or 255 where that lies above. */
export function representative(centre: number): number {
  return Math.min(centre, 255);
}
