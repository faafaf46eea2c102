/**
 * Pixels of lossy files as networks see them that improve these within their bins.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import type { Raster } from "../lattice/raster.ts";
import { countUnits } from "../lattice/steps.ts";
import { NETWORK_CELLS } from "../lattice/within.ts";
import { STEP_LOGARITHMS } from "./lossy_steps.ts";
import type { Rows } from "./stripes.ts";

/** Grey levels of a sixteenth of an octave, so that all steps that there are spread over the levels. */
export const LEVELS_OF_SIXTEENTH = 2;

/** A step as these networks are told it: as a grey level, from its logarithm. */
export function stepLevel(logarithm: number): number {
  return LEVELS_OF_SIXTEENTH * (logarithm - STEP_LOGARITHMS[0] + 1);
}

/** The step in levels that a level tells, but for its rounding. */
export function stepOfLevel(level: number): number {
  return stepOfLogarithm(level / LEVELS_OF_SIXTEENTH - 1 + STEP_LOGARITHMS[0]);
}

/** The step in levels of a logarithm, but for its rounding. */
export function stepOfLogarithm(logarithm: number): number {
  return 2 ** (logarithm / 16);
}

/** Which cells, and what they are told. */
export interface WithinCellsOptions {
  /** Rows of cells. */
  readonly rows: Rows;
  /** The step of the octave, as `octaveSteps` has it. */
  readonly logarithm: number;
}

/**
 * All phases of cells, and one that tells the step; without alpha. What lies outside an odd image repeats the nearest pixel.
 */
export function withinCells(
  { width, height, channels, data: samples }: Raster,
  { rows, logarithm }: WithinCellsOptions,
): Cells {
  const cell = NETWORK_CELLS.within;
  const across = countUnits({ width, height }, cell).width;
  const size = { width: across, height: rows.end - rows.first };
  const plane = size.width * size.height * 4;
  const data = new Uint8Array((cell.kept.length + 1) * plane);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  cell.kept.forEach(([x, y], phase) => {
    let to = phase * plane;
    for (let row = rows.first; row < rows.end; row++) {
      const line = Math.min(height - 1, 2 * row + y) * width;
      for (let column = 0; column < across; column++, to += 4) {
        const from = (line + Math.min(width - 1, 2 * column + x)) * channels;
        data[to] = samples[from]!;
        data[to + 1] = samples[from + green]!;
        data[to + 2] = samples[from + blue]!;
      }
    }
  });
  data.fill(stepLevel(logarithm), cell.kept.length * plane);
  return { ...size, phases: cell.kept.length + 1, data };
}
