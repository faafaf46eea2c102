/**
 * A layer of an exact network in the order in which the processor's kernel reads it; see `assembly/convolve.ts`.
 *
 * @module
 */

import { type ExactLayer, SLOPE_SHIFT } from "./exact_network.ts";

/** Outputs that are summed at a time; channels are padded to a multiple of it. */
const GROUP = 8;

/** Channels with those that are added to fill the last group. */
export function padded(channels: number): number {
  return Math.ceil(channels / GROUP) * GROUP;
}

/**
 * Puts the weights where the kernel looks for them.
 *
 * @param packed of the padded channels: outputs × inputs × 9
 */
export function packExactWeights(
  { inputs, outputs, weights }: ExactLayer,
  packed: Int16Array,
): void {
  const pairs = padded(inputs) / 2;
  packed.fill(0);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const pair = (Math.floor(output / GROUP) * 9 + tap) * pairs + Math.floor(input / 2);
        packed[(pair * GROUP + output % GROUP) * 2 + input % 2] =
          weights[(output * inputs + input) * 9 + tap]!;
      }
    }
  }
}

/**
 * Puts bias, divisors and slopes where the kernel looks for them, three numbers of 32 bits an output.
 *
 * @param options.outputs padded
 */
export function packExactParameters(
  { bias, shifts, slopes, outputs: count }: ExactLayer,
  { buffer, address, outputs }: { buffer: ArrayBuffer; address: number; outputs: number },
): void {
  const integers = new Int32Array(buffer, address, outputs * 3);
  const floats = new Float32Array(buffer, address, outputs * 3);
  for (let output = 0; output < outputs; output++) {
    const at = Math.floor(output / GROUP) * 3 * GROUP + output % GROUP;
    const isThere = output < count;
    integers[at] = isThere ? bias[output]! : 0;
    floats[at + GROUP] = isThere ? 2 ** -shifts[output]! : 0;
    floats[at + 2 * GROUP] = isThere && slopes ? slopes[output]! / 2 ** SLOPE_SHIFT : 1;
  }
}
