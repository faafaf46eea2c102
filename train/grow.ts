/**
 * A larger network that computes exactly what a smaller one does, to be trained on from there (after Chen, Goodfellow and
 * Shlens, 2016, "Net2Net"): a higher tier starts where the lower one ended.
 *
 * @module
 */

import { type Architecture, describeLayers, type Layer, type Network } from "../gpu/network.ts";
import { initialiseNetwork } from "./initialise.ts";

/**
 * Grows a network.
 *
 * The donor's channels keep their weights and see nothing of the new ones; new channels start from random weights, new
 * blocks with a second convolution of zeros, so they add nothing yet. Gradients reach the weights that lead from new
 * channels to old ones at once, and through them all others.
 *
 * @throws {RangeError} if the donor has more channels or blocks, or other inputs and outputs.
 */
export function growNetwork(
  donor: Network,
  options: { architecture: Architecture; seed: number },
): Network {
  const { architecture, seed } = options;
  const small = donor.architecture;
  if (
    small.inputs !== architecture.inputs || small.outputs !== architecture.outputs ||
    small.channels > architecture.channels || small.blocks > architecture.blocks
  ) {
    throw new RangeError(
      `A network of ${describe(small)} cannot grow into one of ${describe(architecture)}`,
    );
  }
  const fresh = initialiseNetwork(architecture, { seed });
  const donors = new Map(
    describeLayers(small).map(({ name }, index) => [name, donor.layers[index]!]),
  );
  const layers = describeLayers(architecture).map(({ name, role }, index): Layer => {
    const layer = fresh.layers[index]!;
    const from = donors.get(name);
    if (from) return growLayer(layer, from);
    return role === "second"
      ? { ...layer, weights: new Float32Array(layer.weights.length) }
      : layer;
  });
  return { architecture, layers };
}

/** Puts a small layer's weights into the corner of a large one's; its outputs ignore inputs that it did not have. */
function growLayer(large: Layer, small: Layer): Layer {
  const weights = large.weights.slice();
  for (let output = 0; output < small.outputs; output++) {
    const row = output * large.inputs * 9;
    weights.fill(0, row, row + large.inputs * 9);
    const from = output * small.inputs * 9;
    weights.set(small.weights.subarray(from, from + small.inputs * 9), row);
  }
  const bias = large.bias.slice();
  bias.set(small.bias);
  if (!large.slopes || !small.slopes) return { ...large, weights, bias };
  const slopes = large.slopes.slice();
  slopes.set(small.slopes);
  return { ...large, weights, bias, slopes };
}

function describe({ inputs, outputs, channels, blocks }: Architecture): string {
  return `${inputs} inputs, ${outputs} outputs, ${channels} channels and ${blocks} blocks`;
}
