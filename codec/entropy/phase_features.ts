/**
 * What earlier errors say of a sample: features that correct its mean, and the surprise that corrects its scale.
 *
 * @module
 */

import {
  type Adaptation,
  asFeature,
  COLOURS,
  ERROR_STEPS,
  EXPECTED,
  surpriseLevel,
} from "./adaptation.ts";
import { type CodedPhase, type ErrorPlane, PREDICTIONS, SLOPE_STEPS } from "./coded_phase.ts";

/** The feature that is always there, by which a constant error is learnt. */
const CONSTANT_FEATURE = 0.3;

/** Where features have their place: the four neighbours first, then these. */
const COLOUR_FEATURES = 4;
const CONSTANT_PLACE = 6;
const DIAGONAL_FEATURES = 8;
const OTHER_FEATURES = 10;

/** Tenths that neighbours count for the surprise: those beside or above and known colours, corners, and phase (1,0) for (0,1). */
const NEAR = 10;
const CORNER = 5;
const OTHER = 7;

/** A sample by where it lies in its phase. */
export interface Place {
  /** From the top of the phase. */
  readonly row: number;
  /** From its left. */
  readonly column: number;
  /** In the order of coding. */
  readonly colour: number;
}

/** Gathers the features of samples, one at a time. */
export class PhaseFeatures {
  /** Errors of the known colours of the pixel at hand, in grey levels. */
  readonly colourErrors = [0, 0];
  readonly #phase: CodedPhase;
  readonly #adaptation: Adaptation;
  /** The rows that are coded together. */
  #first = 0;
  #end = 0;
  /** What a unit of errors is in scales, and the sums that the surprise follows from. */
  #unit = 0;
  #found = 0;
  #expected = 0;

  /** For one phase; the features of `adaptation` are filled in. */
  constructor(phase: CodedPhase, adaptation: Adaptation) {
    this.#phase = phase;
    this.#adaptation = adaptation;
  }

  /** Says that neighbours in rows before `first` and from `end` on count as unknown. */
  openRows(first: number, end: number): void {
    this.#first = first;
    this.#end = end;
  }

  /**
   * Gathers those of a sample.
   *
   * @param inverse one by the scale that the network named
   * @returns what the errors of known colours, by the network's slopes, add to the mean
   */
  gather(place: Place, inverse: number): number {
    const { phase } = this.#phase;
    const { features } = this.#adaptation;
    this.#unit = inverse / ERROR_STEPS;
    this.#found = 0;
    this.#expected = 0;
    features.fill(0);
    this.#addNeighbours(place);
    const shift = this.#addColours(place);
    features[CONSTANT_PLACE] = CONSTANT_FEATURE;
    if (phase > 0) this.#addDiagonal(place);
    if (phase > 1) this.#addOtherPhase(place);
    return shift;
  }

  /** How errors of the neighbours compare with what was expected of them. */
  get surprise(): number {
    return surpriseLevel(this.#found, this.#expected);
  }

  /** Neighbours of the same phase and colour: west, north, north-west, north-east. */
  #addNeighbours({ row, column, colour }: Place): void {
    const { phase, width, planes } = this.#phase;
    const plane = planes[phase]!;
    const at = (row * width + column) * COLOURS + colour;
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

  /** Colours of the same pixel that are known. */
  #addColours({ row, column, colour }: Place): number {
    const { phase, width, stride, predictions, planes } = this.#phase;
    const plane = planes[phase]!;
    const pixel = (row * width + column) * COLOURS;
    const slopes = (row * stride + column) * PREDICTIONS + 5 + colour;
    let sum = 0;
    for (let known = 0; known < colour; known++) {
      const error = plane.errors[pixel + known]! / ERROR_STEPS;
      this.colourErrors[known] = error;
      sum += predictions[slopes + known]! / SLOPE_STEPS * error;
      this.#addNeighbour(plane, {
        at: pixel + known,
        place: COLOUR_FEATURES + known,
        weight: NEAR,
      });
    }
    return sum;
  }

  /** The two nearest pixels of phase (1,1): above and below phase (1,0), left and right of (0,1). */
  #addDiagonal({ row, column, colour }: Place): void {
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
  #addOtherPhase({ row, column, colour }: Place): void {
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
}
