/**
 * What the engine knows of a lattice step: how many phases of a cell are kept, how many are missing, and the
 * fixed interpolation of each missing phase from the kept ones.
 *
 * A *cell* is the unit that repeats (2×2 pixels for quincunx and grid, 1×2 for rows); a *phase* is a position
 * inside it. Cells outside the image are replaced by the nearest cell inside (edges replicate).
 *
 * @module
 */

/** One term of a fixed interpolation: `weight × kept phase` of the cell at offset (dx, dy). */
export interface Tap {
  /** Index of the kept phase. */
  readonly phase: number;
  /** Offset in cells, -1, 0 or 1. */
  readonly dx: number;
  /** Offset in cells, -1, 0 or 1. */
  readonly dy: number;
  /** Share of the kept value in the interpolated one. */
  readonly weight: number;
}

/** The phases of a cell and the fixed interpolation that the network's output is added to. */
export interface Geometry {
  /** Number of kept phases. */
  readonly kept: number;
  /** Number of missing phases. */
  readonly missing: number;
  /** `[missing]` lists of taps; each list's weights sum to 1. */
  readonly base: readonly (readonly Tap[])[];
}

/**
 * Some phases of every cell, as bytes.
 *
 * `data` is `[phases][height][width][4]`: R, G, B and an unused byte, so that a cell's phase is one 32-bit
 * word on the device. `width` and `height` count cells.
 */
export interface Cells {
  /** Cells in a row. */
  readonly width: number;
  /** Rows of cells. */
  readonly height: number;
  /** Phases of every cell. */
  readonly phases: number;
  /** The bytes, as above. */
  readonly data: Uint8Array;
}
