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
import { BinCoder, type BinSlopes, binSlopes } from "./bin_coder.ts";
import { Bins, binWidth } from "./bins.ts";
import { type CodedPhase, type LossySamples, MEAN_STEPS, PREDICTIONS } from "./coded_phase.ts";
import { binMiddle, binShape, LOSSY_RANGES, LossyBins } from "./lossy_bins.ts";
import { PhaseFeatures } from "./phase_features.ts";
import type { PixelPlane } from "./pixel_plane.ts";
import { pixelAt, PixelPredictor } from "./pixel_predictor.ts";
import type { RangeDecoder, RangeEncoder } from "./range_coder.ts";
import { SCALE_CLASSES, SCALES } from "./scales.ts";
import { scaleStep, STEP_FACTORS } from "./step_factors.ts";

/** Largest error that is remembered, in 1/32. */
const MOST_REMEMBERED = 32767;

/** Codes samples of one phase in the order of its rows. */
export class PhaseCoder {
  readonly #phase: CodedPhase;
  readonly #adaptation: Adaptation;
  readonly #coder: BinCoder;
  readonly #features: PhaseFeatures;
  readonly #pixels: PixelPlane;
  readonly #predictors: readonly PixelPredictor[];
  #first = 0;

  /** What steps are multiplied with in the pixel at hand. */
  #factor = 0;

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
    this.#coder = new BinCoder(options);
    this.#features = new PhaseFeatures(phase, options.adaptation);
    this.#pixels = options.pixels;
    this.#predictors = Array.from(
      { length: phase.colours },
      (_, colour) =>
        new PixelPredictor(options.pixels, {
          phase: phase.phase,
          colour,
          state: options.adaptation.squaresOf(phase.phase * COLOURS + colour),
          units: unitsOf(phase),
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
    const { phase, width, stride, predictions, planes } = this.#phase;
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
    const contrast = predictor.contrast(pixel);
    if (colour === 0) this.#factor = STEP_FACTORS[contrast]!;
    contexts[1] = first + contrastContext(scaleClass, contrast);
    const brightness = this.#phase.lossy ? corrected + LOSSY_RANGES[colour]!.centre : corrected;
    contexts[2] = first + brightnessContext(scaleClass, brightness);
    let ratio = 1;
    for (const context of contexts) ratio *= adaptation.ratioOf(context);

    const sample = (row * stride + column) * 4 + colour;
    const distribution = { corrected, narrow: inverse / ratio, place };
    const value = this.#phase.lossy
      ? this.#codeLossy(this.#phase.lossy, { ...distribution, sample, pixel, colour })
      : this.#codeExact({ ...distribution, sample, pixel: pixel + colour });
    if (column % 2 === 0) predictor.learn(value - network, inverse);
    // Slopes and neighbours see the error before the correction by features.
    const error = Math.floor((value - mean) * ERROR_STEPS + 0.5);
    errors[at] = Math.min(MOST_REMEMBERED, Math.max(-MOST_REMEMBERED, error));
    classes[at] = scaleClass;
  }

  /** Codes which bin a sample lies in; returns what stands for it. */
  #codeExact(
    { corrected, narrow, place, sample, pixel }: Distribution & { sample: number; pixel: number },
  ): number {
    const { samples, maxError } = this.#phase;
    const bins = new Bins(maxError, corrected);
    const width = binWidth(maxError);
    const origin = (bins.lowest - maxError - 0.5 - corrected) * narrow;
    const step = narrow * width;
    const line = {
      first: 0,
      last: bins.count - 1,
      isHeavy: false,
      edge: (bin: number) => origin + bin * step,
    };
    const guess = bins.binOf(Math.floor(corrected + 0.5));
    const bin = this.#coder.code(
      this.#coder.isReading ? guess : bins.binOf(samples[sample]!),
      line,
    );
    this.#learn(place, binSlopes(bin, line));
    const value = bins.representative(bin);
    samples[sample] = value;
    this.#pixels.data[pixel] = value;
    return value;
  }

  /** Codes which bin around its mean a sample lies in; returns what stands for it, in levels. */
  #codeLossy(
    { steps, isEven, quanta, bounds }: LossySamples,
    { corrected, narrow, place, sample, pixel, colour }: Distribution & {
      sample: number;
      pixel: number;
      colour: number;
    },
  ): number {
    const range = LOSSY_RANGES[colour]!;
    const step = isEven ? steps[colour]! : scaleStep(steps[colour]!, this.#factor);
    const shape = binShape(step * range.unit * narrow);
    const bins = new LossyBins(binMiddle(corrected, range), { step, range, shape });
    const line = {
      first: bins.first,
      last: bins.last,
      isHeavy: true,
      edge: (bin: number) => ((bins.start(bin) - 0.5) * range.unit - corrected) * narrow,
    };
    const bin = this.#coder.code(this.#coder.isReading ? 0 : bins.binOf(quanta[sample]!), line);
    this.#learn(place, binSlopes(bin, line));
    const value = bins.representative(bin);
    quanta[sample] = value;
    bounds.set(bins.bounds(bin), 2 * sample);
    this.#pixels.data[pixel + colour] = value;
    return value * range.unit;
  }

  #learn(place: number, { mean, scale }: BinSlopes): void {
    this.#adaptation.learnMean(place, {
      count: FEATURES_OF_PHASE[this.#phase.phase]!,
      slope: mean,
    });
    for (const context of this.#contexts) this.#adaptation.learnScale(context, scale);
  }
}

/** How a sample is distributed, and which of what is learnt it belongs to. */
interface Distribution {
  /** Its mean in levels. */
  readonly corrected: number;
  /** One by its scale. */
  readonly narrow: number;
  /** Phase and colour. */
  readonly place: number;
}

/** Levels of what the plane of pixels has, by colour. */
function unitsOf({ lossy }: CodedPhase): readonly number[] {
  return lossy ? LOSSY_RANGES.map(({ unit }) => unit) : [1, 1, 1];
}
