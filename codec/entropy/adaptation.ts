/**
 * What the samples decoded so far teach about those to come: corrections of the mean and of the scale that the network
 * predicts. Encoder and decoder learn the same, so nothing of it is stored.
 *
 * The mean of a sample gains a weighted sum of features: errors of neighbours and of the colours already known, in units
 * of the scale, and what least squares expect of the pixels around (`pixel_predictor.ts`). Weights follow the gradient of
 * the likelihood (a least-mean-squares filter with the logistic's bounded error; Widrow and Hoff 1960). Its scale is
 * multiplied by three ratios, each counted for contexts of its own: the scale class that the network named and how errors
 * of neighbours compare with what was expected of them; how much the known pixels around differ; and how bright the sample is.
 *
 * Doubles with +, −, ×, ÷, comparisons and tables alone, in a fixed order, so the results are the same everywhere.
 *
 * @module
 */

import { fadeSquares, SQUARES_LENGTH } from "./pixel_squares.ts";
import { CLASSES_PER_OCTAVE, SCALE_CLASSES, SCALES } from "./scales.ts";

/** Parts of a grey level that errors are remembered in. */
export const ERROR_STEPS = 32;

/** Phases that are coded: (1,1), then (1,0), then (0,1). */
export const CODED_PHASES = 3;

/** Colours that are coded: G, R, B. */
export const COLOURS = 3;

/** Weights of the mean's features for each phase and colour; those that a phase or colour has not are zero. */
export const FEATURES = 15;

/** Which feature it is that the pixels around say. */
export const PIXEL_FEATURE = FEATURES - 1;

/** Features of errors that a phase has: the last ones come from phases before it. */
export const FEATURES_OF_PHASE = [8, 10, 14] as const;

/** Levels of how neighbours' errors compare with what was expected. */
export const SURPRISE_LEVELS = 8;

/** Scale classes that share a context. */
const CLASSES_PER_CONTEXT = CLASSES_PER_OCTAVE / 4;

/** Contexts of surprise. */
const SURPRISE_CONTEXTS = Math.ceil(SCALE_CLASSES / CLASSES_PER_CONTEXT) * SURPRISE_LEVELS;

/** Scale classes that share a context of contrast or of brightness, and how many of these there are. */
const CLASSES_PER_BAND = CLASSES_PER_OCTAVE * 3 / 2;
const CLASS_BANDS = 8;

/** Levels of how much the pixels around differ, in scales. */
const CONTRAST_LEVELS = 32;

/** Grey levels of a level of brightness, and how many of these there are. */
const GREYS_PER_LEVEL = 16;
const BRIGHTNESS_LEVELS = 16;

/** Where the contexts of contrast and of brightness begin. */
const CONTRAST_CONTEXTS = SURPRISE_CONTEXTS;
const BRIGHTNESS_CONTEXTS = CONTRAST_CONTEXTS + CONTRAST_LEVELS * CLASS_BANDS;

/** Contexts of the scale for each phase and colour. */
export const SCALE_CONTEXTS: number = BRIGHTNESS_CONTEXTS + BRIGHTNESS_LEVELS * CLASS_BANDS;

/** Samples that a context counts as before it has seen any, with a ratio of 1. */
const PRIOR_COUNT = 24;

/** Samples at which a context's counts are halved, so that old ones fade. */
const MOST_COUNTED = 400;

/** Step of the mean's weights along the gradient. */
const RATE = 0.002;

/** The same for what the pixels around say. */
const PIXEL_RATE = 0.01;

/** Largest step of a ratio's gradient: one sample in the tail must not decide. */
const MOST_RATIO = 6;

/** What a sample adds to the ratios of its context lies between these. */
const LEAST_RATIO = 2 ** -8;
const LARGEST_RATIO = 2 ** 12;

/** Largest feature, in scales. */
const MOST_FEATURE = 6;

/** What is learnt, without what it takes to learn. */
export type Learnt = Pick<Adaptation, "weights" | "ratios" | "counts" | "squares">;

/** Everything that is learnt. A step goes on from what the step before it knew. */
export class Adaptation {
  /** `[phase][colour][feature]` */
  readonly weights = new Float64Array(CODED_PHASES * COLOURS * FEATURES);
  /** `[phase][colour][context]`: sums of ratios. */
  readonly ratios: Float64Array;
  /** `[phase][colour][context]`: how many samples each of them sums up. */
  readonly counts: Float64Array;
  /** `[phase][colour]`: what least squares know of the pixels around. */
  readonly squares: Float64Array;
  /** Features of the sample at hand. */
  readonly features = new Float64Array(FEATURES);

  /** Knows nothing, or what `other` knows. */
  constructor(other?: Learnt) {
    const contexts = CODED_PHASES * COLOURS * SCALE_CONTEXTS;
    this.ratios = other ? other.ratios.slice() : new Float64Array(contexts).fill(PRIOR_COUNT);
    this.counts = other ? other.counts.slice() : new Float64Array(contexts).fill(PRIOR_COUNT);
    const places = CODED_PHASES * COLOURS;
    this.squares = other ? other.squares.slice() : new Float64Array(places * SQUARES_LENGTH);
    if (other) this.weights.set(other.weights);
    else {
      for (let place = 0; place < places; place++) {
        this.weights[place * FEATURES + PIXEL_FEATURE] = 1;
      }
    }
  }

  /** What an octave starts from: what coarser ones taught, of which least squares keep little. */
  forOctave(): Adaptation {
    const next = new Adaptation(this);
    for (let place = 0; place < CODED_PHASES * COLOURS; place++) fadeSquares(next.squaresOf(place));
    return next;
  }

  /** What least squares know for a phase and colour. */
  squaresOf(place: number): Float64Array {
    return this.squares.subarray(place * SQUARES_LENGTH, (place + 1) * SQUARES_LENGTH);
  }

  /** The correction of the mean, in scales, by the first `count` features of a phase and colour and that of the pixels: four sums, then theirs. */
  correct(place: number, count: number): number {
    const { weights, features } = this;
    const first = place * FEATURES;
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      sums[index & 3]! += weights[first + index]! * features[index]!;
    }
    const pixels = weights[first + PIXEL_FEATURE]! * features[PIXEL_FEATURE]!;
    return (sums[0] + sums[2]) + (sums[1] + sums[3]) + pixels;
  }

  /** Learns from a sample: `slope` is the derivative of its log-likelihood by the mean, in scales. */
  learnMean(place: number, { count, slope }: { count: number; slope: number }): void {
    const { weights, features } = this;
    const first = place * FEATURES;
    const bounded = slope > 1 ? 1 : slope < -1 ? -1 : slope;
    const step = RATE * bounded;
    for (let index = 0; index < count; index++) weights[first + index]! += step * features[index]!;
    weights[first + PIXEL_FEATURE]! += PIXEL_RATE * bounded * features[PIXEL_FEATURE]!;
  }

  /** The ratio of a context. */
  ratioOf(context: number): number {
    return this.ratios[context]! / this.counts[context]!;
  }

  /** Learns from a sample: `slope` is the derivative of its log-likelihood by the logarithm of the scale. */
  learnScale(context: number, slope: number): void {
    const factor = 1 + slope;
    // A ratio stays within bounds that no photo comes near, so that no stream can bring it to 0 or to infinity.
    const bounded = factor > MOST_RATIO ? MOST_RATIO : factor > 0 ? factor : 0;
    const next = bounded * this.ratioOf(context);
    this.ratios[context]! += next < LEAST_RATIO
      ? LEAST_RATIO
      : next > LARGEST_RATIO
      ? LARGEST_RATIO
      : next;
    if (++this.counts[context]! > MOST_COUNTED) {
      this.ratios[context]! /= 2;
      this.counts[context]! /= 2;
    }
  }
}

/** An error as a feature: in scales, bounded. */
export function asFeature(error: number, inverseScale: number): number {
  const value = error * inverseScale;
  return value > MOST_FEATURE ? MOST_FEATURE : value < -MOST_FEATURE ? -MOST_FEATURE : value;
}

/** The context of a scale class and surprise within those of its phase and colour. */
export function surpriseContext(scaleClass: number, surprise: number): number {
  return (scaleClass / CLASSES_PER_CONTEXT | 0) * SURPRISE_LEVELS + surprise;
}

/** The band that a scale class lies in. */
function classBand(scaleClass: number): number {
  const band = scaleClass / CLASSES_PER_BAND | 0;
  return band < CLASS_BANDS ? band : CLASS_BANDS - 1;
}

/** The context of a scale class and of the range of the nearest known samples of the colour, in grey levels. */
export function contrastContext(scaleClass: number, contrast: number): number {
  const level = CONTRAST_TABLE[scaleClass * 256 + contrast]!;
  return CONTRAST_CONTEXTS + level * CLASS_BANDS + classBand(scaleClass);
}

/** The context of a scale class and of a mean in grey levels. */
export function brightnessContext(scaleClass: number, mean: number): number {
  const level = mean / GREYS_PER_LEVEL;
  const bounded = level < 0 ? 0 : level < BRIGHTNESS_LEVELS ? level | 0 : BRIGHTNESS_LEVELS - 1;
  return BRIGHTNESS_CONTEXTS + bounded * CLASS_BANDS + classBand(scaleClass);
}

/** Levels of contrast: half octaves of a quarter more than the contrast in scales; the first that there can be is 0. */
const CONTRAST_TABLE = Uint8Array.from({ length: SCALE_CLASSES * 256 }, (_, index) => {
  const contrast = (index % 256) / SCALES[Math.floor(index / 256)]! + 0.25;
  let level = 0;
  while (level < CONTRAST_LEVELS - 1 && contrast >= halfOctaves(level - 3)) level++;
  return level;
});

/** 2^(count / 2): a power of two, or one times a literal, which is the same everywhere. */
function halfOctaves(count: number): number {
  const octaves = Math.floor(count / 2);
  return 2 ** octaves * (count % 2 === 0 ? 1 : 1.4142135623730951);
}

/** Levels of contrast by scale class and contrast: `[class][256]`. */
export function contrastTable(): Uint8Array {
  return CONTRAST_TABLE.slice();
}

/** Parts of a grey level that expected errors are summed in. */
const EXPECTED_STEPS = 65536;

/** Of every scale class, what errors are expected to be: {@link EXPECTED_STEPS} of the scale. */
export const EXPECTED: Int32Array = Int32Array.from(
  SCALES,
  (scale) => Math.floor(scale * EXPECTED_STEPS + 0.5),
);

/** Mean absolute value of a logistic variable of scale 1: 2 ln 2. */
const MEAN_ABSOLUTE = 1.3862943611198906;

/**
 * Where each level of surprise but the first begins: errors found over {@link EXPECTED}. With a tenth of what is expected
 * added, levels begin at 1.5 · 2^((level − 4) / 1.5) of it; 2^(2/3) and 2^(4/3) are literals.
 */
export const SURPRISE_STARTS: Float32Array = Float32Array.from(
  [
    0.25,
    0.3968502629920499,
    0.6299605249474366,
    1,
    1.5874010519681994,
    2.5198420997897464,
    4,
  ],
  (start) => (1.5 * start - 0.1) * MEAN_ABSOLUTE * ERROR_STEPS / EXPECTED_STEPS,
);

/**
 * How errors of neighbours compare with their expectation, compared as 32-bit floats: 0 far smaller, 7 far larger.
 *
 * @param found sum of errors, in 1/32 grey level
 * @param expected sum of {@link EXPECTED}, by the same weights
 */
export function surpriseLevel(found: number, expected: number): number {
  if (!(expected > 0)) return 3;
  const rounded = Math.fround(expected);
  let level = 0;
  for (const start of SURPRISE_STARTS) if (found >= Math.fround(rounded * start)) level++;
  return level;
}
