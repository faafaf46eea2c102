/** Where a network belongs: its file's name, and the lattice that it is scored on. @module */

import { ALL_LATTICES, type Lattice, latticeSteps } from "../../codec/lattice/lattice.ts";
import type { NetworkInfo } from "../../weights/network_file.ts";

const COARSE = "-coarse";

/** The name of a network's file, recipe and card. */
export function nameOf({ step, tier }: Pick<NetworkInfo, "step" | "tier">): string {
  return `${step}-${tier}`;
}

/** Whether a network is for the coarse step of a lattice of two steps. */
export function isCoarse({ tier }: Pick<NetworkInfo, "tier">): boolean {
  return tier.endsWith(COARSE);
}

/** The tier that a network is used in: that of its name, `-coarse` left out. */
export function ladderTier({ tier }: Pick<NetworkInfo, "tier">): string {
  return isCoarse({ tier }) ? tier.slice(0, -COARSE.length) : tier;
}

/**
 * The lattice that a network is scored on: of one step, or for a coarse one of two, its own the coarse one.
 *
 * @throws {RangeError} if there is none, as for a coarse network of `rows`.
 */
export function latticeOf(info: Pick<NetworkInfo, "step" | "tier">): Lattice {
  const steps = isCoarse(info) ? 2 : 1;
  const lattice = ALL_LATTICES.find((candidate) => {
    const found = latticeSteps(candidate);
    return found.length === steps && found.at(-1) === info.step;
  });
  if (!lattice) throw new RangeError(`No lattice has "${info.step}" as its coarse step`);
  return lattice;
}
