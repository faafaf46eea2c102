/**
 * The octaves of a coded file, and how many runs its steps have: what follows from its header.
 *
 * @module
 */

import { countRuns, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodedHeader } from "./coded_header.ts";
import { type Octave, octaveBelow } from "./lattice/pyramid.ts";
import { STEP_CELLS } from "./lattice/steps.ts";

/** The octaves of a file's image, from the finest to that of the PNG. */
export function octavesOf({ size: { width, height }, octaves: count }: CodedHeader): Octave[] {
  const octaves: Octave[] = [{ size: { width, height }, spacing: 1 }];
  for (let index = 0; index < count; index++) {
    octaves.push(octaveBelow(octaves.at(-1)!, STEP_CELLS.grid));
  }
  return octaves;
}

/** How many runs each step has that the file was written with. */
export function runCountsOf(header: CodedHeader): number[] {
  return octavesOf(header).slice(0, -1).reverse()
    .flatMap(({ size }) => OCTAVE_STEPS.map(() => countRuns(size)))
    .slice(0, header.checksums.length - 1);
}
