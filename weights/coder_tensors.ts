/**
 * A network of a coder as tensors and back, with all that must hold of it, and what names it.
 *
 * @module
 */

import { INPUT_CENTRE, WIDTH_LOGARITHMS } from "../codec/coded/coder.ts";
import { STEP_LOGARITHMS } from "../codec/coded/lossy_steps.ts";
import type { CoderStep } from "../codec/lattice/coder_steps.ts";
import { checkExactNetwork, type ExactLayer, type ExactNetwork } from "../gpu/exact_network.ts";
import { type Architecture, describeLayers } from "../gpu/network.ts";
import { OUTPUTS_OF_PHASE } from "./coder_units.ts";
import { asWeightsError } from "./network_metadata.ts";
import type { Tensor } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

const STEPS = { diagonal: { known: 1, coded: 1 }, quincunx: { known: 2, coded: 2 } } as const;

/** The largest magnitude of each input of a step: pixels less their centre, then the width of bins. */
export function coderInputLimits(step: CoderStep, isLossy = false): number[] {
  const pixels = new Array<number>(3 * STEPS[step].known).fill(INPUT_CENTRE);
  return [...pixels, isLossy ? STEP_LOGARITHMS[1] : WIDTH_LOGARITHMS.at(-1)!];
}

/**
 * Puts the numbers of a network into tensors.
 *
 * @param tensors get one for each part of each layer
 * @param name what their names begin with
 */
export function putNetwork(
  tensors: Map<string, Tensor>,
  { name, network }: { name: string; network: ExactNetwork },
): void {
  describeLayers(network.architecture).forEach((shape, index) => {
    const layer = network.layers[index]!;
    for (const [part, values] of Object.entries(partsOf(layer))) {
      const dimensions = part === "weight" ? [layer.outputs, layer.inputs, 3, 3] : [layer.outputs];
      tensors.set(`${name}.${shape.name}.${part}`, {
        shape: dimensions,
        values: Float32Array.from(values),
      });
    }
  });
}

/** The numbers of a layer, by the names that tensors end with. */
function partsOf({ weights, bias, shifts, slopes }: ExactLayer): Record<string, ArrayLike<number>> {
  return { weight: weights, bias, shifts, ...(slopes && { slopes }) };
}

/**
 * Takes the numbers of a network out of tensors.
 *
 * @param tensors lose those that are taken
 * @throws {WeightsError} if one is missing, of another shape, or holds something other than whole numbers in range.
 */
export function takeNetwork(
  tensors: Map<string, Tensor>,
  { step, name, architecture, isLossy }: {
    step: CoderStep;
    name: string;
    architecture: Architecture;
    isLossy: boolean;
  },
): ExactNetwork {
  const layers = describeLayers(architecture).map((shape): ExactLayer => {
    const { inputs, outputs, prelu } = shape;
    const take = (part: string, dimensions: number[], [least, most]: readonly [number, number]) =>
      takeIntegers(tensors, { name: `${name}.${shape.name}.${part}`, dimensions, least, most });
    return {
      inputs,
      outputs,
      weights: Int16Array.from(take("weight", [outputs, inputs, 3, 3], [-32767, 32767])),
      bias: Int32Array.from(take("bias", [outputs], [-(2 ** 24), 2 ** 24])),
      shifts: Uint8Array.from(take("shifts", [outputs], [0, 255])),
      ...(prelu && { slopes: Int16Array.from(take("slopes", [outputs], [-32767, 32767])) }),
    };
  });
  return { architecture, inputLimits: coderInputLimits(step, isLossy), layers };
}

function takeIntegers(
  tensors: Map<string, Tensor>,
  { name, dimensions, least, most }: {
    name: string;
    dimensions: number[];
    least: number;
    most: number;
  },
): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new WeightsError(`The coder has no tensor "${name}"`);
  if (tensor.shape.join() !== dimensions.join()) {
    throw new WeightsError(
      `Tensor "${name}" must have the shape [${dimensions}], found [${tensor.shape}]`,
    );
  }
  const wrong = tensor.values.find((value) =>
    !Number.isInteger(value) || value < least || value > most
  );
  if (wrong !== undefined) {
    throw new WeightsError(
      `Tensor "${name}" must hold whole numbers from ${least} to ${most}, found ${wrong}`,
    );
  }
  tensors.delete(name);
  return tensor.values;
}

/**
 * Checks that a network belongs to its step.
 *
 * @throws {WeightsError} if it has other inputs or outputs, or is not exact on every device.
 */
export function checkNetwork(network: ExactNetwork, step: CoderStep): void {
  const { inputs, outputs } = network.architecture;
  const expected = {
    inputs: 3 * STEPS[step].known + 1,
    outputs: OUTPUTS_OF_PHASE * STEPS[step].coded,
  };
  if (inputs !== expected.inputs || outputs !== expected.outputs) {
    throw new WeightsError(
      `A coder's network for the step "${step}" must have ${expected.inputs} inputs and ${expected.outputs} outputs, ` +
        `found ${inputs} and ${outputs}`,
    );
  }
  asWeightsError(() => checkExactNetwork(network));
}

/**
 * What names networks: the first 8 bytes of the SHA-256 of all numbers as 32-bit little-endian ones, network after
 * network, of each its architecture, then its layers.
 */
export async function digestOf(networks: readonly ExactNetwork[]): Promise<Uint8Array> {
  const numbers = networks.flatMap(({ architecture, layers }) => [
    ...[architecture.inputs, architecture.outputs, architecture.channels, architecture.blocks],
    ...layers.flatMap((layer) =>
      Object.values(partsOf(layer)).flatMap((values) => Array.from(values))
    ),
  ]);
  const data = new DataView(new ArrayBuffer(numbers.length * 4));
  numbers.forEach((number, index) => data.setInt32(index * 4, number, true));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data.buffer), 0, 8).slice();
}
