/**
 * The tensors of a network in a `safetensors` file: names, shapes and order are those of `network_file.ts`.
 *
 * @module
 */

import { type Architecture, describeLayers, type Layer, type Network } from "../gpu/network.ts";
import type { Tensor } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** The tensors of a network, by name. */
export function networkTensors(network: Network): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  describeLayers(network.architecture).forEach(({ name }, index) => {
    const layer = network.layers[index]!;
    tensors.set(`${name}.weight`, {
      shape: [layer.outputs, layer.inputs, 3, 3],
      values: layer.weights,
    });
    tensors.set(`${name}.bias`, { shape: [layer.outputs], values: layer.bias });
    if (layer.slopes) {
      tensors.set(`${name}.slopes`, { shape: [layer.outputs], values: layer.slopes });
    }
  });
  return tensors;
}

/**
 * The layers of an architecture, from tensors that may be damaged or hostile.
 *
 * @throws {WeightsError} if they are not exactly the tensors that the architecture calls for.
 */
export function takeLayers(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: Architecture,
): Layer[] {
  const remaining = new Map(tensors);
  const layers = describeLayers(architecture).map(({ name, inputs, outputs, prelu }): Layer => ({
    inputs,
    outputs,
    weights: take(remaining, `${name}.weight`, [outputs, inputs, 3, 3]),
    bias: take(remaining, `${name}.bias`, [outputs]),
    ...(prelu && { slopes: take(remaining, `${name}.slopes`, [outputs]) }),
  }));
  for (const name of remaining.keys()) {
    throw new WeightsError(`The architecture has no tensor "${name}", but the file does`);
  }
  return layers;
}

function take(tensors: Map<string, Tensor>, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new WeightsError(`The weights file has no tensor "${name}"`);
  if (tensor.shape.join() !== shape.join()) {
    throw new WeightsError(
      `Tensor "${name}" must have the shape [${shape}], found [${tensor.shape}]`,
    );
  }
  tensors.delete(name);
  return tensor.values;
}
