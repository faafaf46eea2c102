/**
 * What restoring an image takes with each tier: the multiply-adds of every step, by the width of its network.
 *
 * @module
 */

import { countMultiplyAdds } from "../gpu/network.ts";
import { loadNetwork, shippedTiers } from "../weights/catalogue.ts";
import type { Size } from "./image.ts";
import {
  cellGridSize,
  type Lattice,
  latticeSteps,
  pyramidSizes,
  type StepName,
} from "./lattice.ts";

/** What one step of a lattice takes. */
export interface StepCost {
  /** The step. */
  readonly step: StepName;
  /** Hidden channels of its network: devices are not equally fast at all widths. */
  readonly channels: number;
  /** Multiply-adds for all of the image. */
  readonly multiplyAdds: number;
}

/** What a tier takes to restore an image. */
export interface TierCost {
  /** Its name. */
  readonly tier: string;
  /** Every step of the lattice, from fine to coarse. */
  readonly steps: readonly StepCost[];
}

/** Tier that draws every image once for each symmetry of its lattice. */
const AVERAGED_TIER = "max";

/** Rotations and mirrorings that map a lattice to itself. */
const SYMMETRIES: Readonly<Record<StepName, number>> = { quincunx: 8, grid: 8, rows: 4 };

/**
 * What an image takes to restore with each of the tiers that are shipped for all steps of its lattice, from fast to
 * good. Loads their networks, as only their files know how large they are.
 *
 * @throws {WeightsError} if a network cannot be read.
 *
 * @example
 * ```ts
 * import { tierCosts } from "@nnc/nnc";
 * import { equal, ok } from "node:assert/strict";
 *
 * const [draft, standard] = await tierCosts({ width: 640, height: 480 }, { name: "grid", ratio: 16 });
 * equal(draft!.tier, "draft");
 * equal(draft!.steps.length, 2);
 * ok(standard!.steps[0]!.multiplyAdds > 4 * draft!.steps[0]!.multiplyAdds);
 * ```
 */
export async function tierCosts(size: Size, lattice: Lattice): Promise<TierCost[]> {
  const steps = latticeSteps(lattice);
  const sizes = pyramidSizes(size, lattice);
  const [first, ...others] = steps.map(shippedTiers);
  const tiers = first!.filter((tier) => others.every((shipped) => shipped.includes(tier)));
  return await Promise.all(tiers.map(async (tier) => ({
    tier,
    steps: await Promise.all(steps.map(async (step, index) => {
      const { architecture } = (await loadNetwork(step, { tier })).network;
      const grid = cellGridSize(sizes[index]!, step);
      const passes = tier === AVERAGED_TIER ? SYMMETRIES[step] : 1;
      const multiplyAdds = countMultiplyAdds(architecture) * grid.width * grid.height * passes;
      return { step, channels: architecture.channels, multiplyAdds };
    })),
  })));
}
