/**
 * All phases of a cell at once, as networks see them that improve known pixels within their bins, and the roles of networks
 * that draw: the steps of a lattice, and this one.
 *
 * @module
 */

import type { Geometry } from "../../gpu/geometry.ts";
import { GEOMETRIES } from "./geometries.ts";
import { defineCell, type Phase, STEP_CELLS, type StepCell, type StepName } from "./steps.ts";

/** What a network draws: the pixels that a step lacks, or, `"within"`, pixels of lossy files within their bins. */
export type NetworkStep = StepName | "within";

/** In the order of coding, so that a phase of a cell is always as well known as that of any other. */
const PHASES: readonly Phase[] = [[0, 0], [1, 1], [1, 0], [0, 1]];

/** The cell of each; of `"within"` all phases are known, and drawn anew. */
export const NETWORK_CELLS: Readonly<Record<NetworkStep, StepCell>> = {
  ...STEP_CELLS,
  within: defineCell({ width: 2, height: 2, kept: PHASES, missing: PHASES }),
};

/**
 * What a network's output is added to. `"within"` has one more kept phase, which tells the step of the bins; what is
 * drawn is added to what is known of the same phase.
 */
export const NETWORK_GEOMETRIES: Readonly<Record<NetworkStep, Geometry>> = {
  ...GEOMETRIES,
  within: {
    kept: PHASES.length + 1,
    missing: PHASES.length,
    base: PHASES.map((_, phase) => [{ phase, dx: 0, dy: 0, weight: 1 }]),
  },
};

/** The names of all of them, in the order of all tables. */
export const NETWORK_STEPS = Object.keys(NETWORK_CELLS) as NetworkStep[];
