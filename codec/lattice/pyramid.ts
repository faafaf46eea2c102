/**
 * The walk over the steps of a lattice, with the size and the spacing of the image that each completes.
 *
 * @module
 */

import { type Lattice, latticeSteps } from "./lattice.ts";
import type { Size } from "./raster.ts";
import { packedSize, type StepName } from "./steps.ts";

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

/** Sizes before every step and after the last one, from the original to the packed image. */
export function pyramidSizes(size: Size, lattice: Lattice): Size[] {
  const sizes = [{ width: size.width, height: size.height }];
  for (const step of latticeSteps(lattice)) sizes.push(packedSize(sizes.at(-1)!, step));
  return sizes;
}
