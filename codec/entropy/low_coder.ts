/**
 * Lower bytes of samples of 16 bits, whose upper ones are all known.
 *
 * The upper byte says among which levels a sample lies. Where among them, a linear predictor says from whole samples around
 * it that are known, from the upper bytes of those to come, and from the colours of the same pixel. Its weights are those
 * of least squares over what was coded, fitted anew after a row or several (as in the coders TMW and MRP; Meyer and Tischer, 1997), and
 * its errors in the surroundings say how wide the distribution is. All is reckoned in places of levels among those that
 * the channel uses, so that levels that it does not use leave no gaps.
 *
 * Doubles with +, −, ×, ÷, comparisons and tables alone, in a fixed order, so the results are the same everywhere.
 *
 * @module
 */

import type { SymbolStream } from "./bit_models.ts";
import { LeastSquares } from "./least_squares.ts";
import type { LevelSet } from "./levels.ts";
import { logistic } from "./logistic.ts";
import { FREQUENCY_BITS } from "./range_coder.ts";

/** The samples whose lower bytes are coded. */
export interface LowPlane {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Channels that are coded together, 1 or 3. */
  readonly channels: 1 | 3;
  /** `[row][column][channel]` */
  readonly upper: Uint8Array;
  /** `[row][column][channel]`; read where it is written to a stream, else written. */
  readonly lower: Uint8Array;
  /** The levels of every channel. */
  readonly levels: readonly LevelSet[];
}

/** Channels in the order in which they are coded: G helps most with the others. */
const ORDERS = { 1: [0], 3: [1, 0, 2] } as const;

/** Neighbours that are whole, then those of which the upper byte is known: columns and rows away. */
const WHOLE = [[-1, 0], [0, -1], [-1, -1], [1, -1], [-2, 0], [0, -2]] as const;
const HALVES = [[1, 0], [0, 1], [-1, 1], [1, 1]] as const;
const OWN_FEATURES = WHOLE.length + HALVES.length;

/** Of a colour that is known: here, to the west, to the north. */
const COLOUR_FEATURES = 3;

const TOTAL = 1 << FREQUENCY_BITS;

/** Places are reckoned in parts of the range such that the whole of it is as many. */
const RANGE = 256;

/** Share of the distribution that is the same for all levels, as nothing is ever certain. */
const EVEN_SHARE = 1 / 64;

/** Of a range that holds less of the distribution than this, all levels are as probable. */
const LEAST_SHARE = 1e-6;

/** Kinds of errors around a sample, by powers of two from 2⁻¹⁶ on. */
const ERROR_LEVELS = 24;
const LEAST_ERROR = 2 ** -16;
const MOST_ERROR = 64;

const PRIOR_COUNT = 4;
const MOST_COUNTED = 256;

/** Scales lie between these. */
const LEAST_SCALE = 2 ** -10;
const LARGEST_SCALE = 4;

/** What a scale is multiplied with at most by one sample. */
const MOST_FACTOR = 6;

/** Samples count for less in fitting where their neighbours differ more, from this mean square on. */
const LEAST_SPREAD = 2 ** -10;

/** Where a sample lies, and what is known of it. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  /** How many colours of the pixel are known. */
  readonly known: number;
}

/** Codes a plane's samples. */
export class LowCoder {
  readonly #plane: LowPlane;
  readonly #stream: SymbolStream;
  readonly #predictors: readonly LeastSquares[];
  /** `[column][channel]` of this row and the one before: how far predictions were off. */
  #errors: Float64Array;
  #errorsAbove: Float64Array;
  /** `[channel][kind of errors]`: sums of scales, and of how many samples. */
  readonly #scales: Float64Array;
  readonly #counts: Float64Array;
  readonly #features = new Float64Array(OWN_FEATURES + 2 * COLOUR_FEATURES);
  /** What a level takes of the range, by channel. */
  readonly #units: readonly number[];

  /** Encodes or decodes, by which of the two streams is given. */
  constructor(plane: LowPlane, stream: SymbolStream) {
    this.#plane = plane;
    this.#stream = stream;
    const { width, channels, levels } = plane;
    this.#units = levels.map(({ lows }) => RANGE / lows.length);
    this.#predictors = ORDERS[channels].map((_, known) =>
      new LeastSquares(OWN_FEATURES + known * COLOUR_FEATURES)
    );
    this.#errors = new Float64Array(width * channels).fill(0.25);
    this.#errorsAbove = new Float64Array(width * channels).fill(0.25);
    this.#counts = new Float64Array(channels * ERROR_LEVELS).fill(PRIOR_COUNT);
    this.#scales = Float64Array.from(
      this.#counts,
      (count, index) => count * LEAST_ERROR * 2 ** (index % ERROR_LEVELS),
    );
  }

  /** Codes all rows, in order. */
  codeRows(): void {
    const { width, height, channels } = this.#plane;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        ORDERS[channels].forEach((channel, known) => this.#code({ row, column, channel, known }));
      }
      for (const predictor of this.#predictors) predictor.fit();
      [this.#errors, this.#errorsAbove] = [this.#errorsAbove, this.#errors];
    }
  }

  #code(place: Place): void {
    const { row, column, channel, known } = place;
    const { width, channels, upper, lower, levels } = this.#plane;
    const at = (row * width + column) * channels + channel;
    const { starts, lows, ranks } = levels[channel]!;
    const first = starts[upper[at]!]!;
    const count = starts[upper[at]! + 1]! - first;
    const unit = this.#units[channel]!;
    const middle = (first + count / 2) * unit;
    const spread = this.#gather(place, middle);
    const predictor = this.#predictors[known]!;
    const mean = predictor.predict(this.#features);
    let index = 0;
    if (count > 1) {
      const context = known * ERROR_LEVELS + this.#errorLevel(column, channel);
      const scale = this.#scales[context]! / this.#counts[context]!;
      const inverse = unit / scale;
      const distribution = { count, origin: (-count / 2) * inverse - mean / scale, step: inverse };
      const own = ranks[upper[at]! * 256 + lower[at]!]! - first;
      index = this.#codeIndex(own, distribution);
      this.#learnScale(context, { index, scale, ...distribution });
    }
    lower[at] = lows[first + index]!;
    const target = (index + 0.5 - count / 2) * unit;
    predictor.learn(this.#features, { target, weight: 1 / (spread + LEAST_SPREAD) });
    const error = Math.abs(target - mean);
    this.#errors[column * channels + channel] = error > MOST_ERROR ? MOST_ERROR : error;
  }

  /** Fills in the features, as differences from the middle of what the sample may be; returns how much they differ. */
  #gather({ row, column, channel, known }: Place, middle: number): number {
    const features = this.#features;
    let index = 0;
    let spread = 0;
    for (const [dx, dy] of WHOLE) {
      const value = this.#valueAt(column + dx, { row: row + dy, channel });
      features[index] = value < 0 ? 0 : value - middle;
      if (index < 4) spread += features[index]! * features[index]!;
      index++;
    }
    for (const [dx, dy] of HALVES) {
      const value = this.#middleAt(column + dx, { row: row + dy, channel });
      features[index++] = value < 0 ? 0 : value - middle;
    }
    for (let order = 0; order < known; order++) {
      const other = ORDERS[3][order]!;
      const here = this.#middleAt(column, { row, channel: other });
      features[index++] = this.#valueAt(column, { row, channel: other }) - here;
      const west = this.#valueAt(column - 1, { row, channel: other });
      features[index++] = west < 0 ? 0 : west - here;
      const north = this.#valueAt(column, { row: row - 1, channel: other });
      features[index++] = north < 0 ? 0 : north - here;
    }
    return spread;
  }

  /** A whole sample; −1 where it is not known. */
  #valueAt(x: number, { row, channel }: { row: number; channel: number }): number {
    const { width, channels, upper, lower, levels } = this.#plane;
    if (x < 0 || x >= width || row < 0) return -1;
    const at = (row * width + x) * channels + channel;
    const rank = levels[channel]!.ranks[upper[at]! * 256 + lower[at]!]!;
    return (rank + 0.5) * this.#units[channel]!;
  }

  /** The middle of what a sample may be by its upper byte; −1 where that is not known. */
  #middleAt(x: number, { row, channel }: { row: number; channel: number }): number {
    const { width, height, channels, upper, levels } = this.#plane;
    if (x < 0 || x >= width || row >= height) return -1;
    const { starts } = levels[channel]!;
    const own = upper[(row * width + x) * channels + channel]!;
    return (starts[own]! + starts[own + 1]!) / 2 * this.#units[channel]!;
  }

  /** How large the errors around are: the binary logarithm of their sum, in whole numbers. */
  #errorLevel(column: number, channel: number): number {
    const { width, channels } = this.#plane;
    const at = column * channels + channel;
    const west = column > 0 ? this.#errors[at - channels]! : this.#errorsAbove[at]!;
    const east = column + 1 < width ? this.#errorsAbove[at + channels]! : this.#errorsAbove[at]!;
    const sum = 2 * west + this.#errorsAbove[at]! + east;
    let level = 0;
    for (let least = 2 * LEAST_ERROR; sum >= least && level < ERROR_LEVELS - 1; least *= 2) level++;
    return level;
  }

  /** Codes which of the levels it is; level i begins at `origin + i·step`, in scales from the mean. */
  #codeIndex(
    own: number,
    { count, origin, step }: { count: number; origin: number; step: number },
  ): number {
    const bottom = logistic(origin);
    const range = logistic(origin + count * step) - bottom;
    const free = TOTAL - count;
    const cumulative = (index: number) => {
      if (index === 0) return 0;
      if (index === count) return TOTAL;
      const even = index / count;
      const share = range > LEAST_SHARE ? (logistic(origin + index * step) - bottom) / range : even;
      return Math.floor(((1 - EVEN_SHARE) * share + EVEN_SHARE * even) * free) + index;
    };
    const { encoder, decoder } = this.#stream;
    if (encoder) {
      const start = cumulative(own);
      encoder.encode(start, cumulative(own + 1) - start);
      return own;
    }
    const position = decoder!.position();
    let [least, most] = [0, count];
    while (most - least > 1) {
      const between = (least + most) >> 1;
      if (cumulative(between) <= position) least = between;
      else most = between;
    }
    const start = cumulative(least);
    decoder!.take(start, cumulative(least + 1) - start);
    return least;
  }

  /** By the derivative of the likelihood by the logarithm of the scale, within the range that the upper byte leaves. */
  #learnScale(
    context: number,
    options: { index: number; scale: number; count: number; origin: number; step: number },
  ): void {
    const { index, scale, count, origin, step } = options;
    const slope = origin + (index + 1) * step < LAST_Z && origin + index * step > -LAST_Z
      ? slopeBetween(origin, origin + count * step) -
        slopeBetween(origin + index * step, origin + (index + 1) * step)
      : MOST_FACTOR;
    const factor = 1 + slope;
    const next = scale * (factor > MOST_FACTOR ? MOST_FACTOR : factor > 0 ? factor : 0);
    this.#scales[context]! += next < LEAST_SCALE
      ? LEAST_SCALE
      : next > LARGEST_SCALE
      ? LARGEST_SCALE
      : next;
    if (++this.#counts[context]! > MOST_COUNTED) {
      this.#scales[context]! /= 2;
      this.#counts[context]! /= 2;
    }
  }
}

/** Beyond this the table of the logistic is too coarse to differentiate. */
const LAST_Z = 16;

/** Derivative of the logarithm of what lies between two edges by the logarithm of their distance from the mean. */
function slopeBetween(low: number, high: number): number {
  const [below, above] = [logistic(low), logistic(high)];
  const share = above - below;
  if (share < 1e-9) return 0;
  return (high * above * (1 - above) - low * below * (1 - below)) / share;
}
