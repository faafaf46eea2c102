/**
 * How often a coder network sees which tolerance.
 *
 * @module
 */

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
