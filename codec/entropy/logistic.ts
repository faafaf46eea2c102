/**
 * The logistic distribution by a table, so that every machine computes the same.
 *
 * Engines differ in `Math.exp`. They agree on +, −, ×, ÷ and on whole numbers, so the tails are tabulated as whole
 * numbers and interpolated linearly.
 *
 * @module
 */

import { LOGISTIC_TAILS } from "./logistic_tails.ts";

/** Entries of the table for each unit of its argument. */
const STEPS = 32;

/** Largest magnitude of an argument that the table tells from larger ones. */
export const TABLE_END = (LOGISTIC_TAILS.length - 1) / STEPS;

/** {@link LOGISTIC_TAILS} as parts of one. */
export const TAILS: Float64Array = Float64Array.from(LOGISTIC_TAILS, (value) => value / 2 ** 31);
const LAST = LOGISTIC_TAILS.length - 1;

/**
 * The standard logistic distribution function 1 / (1 + e⁻ᶻ), by the table.
 *
 * Never falls as `z` rises; the values at `z` and `-z` sum to 1. Beyond ±20 it stays what it is there.
 */
export function logistic(z: number): number {
  const at = (z < 0 ? -z : z) * STEPS;
  const tail = at < LAST ? interpolate(at) : TAILS[LAST]!;
  return z < 0 ? tail : 1 - tail;
}

function interpolate(at: number): number {
  const index = at | 0;
  const value = TAILS[index]!;
  return value + (TAILS[index + 1]! - value) * (at - index);
}
