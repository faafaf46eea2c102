/**
 * Where the pixels of a phase lie, in an image and in the packed image.
 *
 * @module
 */

import { STEP_CELLS, type StepName } from "./steps.ts";

/** Where the pixels of one phase lie: cell (i, j) has its pixel at (x + i·dx, y + j·dy). */
export interface Sampling {
  /** Column of the first pixel. */
  readonly x: number;
  /** Row of the first pixel. */
  readonly y: number;
  /** Columns from one cell to the next. */
  readonly dx: number;
  /** Rows from one cell to the next. */
  readonly dy: number;
}

/** Where the pixels of each phase in `which` lie in the image itself. */
export function imageSampling(step: StepName, which: "kept" | "missing"): Sampling[] {
  const { width: dx, height: dy, [which]: phases } = STEP_CELLS[step];
  return phases.map(([x, y]) => ({ x, y, dx, dy }));
}

/** Where the pixels of each kept phase lie in the packed image. */
export function packedSampling(step: StepName): Sampling[] {
  const { kept } = STEP_CELLS[step];
  return kept.map((_, phase) => ({ x: 0, y: phase, dx: 1, dy: kept.length }));
}

/** How many of the positions first, first + stride, … are below `end`. */
export function countInside(first: number, stride: number, end: number): number {
  return Math.max(0, Math.ceil((end - first) / stride));
}
