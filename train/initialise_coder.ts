/**
 * A coder network before training.
 *
 * @module
 */

import type { Architecture, Network } from "../gpu/network.ts";
import { OUTPUTS_OF_PHASE } from "../weights/coder_units.ts";
import { initialiseNetwork } from "./initialise.ts";

/**
 * What an untrained network puts out for every phase: no correction of means, a scale of 2 grey levels, and slopes as photos
 * have them about, as colours mostly change together.
 */
const UNTRAINED = [0, 0, 0, 1, 1, 1, 0.75, 0.25, 0.5];

/** A network with random weights and a tail that puts out the same everywhere, see {@link UNTRAINED}. */
export function initialiseCoder(architecture: Architecture, options: { seed: number }): Network {
  const { layers } = initialiseNetwork(architecture, options);
  const tail = layers.at(-1)!;
  const bias = tail.bias.map((_, output) => UNTRAINED[output % OUTPUTS_OF_PHASE]!);
  return { architecture, layers: [...layers.slice(0, -1), { ...tail, bias }] };
}
