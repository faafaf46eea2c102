/**
 * Networks of whole numbers, which give the same on every device: the ones that a coded file's probabilities come from.
 *
 * ```text
 * sum = bias + Σ weight · x                     3×3, edges replicated, every partial sum below 2²⁴
 * y   = ⌊sum / 2^shift + ½⌋
 * y   = ⌊y · slope / 128 + ½⌋  where y < 0       layers with slopes
 * y   = y + what the block began with           the second layer of a block
 * y   = y between −1023 and 1023                the last layer: between −32767 and 32767
 * ```
 *
 * The layers follow {@link describeLayers}, as those of drawing networks do. 32-bit floats hold whole numbers up to 2²⁴
 * exactly, so sums in any order are the same in floats on any device, in integers, and in doubles.
 *
 * @module
 */

import { type Architecture, checkArchitecture, describeLayers } from "./network.ts";

/** Largest magnitude of an activation. */
export const ACTIVATION_LIMIT = 1023;

/** The outputs of the last layer lie from here to here: 16-bit numbers. */
export const OUTPUT_LIMITS = { least: -32767, most: 32767 } as const;

/** What no sum may reach, for floats to be exact. */
export const SUM_LIMIT = 2 ** 24;

/** Binary logarithm of what a slope is divided by. */
export const SLOPE_SHIFT = 7;

/** Largest shift of a sum. */
export const MAX_SHIFT = 23;

/** One convolution in whole numbers. */
export interface ExactLayer {
  /** Input channels. */
  readonly inputs: number;
  /** Output channels. */
  readonly outputs: number;
  /** `[outputs][inputs][3][3]` */
  readonly weights: Int16Array;
  /** `[outputs]` */
  readonly bias: Int32Array;
  /** `[outputs]`: each sum is divided by two to this power. */
  readonly shifts: Uint8Array;
  /** `[outputs]`: slopes for negative values in 1/128; absent where the layer is linear. */
  readonly slopes?: Int16Array | undefined;
}

/** A network of whole numbers. */
export interface ExactNetwork {
  /** The shape that the layers follow. */
  readonly architecture: Architecture;
  /** `[inputs]`: the largest magnitude of each input. */
  readonly inputLimits: readonly number[];
  /** Head, then (first, second) of every block, then tail. */
  readonly layers: readonly ExactLayer[];
}

/**
 * Proves that no value of a network can leave the whole numbers that floats hold exactly, whatever it is given within its
 * input limits.
 *
 * @throws {RangeError} if the layers do not follow the architecture, or one of its sums could reach 2²⁴; the message
 * names the layer and the output.
 */
export function checkExactNetwork(network: ExactNetwork): void {
  const { architecture, inputLimits, layers } = network;
  checkArchitecture(architecture);
  const shapes = describeLayers(architecture);
  if (layers.length !== shapes.length || inputLimits.length !== architecture.inputs) {
    throw new RangeError(
      `The network must have ${shapes.length} layers and ${architecture.inputs} input limits, found ` +
        `${layers.length} and ${inputLimits.length}`,
    );
  }
  shapes.forEach(({ name, role, inputs, outputs, prelu }, index) => {
    const layer = layers[index]!;
    const counts = [
      ["weights", inputs * outputs * 9, layer.weights.length],
      ["biases", outputs, layer.bias.length],
      ["shifts", outputs, layer.shifts.length],
      ["slopes", prelu ? outputs : 0, layer.slopes?.length ?? 0],
    ] as const;
    for (const [what, wanted, found] of counts) {
      if (wanted !== found) {
        throw new RangeError(`Layer "${name}" must have ${wanted} ${what}, found ${found}`);
      }
    }
    const limits = role === "head" ? inputLimits : new Array(inputs).fill(ACTIVATION_LIMIT);
    for (let output = 0; output < outputs; output++) checkOutput(layer, { name, output, limits });
  });
}

function checkOutput(
  layer: ExactLayer,
  { name, output, limits }: { name: string; output: number; limits: readonly number[] },
): void {
  const sum = largestSum(layer, { output, limits });
  const shift = layer.shifts[output]!;
  // Half of the divisor is added before the division.
  const reached = sum + 2 ** shift / 2;
  const sloped = sum / 2 ** shift * Math.abs(layer.slopes?.[output] ?? 0);
  if (shift > MAX_SHIFT || reached >= SUM_LIMIT || sloped + 64 >= SUM_LIMIT) {
    throw new RangeError(
      `Output ${output} of layer "${name}" can reach ${reached} with a shift of ${shift}; below 2^24 and ` +
        `${MAX_SHIFT + 1} it is exact`,
    );
  }
}

/**
 * Checks what a network is given.
 *
 * @param input `[height][width][inputs]`
 * @throws {RangeError} if it is not of the shape stated, or beyond the network's input limits.
 */
export function checkExactInput(
  input: Int32Array,
  { network, shape }: {
    network: ExactNetwork;
    shape: { readonly width: number; readonly height: number };
  },
): void {
  const { architecture: { inputs }, inputLimits } = network;
  const length = shape.width * shape.height * inputs;
  if (input.length !== length) {
    throw new RangeError(
      `${inputs} channels of ${shape.width}×${shape.height} cells are ${length} values, found ${input.length}`,
    );
  }
  for (let at = 0; at < length; at++) {
    const limit = inputLimits[at % inputs]!;
    if (input[at]! > limit || input[at]! < -limit) {
      throw new RangeError(`Input ${at % inputs} is at most ${limit}, found ${input[at]}`);
    }
  }
}

/** The largest magnitude that the sum of an output can have on its way, bias included. */
export function largestSum(
  { inputs, weights, bias }: Pick<ExactLayer, "inputs" | "weights" | "bias">,
  { output, limits }: { output: number; limits: readonly number[] },
): number {
  let sum = Math.abs(bias[output]!);
  for (let input = 0; input < inputs; input++) {
    const first = (output * inputs + input) * 9;
    for (let tap = 0; tap < 9; tap++) sum += Math.abs(weights[first + tap]!) * limits[input]!;
  }
  return sum;
}
