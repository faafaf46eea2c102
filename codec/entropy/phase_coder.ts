/**
 * The samples of one phase to symbols and back, by what a network predicts and what earlier samples teach.
 *
 * @module
 */

import {
  type Adaptation,
  asFeature,
  brightnessContext,
  COLOURS,
  contrastContext,
  ERROR_STEPS,
  FEATURES_OF_PHASE,
  PIXEL_FEATURE,
  SCALE_CONTEXTS,
  surpriseContext,
} from "./adaptation.ts";
import { type CodedPhase, MEAN_STEPS, PREDICTIONS } from "./coded_phase.ts";
import { binWidth, countBins, representativeOf } from "./bins.ts";
import { logistic, TABLE_END } from "./logistic.ts";
import { PhaseFeatures } from "./phase_features.ts";
import type { PixelPlane } from "./pixel_plane.ts";
import { pixelAt, PixelPredictor } from "./pixel_predictor.ts";
import { FREQUENCY_BITS, type RangeDecoder, type RangeEncoder } from "./range_coder.ts";
import { SCALE_CLASSES, SCALES } from "./scales.ts";

/** Largest error that is remembered, in 1/32. */
const MOST_REMEMBERED = 32767;

/** A bin's share counts as no less when learning from it: in the tail, its slope would be a ratio of rounding errors. */
const LEAST_SHARE = 1e-9;

const TOTAL = 1 << FREQUENCY_BITS;

/** Codes samples of one phase in the order of its rows. */
export class PhaseCoder {
  readonly #phase: CodedPhase;
  readonly #adaptation: Adaptation;
  readonly #encoder: RangeEncoder | undefined;
  readonly #decoder: RangeDecoder | undefined;
  readonly #bins: number;
  readonly #features: PhaseFeatures;
  readonly #pixels: PixelPlane;
  readonly #predictors: readonly PixelPredictor[];
  /** Distribution of the sample at hand: bin i begins at `#origin + i·#step`, in scales from the mean. */
  #origin = 0;
  #step = 0;
  #first = 0;

  /** Contexts of the scale of the sample at hand. */
  readonly #contexts = [0, 0, 0];

  /**
   * Encodes or decodes `phase`, by which of the two streams is given.
   *
   * @param options.pixels what is known of the rows to be coded and around them; what is coded is put in
   */
  constructor(phase: CodedPhase, options: {
    adaptation: Adaptation;
    pixels: PixelPlane;
    encoder?: RangeEncoder | undefined;
    decoder?: RangeDecoder | undefined;
  }) {
    this.#phase = phase;
    this.#adaptation = options.adaptation;
    this.#encoder = options.encoder;
    this.#decoder = options.decoder;
    this.#bins = countBins(phase.maxError);
    this.#features = new PhaseFeatures(phase, options.adaptation);
    this.#pixels = options.pixels;
    this.#predictors = Array.from(
      { length: phase.colours },
      (_, colour) =>
        new PixelPredictor(options.pixels, {
          phase: phase.phase,
          colour,
          state: options.adaptation.squaresOf(phase.phase * COLOURS + colour),
        }),
    );
  }

  /** Codes the rows from `first` up to `end`; neighbours of these phases in other rows count as unknown. */
  codeRows(first: number, end: number): void {
    const { width, colours } = this.#phase;
    this.#first = first;
    this.#features.openRows(first, end);
    for (let row = first; row < end; row++) {
      for (let column = 0; column < width; column++) {
        for (let colour = 0; colour < colours; colour++) this.#code(row, column, colour);
      }
    }
  }

  #code(row: number, column: number, colour: number): void {
    const { phase, width, stride, predictions, bins, planes, maxError } = this.#phase;
    const adaptation = this.#adaptation;
    const { errors, classes } = planes[phase]!;
    const at = (row * width + column) * COLOURS + colour;
    const from = (row * stride + column) * PREDICTIONS;
    const named = predictions[from + 3 + colour]!;
    const scaleClass = named < 0 ? 0 : Math.min(SCALE_CLASSES - 1, named);
    const scale = SCALES[scaleClass]!;
    const inverse = 1 / scale;
    const network = predictions[from + colour]! / MEAN_STEPS;
    const shift = this.#features.gather({ row, column, colour }, inverse);
    const mean = network + shift;

    const pixel = pixelAt(this.#pixels, { phase, row: row - this.#first, column });
    const predictor = this.#predictors[colour]!;
    const { colourErrors } = this.#features;
    const expected = predictor.predict(pixel, { mean: network, errors: colourErrors });
    if (predictor.isReady) {
      adaptation.features[PIXEL_FEATURE] = asFeature(expected - shift, inverse);
    }

    const place = phase * COLOURS + colour;
    const corrected = mean + adaptation.correct(place, FEATURES_OF_PHASE[phase]!) * scale;
    const { surprise } = this.#features;
    const contexts = this.#contexts;
    const first = place * SCALE_CONTEXTS;
    contexts[0] = first + surpriseContext(scaleClass, surprise);
    contexts[1] = first + contrastContext(scaleClass, predictor.contrast(pixel));
    contexts[2] = first + brightnessContext(scaleClass, corrected);
    let ratio = 1;
    for (const context of contexts) ratio *= adaptation.ratioOf(context);
    const levels = binWidth(maxError);
    this.#step = inverse / ratio;
    this.#origin = (-maxError - 0.5 - corrected) * this.#step;
    this.#step *= levels;

    const sample = (row * stride + column) * 4 + colour;
    const bin = this.#codeBin(bins[sample]!, corrected / levels);
    bins[sample] = bin;
    this.#learn(bin, place);
    const value = representativeOf(bin, maxError);
    this.#pixels.data[pixel + colour] = value;
    if (column % 2 === 0) predictor.learn(value - network, inverse);
    // Slopes and neighbours see the error before the correction by features.
    const error = Math.floor((value - mean) * ERROR_STEPS + 0.5);
    errors[at] = Math.min(MOST_REMEMBERED, Math.max(-MOST_REMEMBERED, error));
    classes[at] = scaleClass;
  }

  #learn(bin: number, place: number): void {
    const isFirst = bin === 0;
    const isLast = bin === this.#bins - 1;
    const lowEdge = isFirst ? 0 : this.#origin + bin * this.#step;
    const highEdge = isLast ? 0 : this.#origin + (bin + 1) * this.#step;
    const low = isFirst ? 0 : logistic(lowEdge);
    const high = isLast ? 1 : logistic(highEdge);
    // Beyond its end the table is flat and has no slope: what lies there draws mean and scale as far as a sample may.
    const beyond = !isFirst && lowEdge > TABLE_END ? 1 : !isLast && highEdge < -TABLE_END ? -1 : 0;
    const share = Math.max(LEAST_SHARE, high - low);
    // The density of the logistic distribution is F·(1 − F).
    const lowDensity = low * (1 - low);
    const highDensity = high * (1 - high);
    this.#adaptation.learnMean(place, {
      count: FEATURES_OF_PHASE[this.#phase.phase]!,
      slope: beyond !== 0 ? beyond : (lowDensity - highDensity) / share,
    });
    const slope = beyond !== 0
      ? Number.MAX_VALUE
      : (lowEdge * lowDensity - highEdge * highDensity) / share;
    for (const context of this.#contexts) this.#adaptation.learnScale(context, slope);
  }

  /** Sum of the frequencies of the bins before `bin`. */
  #cumulative(bin: number): number {
    if (bin === 0) return 0;
    if (bin === this.#bins) return TOTAL;
    return Math.floor(logistic(this.#origin + bin * this.#step) * (TOTAL - this.#bins)) + bin;
  }

  #codeBin(bin: number, guess: number): number {
    if (this.#encoder) {
      const start = this.#cumulative(bin);
      this.#encoder.encode(start, this.#cumulative(bin + 1) - start);
      return bin;
    }
    const decoder = this.#decoder!;
    const position = decoder.position();
    const rounded = Math.floor(guess + 0.5);
    let low = rounded < 0 ? 0 : rounded >= this.#bins ? this.#bins - 1 : rounded;
    let start = this.#cumulative(low);
    let end: number;
    if (start > position) {
      do {
        end = start;
        start = this.#cumulative(--low);
      } while (start > position);
    } else {
      end = this.#cumulative(low + 1);
      while (end <= position) {
        low++;
        start = end;
        end = this.#cumulative(low + 1);
      }
    }
    decoder.take(start, end - start);
    return low;
  }
}
