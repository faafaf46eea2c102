/**
 * Which tier the options ask for, or whether they leave the choice to the program.
 *
 * @module
 */

import { DEFAULT_BUDGET } from "../../weights/tier_choice.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";
import { AUTO, checkTier } from "./tier_names.ts";

/**
 * The seconds that drawing an image may take with `--tier auto`, which `--budget` implies; `undefined` where the tier is
 * fixed.
 *
 * @throws {UsageError} if there is no such tier, a budget is given for a tier that is fixed, or weights are named where tiers are to choose from.
 */
export function chooseBudget(options: Options): number | undefined {
  checkTier(options, "restoring");
  const { tier, budget, weights } = options;
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
