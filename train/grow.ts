/**
 * A larger network that computes exactly what smaller ones do, to be trained on from there (after Chen, Goodfellow and
 * Shlens, 2016, "Net2Net"): a higher tier starts where the lower one ended.
 *
 * @module
 */

import {
  type Architecture,
  describeLayers,
  type Layer,
  type LayerRole,
  type Network,
} from "../gpu/network.ts";
import { initialiseNetwork } from "./initialise.ts";

/**
 * Grows a network from one donor, or from several alike that share its channels: it computes the mean of what they do.
 *
 * The donors' channels keep their weights and see nothing of each other's, nor of new ones; new channels start from random
 * weights, new blocks with a second convolution of zeros, so they add nothing yet. Gradients reach the weights between the
 * channels of different donors, and from new channels to old ones, at once, and through them all others.
 *
 * @throws {RangeError} if the donors have more channels or blocks together, or other inputs and outputs.
 */
export function growNetwork(
  donors: readonly [Network, ...Network[]],
  options: { architecture: Architecture; seed: number },
): Network {
  const { architecture, seed } = options;
  const small = donors[0].architecture;
  if (
    small.inputs !== architecture.inputs || small.outputs !== architecture.outputs ||
    donors.length * small.channels > architecture.channels || small.blocks > architecture.blocks
  ) {
    throw new RangeError(
      `${donors.length === 1 ? "A network" : `${donors.length} networks`} of ${
        describe(small)
      } cannot grow into one of ${describe(architecture)}`,
    );
  }
  const fresh = initialiseNetwork(architecture, { seed });
  const places = new Map(describeLayers(small).map(({ name }, index) => [name, index]));
  const layers = describeLayers(architecture).map(({ name, role }, index): Layer => {
    const layer = fresh.layers[index]!;
    const place = places.get(name);
    if (place !== undefined) {
      return growLayer(layer, {
        role,
        from: donors.map(({ layers }) => layers[place]!),
      });
    }
    return role === "second"
      ? { ...layer, weights: new Float32Array(layer.weights.length) }
      : layer;
  });
  return { architecture, layers };
}

/**
 * Puts small layers' weights beside each other into a large one's; their outputs ignore inputs that they did not have. All
 * share the head's inputs; the tail's outputs are their mean.
 */
function growLayer(
  large: Layer,
  { role, from }: { role: LayerRole; from: readonly Layer[] },
): Layer {
  const weights = large.weights.slice();
  const bias = large.bias.slice();
  const slopes = large.slopes?.slice();
  const share = role === "tail" ? 1 / from.length : 1;
  from.forEach((small, donor) => {
    const firstInput = role === "head" ? 0 : donor * small.inputs;
    const firstOutput = role === "tail" ? 0 : donor * small.outputs;
    for (let output = 0; output < small.outputs; output++) {
      const row = (firstOutput + output) * large.inputs * 9;
      const isNew = role !== "tail" || donor === 0;
      if (isNew) {
        weights.fill(0, row, row + large.inputs * 9);
        bias[firstOutput + output] = 0;
      }
      bias[firstOutput + output]! += share * small.bias[output]!;
      const taps = small.weights.subarray(
        output * small.inputs * 9,
        (output + 1) * small.inputs * 9,
      );
      weights.set(taps.map((weight) => share * weight), row + firstInput * 9);
    }
    if (small.slopes) slopes?.set(small.slopes, firstOutput);
  });
  return slopes ? { ...large, weights, bias, slopes } : { ...large, weights, bias };
}

function describe({ inputs, outputs, channels, blocks }: Architecture): string {
  return `${inputs} inputs, ${outputs} outputs, ${channels} channels and ${blocks} blocks`;
}
