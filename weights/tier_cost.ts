/**
 * What restoring an image takes with each tier: the multiply-adds of every step, by the width of its network.
 *
 * @module
 */

import { countMultiplyAdds } from "../gpu/network.ts";
import { availableTiers, isAveraged, loadNetwork } from "./catalogue.ts";
import type { Size } from "../codec/image/image.ts";
import {
  cellGridSize,
  type Lattice,
  placedSteps,
  pyramidSizes,
  type StepName,
} from "../codec/lattice/lattice.ts";
import { countViews } from "../codec/lattice/symmetric_views.ts";

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

/**
 * What an image takes to restore with each of the tiers that all steps of its lattice can be restored with, from fast
 * to good. Loads their networks, as only their files know how large they are.
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
  const steps = placedSteps(lattice);
  const sizes = pyramidSizes(size, lattice);
  const [first, ...others] = steps.map(({ step }) => availableTiers(step));
  const tiers = first!.filter((tier) => others.every((available) => available.includes(tier)));
  return await Promise.all(tiers.map(async (tier) => ({
    tier,
    steps: await Promise.all(steps.map(async ({ step, spacing }, index) => {
      const { architecture } = (await loadNetwork(step, { tier, spacing })).network;
      const grid = cellGridSize(sizes[index]!, step);
      const passes = isAveraged(tier) ? countViews(step) : 1;
      const multiplyAdds = countMultiplyAdds(architecture) * grid.width * grid.height * passes;
      return { step, channels: architecture.channels, multiplyAdds };
    })),
  })));
}
