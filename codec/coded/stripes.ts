/**
 * How an octave is cut: into runs, each of which decodes by itself, and into stripes of runs, each of which is worked on in
 * one piece.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";

/** Cells of a run, rounded up to whole rows. */
export const RUN_CELLS = 2 ** 16;

/** Rows of cells that a stripe has at least: the network computes some around it as well. */
const LEAST_ROWS = 48;

/** Consecutive rows of cells. */
export interface Rows {
  /** The first. */
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/** Consecutive runs. */
export interface Stripe extends Rows {
  /** Which run of its step is its first. */
  readonly firstRun: number;
  /** Their rows. */
  readonly runs: readonly Rows[];
}

/** The cells of 2×2 pixels that cover an octave. */
export function cellsOf({ width, height }: Size): Size {
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}

/** The runs of each step of an octave: bands that hold {@link RUN_CELLS} or a little more. */
export function runsOf(octave: Size): Rows[] {
  const { width, height } = cellsOf(octave);
  const rows = Math.ceil(RUN_CELLS / width);
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => ({
    first: index * rows,
    end: Math.min(height, (index + 1) * rows),
  }));
}

/** The stripes of each step of an octave. */
export function stripesOf(octave: Size): Stripe[] {
  const runs = runsOf(octave);
  const count = Math.ceil(LEAST_ROWS / (runs[0]!.end - runs[0]!.first));
  return Array.from({ length: Math.ceil(runs.length / count) }, (_, index) => {
    const own = runs.slice(index * count, (index + 1) * count);
    return { first: own[0]!.first, end: own.at(-1)!.end, firstRun: index * count, runs: own };
  });
}
