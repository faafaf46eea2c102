/** Which pixels a lattice keeps, straight from its definition and independent of the codec that is measured. @module */

import type { Lattice } from "../../codec/lattice/lattice.ts";

type Predicate = (x: number, y: number) => boolean;

const KEEPS: Readonly<Record<string, Predicate>> = {
  "quincunx 2": (x, y) => (x + y) % 2 === 0,
  "rows 2": (_, y) => y % 2 === 0,
  "grid 4": (x, y) => x % 2 === 0 && y % 2 === 0,
  "quincunx 8": (x, y) => x % 2 === 0 && y % 2 === 0 && (x / 2 + y / 2) % 2 === 0,
  "grid 16": (x, y) => x % 4 === 0 && y % 4 === 0,
};

/** 1 for every pixel that the lattice leaves out, 0 for every one that it keeps: `[height][width]`. */
export function missingMask(
  size: { width: number; height: number },
  lattice: Lattice,
): Uint8Array {
  const keeps = KEEPS[`${lattice.name} ${lattice.ratio}`];
  if (!keeps) throw new RangeError(`No definition of ${lattice.name} at ratio ${lattice.ratio}`);
  const mask = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) mask[y * size.width + x] = keeps(x, y) ? 0 : 1;
  }
  return mask;
}
