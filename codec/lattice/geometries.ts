/**
 * The fixed interpolation of every step, which a network's output is added to.
 *
 * @module
 */

import type { Geometry, Tap } from "../../gpu/geometry.ts";
import { type Phase, STEP_CELLS, STEP_NAMES, type StepCell, type StepName } from "./steps.ts";

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
export const GEOMETRIES: Record<StepName, Geometry> = Object.fromEntries(
  STEP_NAMES.map((step) => [step, averageNeighbours(STEP_CELLS[step])]),
) as Record<StepName, Geometry>;

/** Each missing phase as the mean of its kept neighbours beside, above and below; of the diagonal ones where it has none. */
export function averageNeighbours(cell: StepCell): Geometry {
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
