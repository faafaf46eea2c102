/**
 * The steps of a coded octave: which phases of a 2×2 cell are known, and which are coded from them.
 *
 * An octave goes from one pixel of a cell to all four: `diagonal` adds the opposite corner, then `quincunx` the other two.
 *
 * @module
 */

import type { Geometry } from "../../gpu/geometry.ts";
import { averageNeighbours, GEOMETRIES } from "./geometries.ts";
import { defineCell, STEP_CELLS, type StepCell } from "./steps.ts";

/** A step of a coded octave, named by where the pixels lie that it codes or, as the drawing step, what is kept. */
export type CoderStep = "diagonal" | "quincunx";

const DIAGONAL = defineCell({ width: 2, height: 2, kept: [[0, 0]], missing: [[1, 1]] });

/** The cell of every step. */
export const CODER_CELLS: Readonly<Record<CoderStep, StepCell>> = {
  diagonal: DIAGONAL,
  quincunx: STEP_CELLS.quincunx,
};

/** Plain averages of the nearest known neighbours: what a network's mean corrections are added to. */
export const CODER_GEOMETRIES: Readonly<Record<CoderStep, Geometry>> = {
  diagonal: averageNeighbours(DIAGONAL),
  quincunx: GEOMETRIES.quincunx,
};
