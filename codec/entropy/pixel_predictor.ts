/**
 * What least squares expect of a sample by the pixels around it.
 *
 * Inputs are known samples of the colour less the network's mean, errors of the pixel's known colours, and by how much
 * those colours differ there from here; the target is the sample less the network's mean. What is unknown counts as 0.
 * Every second column is learnt from, which costs half the time and a thousandth of the rate.
 *
 * @module
 */

import { COLOURS } from "./adaptation.ts";
import { expectedOf, isSolved, learnSquares, MOST_INPUTS } from "./pixel_squares.ts";
import { nearestOf, type Neighbour, neighboursOf, PHASE_PLACES } from "./pixel_inputs.ts";
import { type PixelPlane, UNKNOWN } from "./pixel_plane.ts";

/** Predicts samples of one phase and colour. */
export class PixelPredictor {
  readonly #plane: PixelPlane;
  readonly #state: Float64Array;
  readonly #colour: number;
  readonly #units: readonly number[];
  readonly #neighbours: readonly Neighbour[];
  readonly #nearest: readonly Neighbour[];
  readonly #inputs = new Float64Array(MOST_INPUTS);
  #expected = 0;

  /**
   * Knows of the phase and colour what `state` says, which learns on.
   *
   * @param options.units grey levels of a unit of the plane, by colour; default: 1
   */
  constructor(
    plane: PixelPlane,
    { phase, colour, state, units = [1, 1, 1] }: {
      phase: number;
      colour: number;
      state: Float64Array;
      units?: readonly number[];
    },
  ) {
    this.#plane = plane;
    this.#state = state;
    this.#colour = colour;
    this.#units = units;
    this.#neighbours = neighboursOf(phase, colour);
    this.#nearest = nearestOf(phase);
  }

  /**
   * What the sample is expected to be, less `mean`; 0 before anything is known.
   *
   * @param at where the pixel's samples begin in the plane
   * @param sample the network's mean of it in grey levels, and the errors of its known colours
   */
  predict(at: number, { mean, errors }: { mean: number; errors: ArrayLike<number> }): number {
    const { data } = this.#plane;
    let count = 0;
    for (const neighbour of this.#neighbours) {
      const value = data[this.#indexOf(at, neighbour)]!;
      const unit = this.#units[neighbour.colour]!;
      const from = neighbour.colour === this.#colour ? mean : data[at + neighbour.colour]! * unit;
      this.#inputs[count++] = value === UNKNOWN ? 0 : value * unit - from;
    }
    for (let known = 0; known < this.#colour; known++) this.#inputs[count++] = errors[known]!;
    this.#expected = expectedOf(this.#state, { inputs: this.#inputs, count });
    return this.#expected;
  }

  /** Whether it has learnt enough to be listened to. */
  get isReady(): boolean {
    return isSolved(this.#state);
  }

  /**
   * Learns from the sample that was predicted last.
   *
   * @param target what it is, less the network's mean
   * @param inverse one by the scale that the network named
   */
  learn(target: number, inverse: number): void {
    const surprise = (target - this.#expected) * inverse;
    // A surprise of two scales halves what a sample counts, or edges alone would decide.
    const weight = inverse * inverse / (1 + 0.25 * (surprise * surprise));
    const count = this.#neighbours.length + this.#colour;
    learnSquares(this.#state, { inputs: this.#inputs, count, target, weight });
  }

  /** The range of the four nearest samples of the colour, as far as they are known, in whole grey levels. */
  contrast(at: number): number {
    let [least, most] = [32767, -32767];
    for (const neighbour of this.#nearest) {
      const value = this.#plane.data[this.#indexOf(at, neighbour) + this.#colour]!;
      if (value === UNKNOWN) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return most > least ? Math.floor((most - least) * this.#units[this.#colour]!) : 0;
  }

  #indexOf(at: number, { dx, dy, colour }: Neighbour): number {
    return at + dy * this.#plane.line + dx * COLOURS + colour;
  }
}

/** Where the samples of a phase's pixel begin. */
export function pixelAt(
  plane: PixelPlane,
  { phase, row, column }: { phase: number; row: number; column: number },
): number {
  const { x, y } = PHASE_PLACES[phase]!;
  return plane.at(2 * row + y, 2 * column + x);
}
