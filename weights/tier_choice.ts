/**
 * Which tier to restore an image with: the best that takes no longer than it may.
 *
 * @module
 */

import type { NetworkSpeed } from "../gpu/speed.ts";
import type { TierCost } from "./tier_cost.ts";

/**
 * Seconds that drawing an image may take where nothing else is asked for.
 *
 * @example
 * ```ts
 * import { DEFAULT_BUDGET } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * equal(DEFAULT_BUDGET, 2);
 * ```
 */
export const DEFAULT_BUDGET = 2;

/** How a tier is chosen. */
export interface ChooseTierOptions {
  /** How fast the device is, by the hidden channels of networks; of other widths, the nearest one counts. */
  readonly speeds: ReadonlyMap<number, NetworkSpeed>;
  /** Seconds that it may take; default {@link DEFAULT_BUDGET}. */
  readonly budget?: number;
  /** Widths that the engine has run before, which start at once. Default: none. */
  readonly warm?: ReadonlySet<number>;
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
  readonly better?: TierEstimate;
}

/**
 * Chooses the best tier that fits the time, or the fastest if none does.
 *
 * An estimate is the multiply-adds of every step by the measured speed of its width, and once for each width that
 * is not warm, the time to start.
 *
 * @param costs from fast to good, as `tierCosts` lists them
 * @throws {RangeError} if the budget is no positive number, or no tier or no speed is given.
 *
 * @example
 * ```ts
 * import { chooseTier, tierCosts } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const photo = await tierCosts({ width: 6000, height: 4000 }, { name: "quincunx", ratio: 2 });
 * const speeds = new Map([[16, { rate: 20e9, start: 0.2 }]]);
 * equal(chooseTier(photo, { speeds, budget: 0.5 }).tier, "draft");
 * equal(chooseTier(photo, { speeds, budget: 3600 }).fits, true);
 * ```
 */
export function chooseTier(costs: readonly TierCost[], options: ChooseTierOptions): TierChoice {
  const { budget = DEFAULT_BUDGET } = options;
  if (!(budget > 0)) {
    throw new RangeError(`The budget must be a positive number of seconds, found ${budget}`);
  }
  const estimates = costs.map((cost) => ({
    tier: cost.tier,
    seconds: estimateSeconds(cost, options),
  }));
  if (estimates.length === 0) throw new RangeError("There must be a tier to choose from");
  const best = Math.max(0, estimates.findLastIndex(({ seconds }) => seconds <= budget));
  const chosen = estimates[best]!;
  const better = estimates[best + 1];
  return { ...chosen, fits: chosen.seconds <= budget, ...(better && { better }) };
}

/**
 * Seconds that drawing an image with a tier should take.
 *
 * @throws {RangeError} if no speed is given.
 *
 * @example
 * ```ts
 * import { estimateSeconds, type TierCost } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const step = { step: "grid", channels: 32, multiplyAdds: 30e9 } as const;
 * const cost: TierCost = { tier: "standard", steps: [step] };
 * const speeds = new Map([[32, { rate: 20e9, start: 0.5 }]]);
 * equal(estimateSeconds(cost, { speeds }), 2);
 * equal(estimateSeconds(cost, { speeds, warm: new Set([32]) }), 1.5);
 * ```
 */
export function estimateSeconds(
  { steps }: TierCost,
  { speeds, warm }: Omit<ChooseTierOptions, "budget">,
): number {
  const started = new Set(warm);
  return steps.reduce((sum, { channels, multiplyAdds }) => {
    const { rate, start } = nearestSpeed(channels, speeds);
    const starting = started.has(channels) ? 0 : start;
    started.add(channels);
    return sum + starting + multiplyAdds / rate;
  }, 0);
}

/** The speed at the width that differs by the smallest factor. */
function nearestSpeed(channels: number, speeds: ReadonlyMap<number, NetworkSpeed>): NetworkSpeed {
  const distance = (width: number) => Math.abs(Math.log(width / channels));
  const [nearest] = [...speeds].toSorted(([a], [b]) => distance(a) - distance(b));
  if (!nearest) throw new RangeError("There must be a speed to estimate by");
  return nearest[1];
}
