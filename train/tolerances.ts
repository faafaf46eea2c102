/**
 * How often a coder network sees which tolerance, and which step.
 *
 * @module
 */

import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { MOST_ERROR } from "../codec/entropy/bins.ts";
import type { Random } from "./random.ts";

/**
 * Draws the tolerance of a patch: 0, or for a share of them one from 1 to {@link MOST_ERROR}, each octave of bin
 * widths about equally often. A share of 0 takes no random number.
 */
export function randomTolerance(random: Random, share: number): number {
  if (share === 0 || random.next() >= share) return 0;
  return Math.floor((MOST_ERROR + 1) ** random.next());
}

/** The steps of lossy patches, in levels. */
const LOSSY_STEPS = [0.75, 32] as const;

/** Draws the step of Y of a lossy patch, in {@link STEP_PARTS} of a level: each octave about equally often. */
export function randomStep(random: Random): number {
  const [least, most] = LOSSY_STEPS;
  return Math.round(STEP_PARTS * least * (most / least) ** random.next());
}
