/**
 * Networks of whole numbers in plain TypeScript: the oracle for every faster way to run one.
 *
 * @module
 */

import {
  ACTIVATION_LIMIT,
  type ExactLayer,
  type ExactNetwork,
  OUTPUT_LIMITS,
  SLOPE_SHIFT,
} from "./exact_network.ts";
import type { PlaneShape } from "./reference_convolution.ts";

/**
 * Runs a network over a plane.
 *
 * @param input `[height][width][inputs]`, each within the network's input limits
 * @returns `[height][width][outputs]`
 * @throws {RangeError} if `input` is not of the shape stated.
 */
export function runExactNetwork(
  network: ExactNetwork,
  { input, shape, onLayer }: {
    input: Int32Array;
    shape: PlaneShape;
    /** Told of the output of every layer in order. Default: nobody. */
    onLayer?: ((output: Int32Array, index: number) => void) | undefined;
  },
): Int32Array {
  const { layers } = network;
  let trunk = input;
  let inner = input;
  layers.forEach((layer, index) => {
    const isTail = index === layers.length - 1;
    const isSecond = !isTail && index > 0 && index % 2 === 0;
    const source = isSecond ? inner : trunk;
    const output = convolveExactly(layer, {
      input: source,
      shape,
      skip: isSecond ? trunk : undefined,
      isTail,
    });
    if (index === 0 || isSecond || isTail) trunk = output;
    else inner = output;
    onLayer?.(output, index);
  });
  return trunk;
}

/** One layer: `[height][width][inputs]` to `[height][width][outputs]`. */
export function convolveExactly(
  layer: ExactLayer,
  { input, shape, skip, isTail }: {
    input: Int32Array;
    shape: PlaneShape;
    skip: Int32Array | undefined;
    isTail: boolean;
  },
): Int32Array {
  const { inputs, outputs, weights, bias, shifts, slopes } = layer;
  const { width, height } = shape;
  if (input.length !== width * height * inputs) {
    throw new RangeError(
      `${inputs} channels of ${width}×${height} cells are ${
        width * height * inputs
      } values, found ${input.length}`,
    );
  }
  const { least, most } = isTail
    ? OUTPUT_LIMITS
    : { least: -ACTIVATION_LIMIT, most: ACTIVATION_LIMIT };
  const result = new Int32Array(width * height * outputs);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let output = 0; output < outputs; output++) {
        let sum = bias[output]!;
        for (let tap = 0; tap < 9; tap++) {
          const y = Math.min(height - 1, Math.max(0, row + Math.floor(tap / 3) - 1));
          const x = Math.min(width - 1, Math.max(0, column + tap % 3 - 1));
          const from = (y * width + x) * inputs;
          for (let channel = 0; channel < inputs; channel++) {
            sum += weights[(output * inputs + channel) * 9 + tap]! * input[from + channel]!;
          }
        }
        const at = (row * width + column) * outputs + output;
        let value = roundShifted(sum, shifts[output]!);
        if (slopes && value < 0) value = roundShifted(value * slopes[output]!, SLOPE_SHIFT);
        if (skip) value += skip[at]!;
        result[at] = Math.min(most, Math.max(least, value));
      }
    }
  }
  return result;
}

/** A whole number divided by two to a power, rounded to the nearest, halves up. */
function roundShifted(value: number, shift: number): number {
  return Math.floor(value / 2 ** shift + 0.5);
}
