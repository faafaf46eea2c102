/**
 * Whether the options leave the choice of a tier to the program.
 *
 * @module
 */

import { DEFAULT_BUDGET } from "../../weights/tier_choice.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** The tier that stands for the best one in time. */
const AUTO = "auto";

/**
 * The seconds that drawing an image may take with `--tier auto`, which `--budget` implies; `undefined` where the tier is
 * fixed.
 *
 * @throws {UsageError} if a budget is given for a tier that is fixed, or weights are named where tiers are to choose from.
 */
export function chooseBudget({ tier, budget, weights }: Options): number | undefined {
  if (budget !== undefined && tier !== undefined && tier !== AUTO) {
    throw new UsageError(
      `Option "--budget" is for "--tier ${AUTO}", which picks the tier; found "--tier ${tier}"`,
    );
  }
  if (tier !== AUTO && budget === undefined) return undefined;
  if (weights !== undefined) {
    const given = tier === AUTO ? `--tier ${AUTO}` : "--budget";
    throw new UsageError(
      `Option "${given}" picks one of the shipped networks; found "--weights", which names another`,
    );
  }
  return budget ?? DEFAULT_BUDGET;
}
