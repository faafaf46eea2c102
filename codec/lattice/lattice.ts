/**
 * Lattices: which pixels are kept, by name and ratio, and the steps that a ratio is made of.
 *
 * Every step works on cells that tile the image. Its kept phases are stored, its missing phases are drawn
 * from them. Ratios 8 and 16 apply a second step to the pixels that the first one kept.
 *
 * @module
 */

import { LatticeError } from "./lattice_error.ts";
import type { StepName } from "./steps.ts";

/** A lattice, named by its coarsest step. */
export type LatticeName = "quincunx" | "grid" | "rows";

/** Original pixels over kept pixels. */
export type Ratio = 2 | 4 | 8 | 16;

/** Which pixels of an image are kept. */
export interface Lattice {
  /** The coarsest step. */
  readonly name: LatticeName;
  /** Original pixels over kept pixels. */
  readonly ratio: Ratio;
}

interface LatticeRecord {
  readonly lattice: Lattice;
  readonly steps: readonly StepName[];
}

const LATTICES: readonly LatticeRecord[] = [
  { lattice: { name: "quincunx", ratio: 2 }, steps: ["quincunx"] },
  { lattice: { name: "grid", ratio: 4 }, steps: ["grid"] },
  { lattice: { name: "quincunx", ratio: 8 }, steps: ["grid", "quincunx"] },
  { lattice: { name: "grid", ratio: 16 }, steps: ["grid", "grid"] },
  { lattice: { name: "rows", ratio: 2 }, steps: ["rows"] },
];

/**
 * Every lattice there is.
 *
 * @example
 * ```ts
 * import { ALL_LATTICES } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(ALL_LATTICES.map(({ ratio }) => ratio), [2, 4, 8, 16, 2]);
 * ```
 */
export const ALL_LATTICES: readonly Lattice[] = LATTICES.map(({ lattice }) => lattice);

/**
 * A lattice as people read it, such as `quincunx at ratio 2`.
 *
 * @example
 * ```ts
 * import { describeLattice } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * equal(describeLattice({ name: "grid", ratio: 4 }), "grid at ratio 4");
 * ```
 */
export function describeLattice(lattice: Lattice): string {
  return `${lattice.name} at ratio ${lattice.ratio}`;
}

/**
 * The lattice that a name, a ratio, both or neither stand for.
 *
 * A name alone takes its lowest ratio, a ratio alone the first lattice that has it; neither is quincunx at
 * ratio 2.
 *
 * @throws {LatticeError} if there is no such lattice; the message names those there are.
 *
 * @example
 * ```ts
 * import { resolveLattice } from "@nnc/nnc";
 * import { deepEqual, throws } from "node:assert/strict";
 *
 * deepEqual(resolveLattice(), { name: "quincunx", ratio: 2 });
 * deepEqual(resolveLattice({ ratio: 4 }), { name: "grid", ratio: 4 });
 * throws(() => resolveLattice({ lattice: "rows", ratio: 8 }));
 * ```
 */
export function resolveLattice(
  options: { readonly lattice?: string | undefined; readonly ratio?: number | undefined } = {},
): Lattice {
  const found = ALL_LATTICES.find(({ name, ratio }) =>
    (options.lattice === undefined || options.lattice === name) &&
    (options.ratio === undefined || options.ratio === ratio)
  );
  if (found) return found;
  const wanted = [
    options.lattice === undefined ? "" : `lattice "${options.lattice}"`,
    options.ratio === undefined ? "" : `ratio ${options.ratio}`,
  ].filter((part) => part !== "").join(" with ");
  throw new LatticeError(
    `There is no ${wanted}; choose one of ${ALL_LATTICES.map(describeLattice).join(", ")}`,
  );
}

/**
 * The steps of a lattice from fine to coarse: compressing runs them in this order, restoring backwards.
 *
 * @example
 * ```ts
 * import { latticeSteps } from "@nnc/nnc/engine";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(latticeSteps({ name: "quincunx", ratio: 8 }), ["grid", "quincunx"]);
 * ```
 */
export function latticeSteps(lattice: Lattice): StepName[] {
  const record = LATTICES.find((entry) =>
    entry.lattice.name === lattice.name && entry.lattice.ratio === lattice.ratio
  );
  return [
    ...record?.steps ??
      latticeSteps(resolveLattice({ lattice: lattice.name, ratio: lattice.ratio })),
  ];
}
