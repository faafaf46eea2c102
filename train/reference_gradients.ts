/**
 * Forward and backward pass in plain TypeScript with float64: the oracle for everything in `graph.ts`, itself checked
 * against finite differences.
 *
 * @module
 */

import type { Network } from "../gpu/network.ts";
import { convolve, type PlaneShape } from "../gpu/reference_convolution.ts";
import { type LayerParameters, layoutParameters } from "./parameters.ts";

/** What every layer put out, after its PReLU or its skip connection, in order; the last is the network's output. */
export function referenceActivations(
  network: Network,
  { x, shape }: { x: Float64Array; shape: PlaneShape },
): Float64Array[] {
  const activations: Float64Array[] = [];
  layoutParameters(network.architecture).layers.forEach((layer, index) => {
    const weights = network.layers[index]!;
    const y = convolve(weights, activations.at(-1) ?? x, shape);
    if (layer.role === "second") {
      const skip = activations[index - 2]!;
      y.forEach((value, at) => y[at] = value + skip[at]!);
    }
    activations.push(y);
  });
  return activations;
}

/**
 * The gradient of all parameters, flat, given that of the network's output.
 *
 * @param network whose slopes are positive
 */
export function referenceGradients(
  network: Network,
  options: { x: Float64Array; shape: PlaneShape; outputGradient: Float64Array },
): Float64Array {
  const { x, shape, outputGradient } = options;
  const { layers, length } = layoutParameters(network.architecture);
  const activations = referenceActivations(network, { x, shape });
  const gradients = new Float64Array(length);
  // Gradients of what each layer put out; those of skip connections are added as they come.
  const ofActivations = activations.map((activation) => new Float64Array(activation.length));
  ofActivations.at(-1)!.set(outputGradient);
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index]!;
    const gradient = ofActivations[index]!.slice();
    if (layer.role === "second") {
      const skip = ofActivations[index - 2]!;
      gradient.forEach((value, at) => skip[at]! += value);
    }
    const { slopes } = network.layers[index]!;
    if (slopes) {
      backwardPrelu(layer, { slopes, activation: activations[index]!, gradient, gradients });
    }
    const source = index === 0 ? x : activations[index - 1]!;
    const sourceGradient = index === 0 ? new Float64Array(x.length) : ofActivations[index - 1]!;
    backwardConvolution(layer, {
      weights: network.layers[index]!.weights,
      shape,
      source,
      gradient,
      sourceGradient,
      gradients,
    });
  }
  return gradients;
}

/** Turns the gradient of a PReLU's output into that of its input, in place, and adds up that of its slopes. */
export function backwardPrelu(layer: LayerParameters, options: {
  slopes: Float32Array;
  activation: Float64Array;
  gradient: Float64Array;
  gradients: Float64Array;
}): void {
  const { slopes, activation, gradient, gradients } = options;
  for (let at = 0; at < gradient.length; at++) {
    if (activation[at]! >= 0) continue;
    const channel = at % layer.outputs;
    gradients[layer.slopesAt! + channel]! += gradient[at]! * activation[at]! / slopes[channel]!;
    gradient[at]! *= slopes[channel]!;
  }
}

/** Adds the gradients of a convolution's weights, bias and input. */
export function backwardConvolution(layer: LayerParameters, options: {
  weights: Float32Array;
  shape: PlaneShape;
  source: Float64Array;
  gradient: Float64Array;
  sourceGradient: Float64Array;
  gradients: Float64Array;
}): void {
  const { weights, shape, source, gradient, sourceGradient, gradients } = options;
  const { inputs, outputs, weightsAt, biasAt } = layer;
  for (let y = 0; y < shape.height; y++) {
    for (let x = 0; x < shape.width; x++) {
      for (let o = 0; o < outputs; o++) {
        const g = gradient[(y * shape.width + x) * outputs + o]!;
        if (g === 0) continue;
        gradients[biasAt + o]! += g;
        for (let tap = 0; tap < 9; tap++) {
          const row = clamp(y + Math.floor(tap / 3) - 1, shape.height);
          const column = clamp(x + tap % 3 - 1, shape.width);
          for (let i = 0; i < inputs; i++) {
            const weight = (o * inputs + i) * 9 + tap;
            const from = (row * shape.width + column) * inputs + i;
            gradients[weightsAt + weight]! += g * source[from]!;
            sourceGradient[from]! += g * weights[weight]!;
          }
        }
      }
    }
  }
}

function clamp(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size - 1);
}
