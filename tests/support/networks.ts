/** Networks made in code, so that no test depends on what happens to be trained. @module */

import { type NetworkOptions, randomNetwork } from "../../bench/engine/problems.ts";
import type { NetworkStep } from "../../codec/lattice/within.ts";
import { describeLayers, type Layer, type Network } from "../../gpu/network.ts";
import type { NetworkInfo } from "../../weights/network_file.ts";

export { randomNetwork };

/** A network that adds nothing: the second convolutions and the tail are zero, so what is left is the interpolation. */
export function untrainedNetwork(step: NetworkStep, options: NetworkOptions = {}): Network {
  const random = randomNetwork(step, options);
  const shapes = describeLayers(random.architecture);
  const layers = random.layers.map((layer, index): Layer => {
    const { role } = shapes[index]!;
    if (role !== "second" && role !== "tail") return layer;
    return {
      ...layer,
      weights: new Float32Array(layer.weights.length),
      bias: new Float32Array(layer.bias.length),
    };
  });
  return { ...random, layers };
}

/** What the file of a network made in code says. */
export function testInfo(step: NetworkStep): NetworkInfo {
  return { step, tier: "test", base: "average" };
}
