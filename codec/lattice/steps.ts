/**
 * The steps of the pyramid: which pixels of a cell are kept, and which are drawn from them.
 *
 * @module
 */

import type { Size } from "./raster.ts";

/** One step of the pyramid, named by what it keeps. */
export type StepName = "quincunx" | "grid" | "rows";

/** A pixel of a cell: (x, y) from its top left corner. */
export type Phase = readonly [x: number, y: number];

/** The cell that a step repeats: its size and where its phases lie, in the order of `Cells`. */
export interface StepCell extends Size {
  /** Phases that are stored. */
  readonly kept: readonly Phase[];
  /** Phases that are drawn from the kept ones. */
  readonly missing: readonly Phase[];
}

/** The cell of every step. */
export const STEP_CELLS: Record<StepName, StepCell> = {
  quincunx: { width: 2, height: 2, kept: [[0, 0], [1, 1]], missing: [[1, 0], [0, 1]] },
  grid: { width: 2, height: 2, kept: [[0, 0]], missing: [[1, 0], [0, 1], [1, 1]] },
  rows: { width: 1, height: 2, kept: [[0, 0]], missing: [[0, 1]] },
};

/** Size of the cell grid that covers an image. */
export function cellGridSize(size: Size, step: StepName): Size {
  const cell = STEP_CELLS[step];
  return {
    width: Math.ceil(size.width / cell.width),
    height: Math.ceil(size.height / cell.height),
  };
}

/** Size of the packed image that holds what a step keeps. */
export function packedSize(size: Size, step: StepName): Size {
  const cells = cellGridSize(size, step);
  return step === "quincunx" ? { width: cells.width, height: size.height } : cells;
}
