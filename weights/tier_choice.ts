/**
 * Which tier to restore an image with: the best that takes no longer than it may.
 *
 * @module
 */

import type { Size } from "../codec/lattice/raster.ts";
import { type Lattice, latticeSteps } from "../codec/lattice/lattice.ts";
import { fineToCoarse, type Level } from "../codec/lattice/pyramid.ts";
import { countViews } from "../codec/lattice/symmetric_views.ts";
import { countUnits } from "../codec/lattice/steps.ts";
import { NETWORK_CELLS } from "../codec/lattice/within.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { chooseWithin, UNIMPROVED } from "./within_choice.ts";
import { availableTiers, isAveraged, loadNetwork, shippedTiers } from "./shipped_networks.ts";

/** Seconds that drawing an image may take where nothing else is asked for. */
export const DEFAULT_BUDGET = 2;

/** Those that differ where nothing is drawn but what is improved. */
const IMPROVING_TIERS = [UNIMPROVED, ...shippedTiers("within")] as const;

/** What a tier takes to restore an image. */
export interface TierCost {
  /** Its name. */
  readonly tier: string;
  /** Of all steps of the lattice. */
  readonly multiplyAdds: number;
}

/** A tier and the time that it is thought to take. */
export interface TierEstimate {
  /** Its name. */
  readonly tier: string;
  /** Seconds to draw the missing pixels; reading and writing files comes on top, with any tier. */
  readonly seconds: number;
}

/** The tier to take. */
export interface TierChoice extends TierEstimate {
  /** Whether it is thought to take no longer than it may; if not, there is no faster one. */
  readonly fits: boolean;
  /** The next better tier, which takes too long; absent where there is none. */
  readonly better?: TierEstimate | undefined;
}

/**
 * What an image takes to restore with each of the tiers that all steps of its lattice can be restored with, from fast
 * to good. Loads their networks, as only their files know how large they are.
 *
 * @throws {WeightsError} if a network cannot be read.
 *
 * @example
 * ```ts
 * import { tierCosts } from "@nnc/nnc/engine";
 * import { equal, ok } from "node:assert/strict";
 *
 * const [draft, standard] = await tierCosts({ width: 640, height: 480 }, { name: "grid", ratio: 16 });
 * equal(draft!.tier, "draft");
 * ok(standard!.multiplyAdds > 4 * draft!.multiplyAdds);
 * ```
 */
export async function tierCosts(size: Size, lattice: Lattice): Promise<TierCost[]> {
  return await levelCosts(fineToCoarse(size, latticeSteps(lattice)));
}

/**
 * What some levels take to draw, as {@link tierCosts} tells for those of a lattice, and pixels of a lossy file to improve within
 * their bins.
 *
 * @param options with `improved`, the size of what is improved; default: nothing is
 */
export async function levelCosts(
  levels: readonly Level[],
  { improved }: { readonly improved?: Size | undefined } = {},
): Promise<TierCost[]> {
  const [first = IMPROVING_TIERS, ...others] = levels.map(({ step }) => availableTiers(step));
  const tiers = first.filter((tier) => others.every((available) => available.includes(tier)));
  return await Promise.all(tiers.map(async (tier) => {
    const costs = await Promise.all(levels.map(async ({ step, spacing, cells }) => {
      const { architecture } = (await loadNetwork(step, { tier, spacing })).network;
      const views = isAveraged(tier) ? countViews(step) : 1;
      return countMultiplyAdds(architecture) * cells.width * cells.height * views;
    }));
    const improving = improved ? await improvingCost(improved, tier) : 0;
    return { tier, multiplyAdds: costs.reduce((sum, cost) => sum + cost, improving) };
  }));
}

async function improvingCost(size: Size, tier: string): Promise<number> {
  const network = await chooseWithin({ tier })?.();
  if (!network) return 0;
  const cells = countUnits(size, NETWORK_CELLS.within);
  return countMultiplyAdds(network.architecture) * cells.width * cells.height;
}

/**
 * Chooses the best tier that fits the time, or the fastest if none does. An estimate is the tier's multiply-adds by the
 * measured speed.
 *
 * @param costs from fast to good, as {@link tierCosts} lists them
 * @param options.speed multiply-adds a second, as `measureSpeed` finds it
 * @param options.budget seconds
 * @throws {RangeError} if the budget is no positive number, or no tier is given.
 *
 * @example
 * ```ts
 * import { chooseTier, tierCosts } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * const photo = await tierCosts({ width: 6000, height: 4000 }, { name: "quincunx", ratio: 2 });
 * const speed = 20e9;
 * equal(chooseTier(photo, { speed, budget: 0.5 }).tier, "draft");
 * equal(chooseTier(photo, { speed, budget: 3600 }).fits, true);
 * ```
 */
export function chooseTier(
  costs: readonly TierCost[],
  { speed, budget }: { readonly speed: number; readonly budget: number },
): TierChoice {
  if (!(budget > 0)) {
    throw new RangeError(`The budget must be a positive number of seconds, found ${budget}`);
  }
  if (costs.length === 0) throw new RangeError("There must be a tier to choose from");
  const estimates = costs.map(({ tier, multiplyAdds }) => ({
    tier,
    seconds: multiplyAdds / speed,
  }));
  const best = Math.max(0, estimates.findLastIndex(({ seconds }) => seconds <= budget));
  const chosen = estimates[best]!;
  return { ...chosen, fits: chosen.seconds <= budget, better: estimates[best + 1] };
}
