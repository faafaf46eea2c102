/**
 * Large images in runs of rows that are filtered and deflated apart: on several cores at once, and not all in one go.
 *
 * How an image is cut depends on its size alone, so that its bytes do not depend on who cuts it.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";

/** Consecutive rows of an image. */
export interface RowRun {
  /** The first row. */
  readonly top: number;
  /** How many there are. */
  readonly height: number;
}

/** Pixels up to which an image is one run. */
export const MAX_SINGLE_RUN = 2 ** 20;

/** Pixels that a run is to have, about. A quarter of a megapixel takes a quarter of a second at the default effort. */
const RUN_PIXELS = 2 ** 18;

/** Rows that a run has at least: its first one cannot be told by its differences from the row above. */
const LEAST_ROWS = 16;

/** The runs of an image, from top to bottom, equally high but for one row. */
export function planRuns({ width, height }: Size): RowRun[] {
  const rows = Math.max(LEAST_ROWS, RUN_PIXELS / width);
  const count = width * height <= MAX_SINGLE_RUN ? 1 : Math.max(1, Math.round(height / rows));
  const edges = Array.from({ length: count + 1 }, (_, index) => Math.floor(index * height / count));
  return edges.slice(1).map((bottom, index) => ({
    top: edges[index]!,
    height: bottom - edges[index]!,
  }));
}
