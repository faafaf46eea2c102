/**
 * What the samples decoded so far teach about those to come: corrections of the mean and of the scale that the network
 * predicts. Encoder and decoder learn the same, so nothing of it is stored.
 *
 * The mean of a sample gains a weighted sum of features: errors of neighbours and of the colours already known, in units
 * of the scale. Weights follow the gradient of the likelihood (a least-mean-squares filter with the logistic's
 * bounded error; Widrow and Hoff 1960). Its scale is multiplied by a ratio that is counted for each context: the scale
 * class that the network named, and how errors of neighbours compare with what was expected of them.
 *
 * Doubles with +, −, ×, ÷, comparisons and tables alone, in a fixed order, so the results are the same everywhere.
 *
 * @module
 */

import { CLASSES_PER_OCTAVE, SCALE_CLASSES, SCALES } from "./scales.ts";

/** Parts of a grey level that errors are remembered in. */
export const ERROR_STEPS = 32;

/** Phases that are coded: (1,1), then (1,0), then (0,1). */
export const CODED_PHASES = 3;

/** Colours that are coded: G, R, B. */
export const COLOURS = 3;

/** Weights of the mean's features for each phase and colour; those that a phase or colour has not are zero. */
export const FEATURES = 14;

/** Features that a phase has: the last ones come from phases before it. */
export const FEATURES_OF_PHASE = [8, 10, 14] as const;

/** Levels of how neighbours' errors compare with what was expected. */
export const SURPRISE_LEVELS = 8;

/** Scale classes that share a context. */
const CLASSES_PER_CONTEXT = CLASSES_PER_OCTAVE / 4;

/** Contexts of the scale for each phase and colour. */
export const SCALE_CONTEXTS = Math.ceil(SCALE_CLASSES / CLASSES_PER_CONTEXT) * SURPRISE_LEVELS;

/** Samples that a context counts as before it has seen any, with a ratio of 1. */
const PRIOR_COUNT = 24;

/** Samples at which a context's counts are halved, so that old ones fade. */
const MOST_COUNTED = 400;

/** Step of the mean's weights along the gradient. */
const RATE = 0.002;

/** Largest step of a ratio's gradient: one sample in the tail must not decide. */
const MOST_RATIO = 6;

/** What a sample adds to the ratios of its context lies between these. */
const LEAST_RATIO = 2 ** -8;
const LARGEST_RATIO = 2 ** 12;

/** Largest feature, in scales. */
const MOST_FEATURE = 6;

/** What is learnt, without what it takes to learn. */
export type Learnt = Pick<Adaptation, "weights" | "ratios" | "counts">;

/** Everything that is learnt. A step goes on from what the step before it knew. */
export class Adaptation {
  /** `[phase][colour][feature]` */
  readonly weights = new Float64Array(CODED_PHASES * COLOURS * FEATURES);
  /** `[phase][colour][context]`: sums of ratios. */
  readonly ratios: Float64Array;
  /** `[phase][colour][context]`: how many samples each of them sums up. */
  readonly counts: Float64Array;
  /** Features of the sample at hand. */
  readonly features = new Float64Array(FEATURES);

  /** Knows nothing, or what `other` knows. */
  constructor(other?: Learnt) {
    const contexts = CODED_PHASES * COLOURS * SCALE_CONTEXTS;
    this.ratios = other ? other.ratios.slice() : new Float64Array(contexts).fill(PRIOR_COUNT);
    this.counts = other ? other.counts.slice() : new Float64Array(contexts).fill(PRIOR_COUNT);
    if (other) this.weights.set(other.weights);
  }

  /** The correction of the mean, in scales, by the first `count` features of a phase and colour: four sums, then their sum. */
  correct(place: number, count: number): number {
    const { weights, features } = this;
    const first = place * FEATURES;
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      sums[index & 3]! += weights[first + index]! * features[index]!;
    }
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
  }

  /** Learns from a sample: `slope` is the derivative of its log-likelihood by the mean, in scales. */
  learnMean(place: number, { count, slope }: { count: number; slope: number }): void {
    const { weights, features } = this;
    const first = place * FEATURES;
    const step = RATE * (slope > 1 ? 1 : slope < -1 ? -1 : slope);
    for (let index = 0; index < count; index++) weights[first + index]! += step * features[index]!;
  }

  /** Learns from a sample: `slope` is the derivative of its log-likelihood by the logarithm of the scale. */
  learnScale(context: number, { ratio, slope }: { ratio: number; slope: number }): void {
    const factor = 1 + slope;
    // A ratio stays within bounds that no photo comes near, so that no stream can bring it to 0 or to infinity.
    const bounded = factor > MOST_RATIO ? MOST_RATIO : factor > 0 ? factor : 0;
    const next = bounded * ratio;
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

/** The context of a scale class within those of its phase and colour. */
export function scaleContext(scaleClass: number, surprise: number): number {
  return (scaleClass / CLASSES_PER_CONTEXT | 0) * SURPRISE_LEVELS + surprise;
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
