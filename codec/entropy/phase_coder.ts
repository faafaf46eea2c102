/**
 * The samples of one phase to symbols and back, by what a network predicts and what earlier samples teach.
 *
 * @module
 */

import {
  type Adaptation,
  asFeature,
  COLOURS,
  ERROR_STEPS,
  EXPECTED,
  FEATURES_OF_PHASE,
  SCALE_CONTEXTS,
  scaleContext,
  surpriseLevel,
} from "./adaptation.ts";
import { binWidth, countBins, representativeOf } from "./bins.ts";
import { logistic, TABLE_END } from "./logistic.ts";
import { FREQUENCY_BITS, type RangeDecoder, type RangeEncoder } from "./range_coder.ts";
import { SCALE_CLASSES, SCALES } from "./scales.ts";

/** Numbers that a network predicts for a cell of a phase: 3 means, 3 scale classes, 3 slopes. */
export const PREDICTIONS = 9;

/** Parts of a grey level that means are stated in. */
export const MEAN_STEPS = 16;

/** Parts of one that slopes are stated in. */
export const SLOPE_STEPS = 64;

/** Largest error that is remembered, in 1/32. */
const MOST_REMEMBERED = 32767;

/** The feature that is always there, by which a constant error is learnt. */
const CONSTANT_FEATURE = 0.3;

/** A bin's share counts as no less when learning from it: in the tail, its slope would be a ratio of rounding errors. */
const LEAST_SHARE = 1e-9;

/** Where features have their place: the four neighbours first, then these. */
const COLOUR_FEATURES = 4;
const CONSTANT_PLACE = 6;
const DIAGONAL_FEATURES = 8;
const OTHER_FEATURES = 10;

/** Tenths that neighbours count for the surprise: those beside or above and known colours, corners, and phase (1,0) for (0,1). */
const NEAR = 10;
const CORNER = 5;
const OTHER = 7;

const TOTAL = 1 << FREQUENCY_BITS;

/** Errors of the samples of a phase, which those after them learn from. */
export class ErrorPlane {
  /** `[row][column][colour]` in 1/32 grey level. */
  readonly errors: Int16Array;
  /** `[row][column][colour]`: scale classes that the network named. */
  readonly classes: Uint8Array;

  /** Nothing is known yet. */
  constructor(readonly width: number, readonly height: number) {
    this.errors = new Int16Array(width * height * COLOURS);
    this.classes = new Uint8Array(width * height * COLOURS);
  }
}

/** The samples of one phase. */
export interface CodedPhase {
  /** 0 for phase (1,1), 1 for (1,0), 2 for (0,1). */
  readonly phase: number;
  /** Columns of the phase that lie inside the image. */
  readonly width: number;
  /** Rows of the phase that lie inside the image. */
  readonly height: number;
  /** Cells of a row of `predictions` and `bins`, at least `width`. */
  readonly stride: number;
  /** `[row][column][9]`: means of G, R, B in 1/16 grey level without slopes, scale classes (the nearest that there is counts), slopes R←G, B←G, B←R in 1/64. */
  readonly predictions: Int16Array;
  /** `[row][column][4]`: bins of G, R, B; read when encoding, written when decoding. */
  readonly bins: Uint8Array;
  /** Errors of this phase and of those before it in the octave, by phase. */
  readonly planes: readonly ErrorPlane[];
  /** 1 for grey, of which G alone is coded; else 3. */
  readonly colours: 1 | 3;
  /** Largest error in grey levels; 0 is lossless. */
  readonly maxError: number;
}

/** Codes samples of one phase in the order of its rows. */
export class PhaseCoder {
  readonly #phase: CodedPhase;
  readonly #adaptation: Adaptation;
  readonly #encoder: RangeEncoder | undefined;
  readonly #decoder: RangeDecoder | undefined;
  readonly #bins: number;
  /** Distribution of the sample at hand: bin i begins at `#origin + i·#step`, in scales from the mean. */
  #origin = 0;
  #step = 0;
  #first = 0;
  #end = 0;
  /** What a unit of errors is in scales, and the sums that the surprise follows from. */
  #unit = 0;
  #found = 0;
  #expected = 0;

  /** Encodes or decodes `phase`, by which of the two streams is given. */
  constructor(phase: CodedPhase, options: {
    adaptation: Adaptation;
    encoder?: RangeEncoder | undefined;
    decoder?: RangeDecoder | undefined;
  }) {
    this.#phase = phase;
    this.#adaptation = options.adaptation;
    this.#encoder = options.encoder;
    this.#decoder = options.decoder;
    this.#bins = countBins(phase.maxError);
  }

  /** Codes the rows from `first` up to `end`; neighbours of these phases in other rows count as unknown. */
  codeRows(first: number, end: number): void {
    const { width, colours } = this.#phase;
    this.#first = first;
    this.#end = end;
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
    this.#unit = inverse / ERROR_STEPS;
    this.#found = 0;
    this.#expected = 0;
    const { features } = adaptation;
    features.fill(0);
    this.#addNeighbours(row, { column, at });
    const mean = predictions[from + colour]! / MEAN_STEPS + this.#addColours(at, { colour, from });
    features[CONSTANT_PLACE] = CONSTANT_FEATURE;
    if (phase > 0) this.#addDiagonal(row, { column, colour });
    if (phase > 1) this.#addOtherPhase(row, { column, colour });

    const place = phase * COLOURS + colour;
    const corrected = mean + adaptation.correct(place, FEATURES_OF_PHASE[phase]!) * scale;
    const surprise = surpriseLevel(this.#found, this.#expected);
    const context = place * SCALE_CONTEXTS + scaleContext(scaleClass, surprise);
    const [sum, count] = [adaptation.ratios[context]!, adaptation.counts[context]!];
    const levels = binWidth(maxError);
    this.#step = inverse * count / sum;
    this.#origin = (-maxError - 0.5 - corrected) * this.#step;
    this.#step *= levels;

    const sample = (row * stride + column) * 4 + colour;
    const bin = this.#codeBin(bins[sample]!, corrected / levels);
    bins[sample] = bin;
    this.#learn(bin, { place, context, ratio: sum / count });
    // Slopes and neighbours see the error before the correction by features.
    const error = Math.floor((representativeOf(bin, maxError) - mean) * ERROR_STEPS + 0.5);
    errors[at] = Math.min(MOST_REMEMBERED, Math.max(-MOST_REMEMBERED, error));
    classes[at] = scaleClass;
  }

  /** Neighbours of the same phase and colour: west, north, north-west, north-east. */
  #addNeighbours(row: number, { column, at }: { column: number; at: number }): void {
    const { phase, width, planes } = this.#phase;
    const plane = planes[phase]!;
    const north = at - width * COLOURS;
    const hasWest = column > 0;
    const hasNorth = row > this.#first;
    const hasEast = column + 1 < width;
    if (hasWest) this.#addNeighbour(plane, { at: at - COLOURS, place: 0, weight: NEAR });
    if (!hasNorth) return;
    this.#addNeighbour(plane, { at: north, place: 1, weight: NEAR });
    if (hasWest) this.#addNeighbour(plane, { at: north - COLOURS, place: 2, weight: CORNER });
    if (hasEast) this.#addNeighbour(plane, { at: north + COLOURS, place: 3, weight: CORNER });
  }

  /** Colours of the same pixel that are known. Returns what their errors, by the network's slopes, add to the mean. */
  #addColours(at: number, { colour, from }: { colour: number; from: number }): number {
    const { phase, predictions, planes } = this.#phase;
    const plane = planes[phase]!;
    let sum = 0;
    for (let known = 0; known < colour; known++) {
      const there = at - colour + known;
      const slope = predictions[from + 5 + colour + known]! / SLOPE_STEPS;
      sum += slope * (plane.errors[there]! / ERROR_STEPS);
      this.#addNeighbour(plane, { at: there, place: COLOUR_FEATURES + known, weight: NEAR });
    }
    return sum;
  }

  /** The two nearest pixels of phase (1,1): above and below phase (1,0), left and right of (0,1). */
  #addDiagonal(row: number, { column, colour }: { column: number; colour: number }): void {
    const diagonal = this.#phase.planes[0]!;
    const { width, height, errors } = diagonal;
    const here = (row * width + column) * COLOURS + colour;
    if (row < height && column < width) this.#addFeature(DIAGONAL_FEATURES, errors[here]!);
    if (this.#phase.phase === 1) {
      if (row > 0 && column < width) {
        this.#addFeature(DIAGONAL_FEATURES + 1, errors[here - width * COLOURS]!);
      }
    } else if (column > 0 && row < height) {
      this.#addFeature(DIAGONAL_FEATURES + 1, errors[here - COLOURS]!);
    }
  }

  /** The four nearest pixels of phase (1,0) around one of (0,1). */
  #addOtherPhase(row: number, { column, colour }: { column: number; colour: number }): void {
    const other = this.#phase.planes[1]!;
    for (let neighbour = 0; neighbour < 4; neighbour++) {
      const y = row + (neighbour >> 1);
      const x = column - (neighbour & 1);
      if (x < 0 || x >= other.width || y >= other.height || y >= this.#end) continue;
      const at = (y * other.width + x) * COLOURS + colour;
      this.#addNeighbour(other, { at, place: OTHER_FEATURES + neighbour, weight: OTHER });
    }
  }

  /** An error that counts as a feature and for the surprise. */
  #addNeighbour(
    { errors, classes }: ErrorPlane,
    { at, place, weight }: { at: number; place: number; weight: number },
  ): void {
    const error = errors[at]!;
    this.#addFeature(place, error);
    this.#found += weight * Math.abs(error);
    this.#expected += weight * EXPECTED[classes[at]!]!;
  }

  #addFeature(place: number, error: number): void {
    this.#adaptation.features[place] = asFeature(error, this.#unit);
  }

  #learn(
    bin: number,
    { place, context, ratio }: { place: number; context: number; ratio: number },
  ): void {
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
    this.#adaptation.learnScale(context, {
      ratio,
      slope: beyond !== 0
        ? Number.MAX_VALUE
        : (lowEdge * lowDensity - highEdge * highDensity) / share,
    });
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
