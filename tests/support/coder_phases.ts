/** Phases to be coded, and outputs of networks, as training may meet them. @module */

import { binCentre } from "../../codec/entropy/bins.ts";
import type { PhaseExample } from "../../train/coder_likelihood.ts";
import type { Random } from "../../train/random.ts";

/** A phase with values anywhere, often at the ends of the range, and any tolerance. */
export function randomPhase(
  random: Random,
  tolerance = random.below(3) === 0 ? 0 : random.below(17),
): PhaseExample {
  const value = () => [0, 255, random.below(256), random.below(256)][random.below(4)]!;
  const values = [value(), value(), value()];
  return {
    base: values.map((value) => value + 8 * random.normal()),
    centres: values.map((value) => binCentre(value, tolerance)),
    tolerance,
  };
}

/** Outputs for a phase: scales within their bounds. */
export function randomOutputs(random: Random): number[] {
  return [
    ...[random.normal(), random.normal(), random.normal()],
    ...[-4 + 10 * random.next(), -4 + 10 * random.next(), -4 + 10 * random.next()],
    ...[random.normal(), random.normal(), random.normal()],
  ];
}
