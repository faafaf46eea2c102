/**
 * The steps of the pyramid: which pixels of a cell are kept, which are drawn from them, and how the kept ones are packed.
 *
 * All that is particular to a step stands in its record here; the networks that draw it are listed in
 * `weights/shipped_networks.ts`.
 *
 * @module
 */

import type { Size } from "./raster.ts";

/** One step of the pyramid, named by what it keeps. */
export type StepName = "quincunx" | "grid" | "rows";

/** A pixel of a cell: (x, y) from its top left corner. */
export type Phase = readonly [x: number, y: number];

/** The cell that a step repeats: its size, at most 2×2, and where its phases lie, in the order of `Cells`. */
export interface StepCell extends Size {
  /** Phases that are kept: the first in the corner, which every image has, the others in rows below. */
  readonly kept: readonly Phase[];
  /** Phases that are drawn from the kept ones. */
  readonly missing: readonly Phase[];
  /**
   * How many pixels of the image a packed pixel stands for, across and down. The packed image has a row for every kept
   * phase of a row of cells; those whose phase lies outside in the last cell are short.
   */
  readonly packedPixel: Size;
}

/** The cell of every step. */
export const STEP_CELLS: Record<StepName, StepCell> = {
  quincunx: defineCell({
    width: 2,
    height: 2,
    kept: [[0, 0], [1, 1]],
    missing: [[1, 0], [0, 1]],
  }),
  grid: defineCell({ width: 2, height: 2, kept: [[0, 0]], missing: [[1, 0], [0, 1], [1, 1]] }),
  rows: defineCell({ width: 1, height: 2, kept: [[0, 0]], missing: [[0, 1]] }),
};

/** The names of all steps, in the order of all tables. */
export const STEP_NAMES = Object.keys(STEP_CELLS) as StepName[];

/** Completes the record of a step by what follows from its phases. */
export function defineCell(cell: Omit<StepCell, "packedPixel">): StepCell {
  return { ...cell, packedPixel: { width: cell.width, height: cell.height / cell.kept.length } };
}

/** Size of the cell grid that covers an image. */
export function cellGridSize(size: Size, step: StepName): Size {
  return countUnits(size, STEP_CELLS[step]);
}

/** Size of the packed image that holds what a step keeps. */
export function packedSize(size: Size, step: StepName): Size {
  return countUnits(size, STEP_CELLS[step].packedPixel);
}

/** How many units cover an image, across and down. */
export function countUnits(size: Size, unit: Size): Size {
  return {
    width: Math.ceil(size.width / unit.width),
    height: Math.ceil(size.height / unit.height),
  };
}
