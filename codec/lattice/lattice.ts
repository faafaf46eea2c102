/**
 * Lattices: which pixels are kept, by name and ratio, and the steps that a ratio is made of.
 *
 * Every step works on cells that tile the image. Its kept phases are stored, its missing phases are drawn
 * from them. Ratios 8 and 16 apply a second step to the pixels that the first one kept.
 *
 * @module
 */

import type { Geometry, Tap } from "../../gpu/geometry.ts";
import { LatticeError } from "../errors.ts";
import type { Size } from "../image/image.ts";

/** One step of the pyramid, named by what it keeps. */
export type StepName = "quincunx" | "grid" | "rows";

/** A lattice, named by its coarsest step. */
export type LatticeName = StepName;

/** Original pixels over kept pixels. */
export type Ratio = 2 | 4 | 8 | 16;

/** Which pixels of an image are kept. */
export interface Lattice {
  /** The coarsest step. */
  readonly name: LatticeName;
  /** Original pixels over kept pixels. */
  readonly ratio: Ratio;
}

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

const DIRECT = [[-1, 0], [1, 0], [0, -1], [0, 1]] as const;
const DIAGONAL = [[-1, -1], [1, -1], [-1, 1], [1, 1]] as const;

/**
 * Plain averages of the nearest kept neighbours, for every step.
 *
 * @example
 * ```ts
 * import { GEOMETRIES } from "@nnc/nnc/engine";
 * import { deepEqual } from "node:assert/strict";
 *
 * const [right] = GEOMETRIES.rows.base;
 * deepEqual(right?.map(({ dy, weight }) => [dy, weight]), [[0, 0.5], [1, 0.5]]);
 * ```
 */
export const GEOMETRIES: Record<StepName, Geometry> = {
  quincunx: averageNeighbours(STEP_CELLS.quincunx),
  grid: averageNeighbours(STEP_CELLS.grid),
  rows: averageNeighbours(STEP_CELLS.rows),
};

function averageNeighbours(cell: StepCell): Geometry {
  const base = cell.missing.map((phase) => {
    const direct = DIRECT.flatMap((offset) => keptAt(cell, phase, offset));
    const taps = direct.length > 0
      ? direct
      : DIAGONAL.flatMap((offset) => keptAt(cell, phase, offset));
    return taps.map((tap) => ({ ...tap, weight: 1 / taps.length }));
  });
  return { kept: cell.kept.length, missing: cell.missing.length, base };
}

function keptAt(cell: StepCell, from: Phase, offset: Phase): Omit<Tap, "weight">[] {
  const x = from[0] + offset[0];
  const y = from[1] + offset[1];
  const dx = Math.floor(x / cell.width);
  const dy = Math.floor(y / cell.height);
  const phase = cell.kept.findIndex(([keptX, keptY]) =>
    keptX === x - dx * cell.width && keptY === y - dy * cell.height
  );
  return phase < 0 ? [] : [{ phase, dx, dy }];
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

/** A step of a lattice, and the image that it completes. */
export interface PlacedStep {
  /** The step. */
  readonly step: StepName;
  /** Distance in original pixels between neighbouring pixels of that image. */
  readonly spacing: number;
}

/** The steps of a lattice as {@link latticeSteps} has them, with the spacing of each. */
export function placedSteps(lattice: Lattice): PlacedStep[] {
  // Every step but the last is a grid, which keeps every other pixel of every other row.
  return latticeSteps(lattice).map((step, index) => ({ step, spacing: 2 ** index }));
}

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

/** Sizes before every step and after the last one, from the original to the packed image. */
export function pyramidSizes(size: Size, lattice: Lattice): Size[] {
  const sizes = [{ width: size.width, height: size.height }];
  for (const step of latticeSteps(lattice)) sizes.push(packedSize(sizes.at(-1)!, step));
  return sizes;
}
