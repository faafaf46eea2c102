/**
 * Bins: the sets of values that a file tells apart.
 *
 * With a largest error of t, each holds 2t + 1 values, but for those that the ends of the range cut; its middle stands for it,
 * or the end of the range where the middle lies beyond. With t = 0 every bin is one value.
 *
 * Bins of the pixels that a PNG shows lie fast, those of coded samples around what these are expected to be: most errors are small
 * then.
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

/** Bins of one sample, numbered from the lowest, 0, which holds black. */
export class Bins {
  /** The middle of the lowest bin, from −t to t. */
  readonly lowest: number;
  /** How many there are. */
  readonly count: number;
  readonly #maxError: number;
  readonly #width: number;

  /**
   * Those of which one has its middle where a sample is expected to be, in whole levels within the range.
   *
   * @param expected what no number stands for counts as white; default: 0, bins that lie fast
   */
  constructor(maxError: number, expected = 0) {
    this.#maxError = maxError;
    this.#width = binWidth(maxError);
    const rounded = Math.floor(expected + 0.5);
    const middle = rounded < 0 ? 0 : rounded < WHITE ? rounded : WHITE;
    this.lowest = middle - Math.floor((middle + maxError) / this.#width) * this.#width;
    this.count = this.binOf(WHITE) + 1;
  }

  /** The bin that a value lies in. */
  binOf(value: number): number {
    return Math.floor((value - this.lowest + this.#maxError) / this.#width);
  }

  /** The value that stands for a bin. */
  representative(bin: number): number {
    return Math.max(0, representative(this.lowest + bin * this.#width));
  }
}

/** The middle of the bin that a value lies in, which may lie above 255, of bins that lie fast. */
export function binCentre(value: number, maxError: number): number {
  const width = binWidth(maxError);
  return Math.floor((value + maxError) / width) * width;
}

/** The value that stands for a bin of a given middle, of bins that lie fast. */
export function representative(centre: number): number {
  return Math.min(WHITE, centre);
}
