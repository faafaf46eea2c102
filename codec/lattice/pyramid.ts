/**
 * The walk over a pyramid: its levels from fine to coarse as files are written, from coarse to fine as they are read.
 *
 * @module
 */

import { type Lattice, latticeSteps } from "./lattice.ts";
import type { Size } from "./raster.ts";
import {
  cellGridSize,
  countUnits,
  packedSize,
  STEP_CELLS,
  type StepCell,
  type StepName,
} from "./steps.ts";

/** An octave: the original's pixels at multiples of the spacing. */
export interface Octave {
  /** Its pixels across and down. */
  readonly size: Size;
  /** Distance in original pixels between neighbouring pixels of it. */
  readonly spacing: number;
}

/** A step of a pyramid, and the octave in whose cells it works. */
export interface Level extends Octave {
  /** The step. */
  readonly step: StepName;
  /** Cells across and down. */
  readonly cells: Size;
}

/** A step and how far apart the pixels lie among which it draws: all that the choice of a network goes by. */
export type PlacedStep = Pick<Level, "step" | "spacing">;

/** The levels of an original of some size from fine to coarse: the order of compressing. */
export function fineToCoarse(size: Size, steps: readonly StepName[]): Level[] {
  let octave: Octave = { size: { width: size.width, height: size.height }, spacing: 1 };
  return steps.map((step) => {
    const level = { step, ...octave, cells: cellGridSize(octave.size, step) };
    octave = octaveBelow(octave, STEP_CELLS[step]);
    return level;
  });
}

/** The levels of an original of some size from coarse to fine: the order of restoring. */
export function coarseToFine(size: Size, steps: readonly StepName[]): Level[] {
  return fineToCoarse(size, steps).reverse();
}

/**
 * The octave in which the next coarser step works: one with half as many pixels a side where a step keeps a single pixel of each cell, or else
 * the same one, whose cells have more to be drawn. Only the coarsest step may have cells that are not square.
 */
export function octaveBelow({ size, spacing }: Octave, cell: StepCell): Octave {
  if (cell.kept.length > 1) return { size, spacing };
  return { size: countUnits(size, cell), spacing: spacing * cell.width };
}

/** The steps of a lattice from fine to coarse, each with its spacing. */
export function placedSteps(lattice: Lattice): PlacedStep[] {
  return fineToCoarse({ width: 1, height: 1 }, latticeSteps(lattice))
    .map(({ step, spacing }) => ({ step, spacing }));
}

/** Size of the packed image that holds what a lattice keeps of an image. */
export function packedImageSize(size: Size, lattice: Lattice): Size {
  const coarsest = fineToCoarse(size, latticeSteps(lattice)).at(-1)!;
  return packedSize(coarsest.size, coarsest.step);
}

/** How many pixels of the original a pixel of the packed image stands for, across and down. */
export function packedPixel(lattice: Lattice): Size {
  const { step, spacing } = placedSteps(lattice).at(-1)!;
  const { width, height } = STEP_CELLS[step].packedPixel;
  return { width: spacing * width, height: spacing * height };
}
