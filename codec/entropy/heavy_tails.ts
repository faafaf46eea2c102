/**
 * The distribution of lossy samples: a logistic one, and a 128th of one five times as wide.
 *
 * Where bins are wide beside the scale, most samples lie in the middle one, and what costs bits are the few that do not. There
 * are many more of these than a logistic distribution has beyond five scales.
 *
 * @module
 */

import { logistic, TABLE_END } from "./logistic.ts";

/** The share of the wide one. */
const SHARE = 1 / 128;

/** What a scale of the narrow one is in scales of the wide one. */
const NARROWER = 0.2;

/** Beyond this magnitude of its argument the distribution function is flat. */
export const HEAVY_END: number = TABLE_END / NARROWER;

/** Both distribution functions at one place. */
export interface HeavyPair {
  /** The narrow one's value. */
  readonly near: number;
  /** The wide one's value. */
  readonly far: number;
}

/** Both at a place, in scales of the narrow one. */
export function heavyPair(z: number): HeavyPair {
  return { near: logistic(z), far: logistic(z * NARROWER) };
}

/** The distribution function of the mixture. */
export function heavyShare({ near, far }: HeavyPair): number {
  return near + (far - near) * SHARE;
}

/** The density of the mixture: that of a logistic distribution is F·(1 − F). */
export function heavyDensity({ near, far }: HeavyPair): number {
  return near * (1 - near) * (1 - SHARE) + far * (1 - far) * (SHARE * NARROWER);
}
