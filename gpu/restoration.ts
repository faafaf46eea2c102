/**
 * What every engine is asked to do, and the checks that all of them make first.
 *
 * @module
 */

import type { Cells, Geometry } from "./geometry.ts";
import { checkNetwork, type Network } from "./network.ts";
import { checkViews, type View } from "./views.ts";

/** One image to restore, and how. */
export interface RestoreCellsOptions {
  /** The lattice step's phases and fixed interpolation. */
  readonly geometry: Geometry;
  /** The kept phases of every cell. */
  readonly kept: Cells;
  /**
   * Draws each of these in place of `kept`, and averages what they show of the image, rounded once. Default: `kept`
   * alone.
   */
  readonly views?: readonly View[] | undefined;
  /** The most cells per side that are computed at once. Default: what the engine finds best. */
  readonly tile?: number | undefined;
  /** Aborts between tiles, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every tile, of every view, with the number of tiles done and of all tiles. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Checks that cells hold what they say.
 *
 * @throws {RangeError} if a count is not a positive whole number or `data` has another length than they say.
 */
export function checkCells(cells: Cells): void {
  const { width, height, phases, data } = cells;
  for (const [name, value] of Object.entries({ width, height, phases })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(
        `The cells' "${name}" must be a whole number of at least 1, found ${value}`,
      );
    }
  }
  const expected = width * height * phases * 4;
  if (data.length !== expected) {
    throw new RangeError(
      `${phases} phases of ${width} × ${height} cells take ${expected} bytes, found ${data.length}`,
    );
  }
}

/**
 * Checks that a geometry can be applied to cells: phases in range, offsets of at most one cell, weights finite.
 *
 * @throws {RangeError} if it cannot.
 */
export function checkGeometry(geometry: Geometry, kept: Cells): void {
  checkCells(kept);
  if (kept.phases !== geometry.kept) {
    throw new RangeError(
      `The geometry keeps ${geometry.kept} phases of a cell, found ${kept.phases}`,
    );
  }
  if (geometry.base.length !== geometry.missing) {
    throw new RangeError(
      `The geometry lacks ${geometry.missing} phases, found taps for ${geometry.base.length}`,
    );
  }
  for (const tap of geometry.base.flat()) {
    const near = [tap.dx, tap.dy].every((offset) => offset === -1 || offset === 0 || offset === 1);
    const known = Number.isInteger(tap.phase) && tap.phase >= 0 && tap.phase < geometry.kept;
    if (!near || !known || !Number.isFinite(tap.weight)) {
      throw new RangeError(`The geometry has a tap out of range: ${JSON.stringify(tap)}`);
    }
  }
}

/**
 * Checks that a network fits a geometry and its cells.
 *
 * @throws {RangeError} if it does not, or is itself malformed.
 */
export function checkRestoration(
  network: Network,
  { geometry, kept, views }: RestoreCellsOptions,
): void {
  checkNetwork(network);
  checkGeometry(geometry, kept);
  if (views) checkViews(views, geometry);
  const { inputs, outputs } = network.architecture;
  if (inputs !== 3 * geometry.kept || outputs !== 3 * geometry.missing) {
    throw new RangeError(
      `A lattice step with ${geometry.kept} kept and ${geometry.missing} missing phases needs a network with ` +
        `${3 * geometry.kept} inputs and ${3 * geometry.missing} outputs, ` +
        `found ${inputs} and ${outputs}. Use weights trained for this lattice`,
    );
  }
}
