/**
 * Bins of lossy files: they lie around what a sample is expected to be.
 *
 * Samples are in *quanta*, whole parts of a level; a level is as much as a grey level. With a step of w and an expectation of
 * m, both in quanta, the zero bin holds the values from m − z to m + z; to both sides the others follow, each w wide, cut by
 * the range of the plane. A zero bin wider than the others saves more bits than it costs quality, the more the wider bins are
 * beside the distribution (Sullivan, "Efficient scalar quantization of exponential and Laplacian random variables", 1996).
 *
 * @module
 */

/** The values that samples of a plane can have, and what they are in levels. */
export interface PlaneRange {
  /** The least, in quanta. */
  readonly least: number;
  /** The largest, in quanta. */
  readonly most: number;
  /** Levels of a quantum: a power of two, so that products are exact. */
  readonly unit: number;
  /** Added to a sample in levels, it is as bright as a grey level. */
  readonly centre: number;
}

/** Ranges of Y′ = R + 2G + B, Co′ = R − B and Cg′ = 2G − R − B, in the order of coding. */
export const LOSSY_RANGES: readonly [PlaneRange, PlaneRange, PlaneRange] = [
  { least: 0, most: 1020, unit: 1 / 4, centre: 0 },
  { least: -255, most: 255, unit: 1 / 2, centre: 128 },
  { least: -510, most: 510, unit: 1 / 4, centre: 128 },
];

/** The widest step that a file may state, in quanta. */
export const MOST_STEP = 4096;

/** Parts of a scale that shapes of bins are told apart in. */
const SHAPES_OF_SCALE = 4;

/** How many shapes of bins there are. */
export const BIN_SHAPES = 64;

/**
 * How far the zero bin reaches to both sides, in 64ths of a step, by shape: 0.53 + 0.35·t / (t + 4), for bins of t scales. What
 * is rare is worth less than it costs.
 */
// deno-fmt-ignore
export const ZERO_REACHES: Uint8Array = Uint8Array.of(
  35, 36, 37, 38, 39, 40, 40, 41, 42, 42, 43, 43, 44, 44, 45, 45,
  45, 46, 46, 46, 47, 47, 47, 47, 47, 48, 48, 48, 48, 48, 49, 49,
  49, 49, 49, 49, 49, 50, 50, 50, 50, 50, 50, 50, 50, 50, 51, 51,
  51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 52, 52, 52, 52, 52, 52,
);

/**
 * How far the representatives of other bins lie from their middles towards the zero bin, in 64ths of a step, by shape: 0.6 of
 * what the mean of an exponential distribution does.
 */
// deno-fmt-ignore
export const DRAWN: Uint8Array = Uint8Array.of(
  0, 1, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 10,
  11, 11, 11, 12, 12, 12, 13, 13, 13, 13, 13, 14, 14, 14, 14, 14,
  14, 15, 15, 15, 15, 15, 15, 15, 15, 15, 16, 16, 16, 16, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 17, 17,
);

/** The shape of bins, by how many scales of its distribution a step is wide. */
export function binShape(scales: number): number {
  const shape = scales * SHAPES_OF_SCALE;
  return shape < BIN_SHAPES - 1 ? Math.floor(shape) : BIN_SHAPES - 1;
}

/** What a sample is expected to be in whole quanta, within its plane's range. */
export function binMiddle(expected: number, { least, most, unit }: PlaneRange): number {
  const rounded = Math.floor(expected / unit + 0.5);
  // Whatever a stream makes of expectations, even what is no number, a middle is in the range.
  return rounded < least ? least : rounded < most ? rounded : most;
}

/** Bins of one sample, numbered from the zero bin: below it -1, -2, …. */
export class LossyBins {
  /** The lowest bin. */
  readonly first: number;
  /** The highest bin. */
  readonly last: number;
  readonly #middle: number;
  readonly #step: number;
  readonly #reach: number;
  readonly #drawn: number;
  readonly #range: PlaneRange;

  /** Those of a sample that is expected at `middle`, in its range. */
  constructor(
    middle: number,
    { step, range, shape }: { step: number; range: PlaneRange; shape: number },
  ) {
    this.#middle = middle;
    this.#step = step;
    this.#range = range;
    this.#reach = step * ZERO_REACHES[shape]! >> 6;
    this.#drawn = DRAWN[shape]!;
    this.first = this.#binOf(range.least);
    this.last = this.#binOf(range.most);
  }

  /** The bin that a value lies in. */
  binOf(value: number): number {
    return this.#binOf(value);
  }

  /** The first value of a bin, but for the lowest, which begins where the range does. */
  start(bin: number): number {
    if (bin > 0) return this.#middle + this.#reach + 1 + (bin - 1) * this.#step;
    return this.#middle - this.#reach + bin * this.#step;
  }

  /** The values of a bin, first and last. */
  bounds(bin: number): [number, number] {
    const { least, most } = this.#range;
    return [Math.max(least, this.start(bin)), Math.min(most, this.start(bin + 1) - 1)];
  }

  /** The value that stands for a bin. */
  representative(bin: number): number {
    if (bin === 0) return this.#middle;
    const away = bin < 0 ? -bin : bin;
    const edges = 2 * this.#reach + 1 + (2 * away - 1) * this.#step;
    const offset = 32 * edges - this.#drawn * this.#step + 32 >> 6;
    const value = this.#middle + (bin < 0 ? -offset : offset);
    const { least, most } = this.#range;
    return value < least ? least : value > most ? most : value;
  }

  #binOf(value: number): number {
    const away = value - this.#middle;
    const beyond = (away < 0 ? -away : away) - this.#reach;
    if (beyond <= 0) return 0;
    const bin = Math.floor((beyond - 1) / this.#step) + 1;
    return away < 0 ? -bin : bin;
  }
}
