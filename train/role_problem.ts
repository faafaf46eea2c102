/**
 * A layer on values that are the same every time, and what each role must make of them, by the float64 reference.
 *
 * @module
 */

import type { Architecture, Network } from "../gpu/network.ts";
import { convolve } from "../gpu/reference_convolution.ts";
import type { BatchShape } from "./kernels/training_kernel.ts";
import { type LayerParameters, layoutParameters, unflattenNetwork } from "./parameters.ts";
import { Random } from "./random.ts";
import { backwardConvolution, backwardPrelu } from "./reference_gradients.ts";

/** About so many cells of a patch have a gradient: the reference takes its time over every one. */
const CELLS = 256;

/** One patch; `[patch][patch][channels]` each. */
export interface ProblemImage {
  /** The layer's input. */
  readonly source: Float64Array;
  /** What is added to the layer's output, if it adds anything. */
  readonly skip: Float64Array;
  /** What the layer puts out, after its PReLU or what it adds. */
  readonly activation: Float64Array;
  /** The gradient of the convolution's output. */
  readonly gradient: Float64Array;
  /** The gradient of the layer's input. */
  readonly sourceGradient: Float64Array;
}

/** A layer, and what goes in and must come out. */
export interface RoleProblem extends BatchShape {
  /** The layer's place among the parameters, and its shape. */
  readonly layer: LayerParameters;
  /** What goes in and must come out, patch by patch. */
  readonly images: readonly ProblemImage[];
  /** The gradient of all parameters, flat: zero but for the layer's. */
  readonly gradients: Float64Array;
}

/** A network with nothing special about any weight: no zeros, slopes positive. */
export function trialNetwork(architecture: Architecture): Network {
  const { layers, length } = layoutParameters(architecture);
  const random = new Random(1);
  const flat = Float32Array.from({ length }, () => random.normal() / 8);
  for (const { slopesAt, outputs } of layers) {
    if (slopesAt !== undefined) flat.fill(0.25, slopesAt, slopesAt + outputs);
  }
  return unflattenNetwork(architecture, flat);
}

/** Makes the problem for the layer of a network. */
export function makeProblem(
  network: Network,
  { index, batch, patch }: BatchShape & { index: number },
): RoleProblem {
  const { layers, length } = layoutParameters(network.architecture);
  const layer = layers[index]!;
  const { weights, slopes } = network.layers[index]!;
  const random = new Random(index);
  const shape = { width: patch, height: patch };
  const gradients = new Float64Array(length);
  const values = (channels: number) =>
    Float64Array.from({ length: patch * patch * channels }, () => Math.fround(random.normal()));
  const images = Array.from({ length: batch }, (): ProblemImage => {
    const source = values(layer.inputs);
    const skip = values(layer.outputs);
    const activation = convolve(network.layers[index]!, source, shape);
    if (layer.role === "second") skip.forEach((value, at) => activation[at]! += value);
    const gradient = values(layer.outputs);
    for (let cell = 0; cell < patch * patch; cell++) {
      if (random.below(patch * patch) < CELLS) continue;
      gradient.fill(0, cell * layer.outputs, (cell + 1) * layer.outputs);
    }
    if (slopes) backwardPrelu(layer, { slopes, activation, gradient, gradients });
    const sourceGradient = new Float64Array(source.length);
    backwardConvolution(layer, { weights, shape, source, gradient, sourceGradient, gradients });
    return { source, skip, activation, gradient, sourceGradient };
  });
  return { layer, batch, patch, images, gradients };
}
