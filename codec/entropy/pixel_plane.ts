/**
 * The pixels around and of a run, as far as they are known while it is coded.
 *
 * @module
 */

import { COLOURS } from "./adaptation.ts";

/** Pixels that lie around those of a run on every side: as far as predictors look. */
export const PLANE_MARGIN = 3;

/** Stands for a sample that is not known, or outside the image. */
export const UNKNOWN: number = -32768;

/** Samples of a run's pixels, and of {@link PLANE_MARGIN} more on every side. */
export class PixelPlane {
  /** `[row][column][colour]`: representatives in the order of coding, or {@link UNKNOWN}. */
  readonly data: Int16Array;
  /** Numbers of a row. */
  readonly line: number;

  /**
   * Nothing is known yet.
   *
   * @param width columns of pixels that lie inside the image
   * @param height rows of pixels, two for each row of cells of the run
   */
  constructor(readonly width: number, readonly height: number) {
    this.line = (width + 2 * PLANE_MARGIN) * COLOURS;
    this.data = new Int16Array(this.line * (height + 2 * PLANE_MARGIN)).fill(UNKNOWN);
  }

  /** Where the samples of a pixel begin; rows and columns down to -{@link PLANE_MARGIN} are there. */
  at(row: number, column: number): number {
    return (row + PLANE_MARGIN) * this.line + (column + PLANE_MARGIN) * COLOURS;
  }
}
