/**
 * What is coded of one phase of an octave.
 *
 * @module
 */

import { COLOURS } from "./adaptation.ts";

/** Numbers that a network predicts for a cell of a phase: 3 means, 3 scale classes, 3 slopes. */
export const PREDICTIONS = 9;

/** Parts of a grey level that means are stated in. */
export const MEAN_STEPS = 16;

/** Parts of one that slopes are stated in. */
export const SLOPE_STEPS = 64;

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

/** Luma and chroma of a phase, which are told by bins of any width. */
export interface LossySamples {
  /** Widths of bins in quanta, by colour in the order of coding. */
  readonly steps: readonly [number, number, number];
  /** Whether bins are as wide as that everywhere. Default: that is multiplied with what `step_factors.ts` has. */
  readonly isEven?: boolean | undefined;
  /** `[row][column][4]` in quanta: samples when encoding; once they are coded, what stands for their bins. */
  readonly quanta: Int16Array;
  /** `[row][column][4][2]`: the first and the last value of the bin of each, written when coding. */
  readonly bounds: Int16Array;
}

/** The samples of one phase. */
export interface CodedPhase {
  /** 0 for phase (1,1), 1 for (1,0), 2 for (0,1). */
  readonly phase: number;
  /** Columns of the phase that lie inside the image. */
  readonly width: number;
  /** Rows of the phase that lie inside the image. */
  readonly height: number;
  /** Cells of a row of `predictions` and `samples`, at least `width`. */
  readonly stride: number;
  /** `[row][column][9]`: means of G, R, B in 1/16 grey level without slopes, scale classes (the nearest that there is counts), slopes R←G, B←G, B←R in 1/64. */
  readonly predictions: Int16Array;
  /** `[row][column][4]`: G, R, B when encoding; once they are coded, what stands for their bins. Empty where samples are lossy. */
  readonly samples: Uint8Array;
  /** Errors of this phase and of those before it in the octave, by phase. */
  readonly planes: readonly ErrorPlane[];
  /** 1 for grey, of which G alone is coded; else 3. */
  readonly colours: 1 | 3;
  /** Largest error in grey levels; 0 is lossless. */
  readonly maxError: number;
  /** Luma and chroma in place of G, R, B, by bins around their means; absent where there is a largest error. */
  readonly lossy?: LossySamples | undefined;
}
