/**
 * The tiers that a command line may name, looked at before any file is.
 *
 * @module
 */

import { STEP_NAMES } from "../../codec/lattice/steps.ts";
import { availableTiers, isAveraged } from "../../weights/shipped_networks.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** The tier that stands for the best one in time. */
export const AUTO = "auto";

/** Every tier that some step can be restored with, from fast to good. */
const TIERS: readonly string[] = [...new Set(STEP_NAMES.flatMap(availableTiers))];

/** What a tier is named for. */
export const TIERS_FOR = {
  /** Any of them, or the best in time. */
  restoring: [...TIERS, AUTO],
  /** Those that are networks of their own, to start from. */
  training: TIERS.filter((tier) => !isAveraged(tier)),
} as const;

/**
 * Looks whether `--tier` is one that there is.
 *
 * @throws {UsageError} that lists those there are.
 */
export function checkTier({ tier }: Options, purpose: keyof typeof TIERS_FOR): void {
  const known = TIERS_FOR[purpose];
  if (tier === undefined || known.includes(tier)) return;
  throw new UsageError(`Option "--tier" takes one of ${known.join(", ")}; found "${tier}"`);
}
