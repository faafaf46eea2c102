/**
 * The order of a layer's values on the device.
 *
 * @module
 */

import type { ExactLayer } from "../exact_network.ts";
import type { Layer } from "../network.ts";
import { type ConvKernel, groupsOf, type LayerShape } from "./conv_kernel.ts";

/** A layer of a drawing network, or of an exact one, whose whole numbers floats hold exactly. */
export type ConvLayer = Layer | ExactLayer;

/**
 * Orders weights, biases, slopes and shifts for a kernel, each padded with zeros to whole quads:
 *
 * ```text
 * weights  [group][input quad][input of 4][tap][quad of group]   vec4f over outputs
 * bias     [output quad]                                              vec4f
 * slopes   [output quad]                                              vec4f, zero where there is no PReLU
 * shifts   [output quad]                                              vec4f, of exact layers alone
 * ```
 *
 * A filter has nine taps, or those that the kernel transforms it into.
 *
 * A kernel that reads weights from a texture finds the weights of a (group, input quad) in a row, the biases in the
 * next row after all of them, and slopes and shifts in the rows after that; each row is padded to the longest.
 *
 * @returns The values, and the width in `vec4f` of a row (for a buffer: of all of it).
 */
export function packWeights(
  layer: ConvLayer,
  { kernel, shape }: { kernel: ConvKernel; shape: LayerShape },
): { values: Float32Array<ArrayBuffer>; width: number; height: number } {
  const { taps, transform } = kernel.filter?.(shape) ?? { taps: 9, transform: Array.from<number> };
  const quads = kernel.groupQuads(shape);
  const groups = groupsOf(kernel, shape);
  const { inputQuads, outputQuads } = shape;
  const rowLength = 4 * taps * quads;
  const weightRows = groups * inputQuads;
  const inTexture = kernel.weights === "texture";
  const shifts = "shifts" in layer ? layer.shifts : undefined;
  const endRows = shifts ? 3 : 2;
  const width = inTexture
    ? Math.max(rowLength, outputQuads)
    : rowLength * weightRows + endRows * outputQuads;
  const height = inTexture ? weightRows + endRows : 1;
  const values = new Float32Array(width * height * 4);
  const rowWidth = inTexture ? width : rowLength;
  for (let output = 0; output < layer.outputs; output++) {
    const group = Math.floor(output / (4 * quads));
    const quad = Math.floor(output / 4) % quads;
    for (let input = 0; input < layer.inputs; input++) {
      const row = group * inputQuads + Math.floor(input / 4);
      const first = (output * layer.inputs + input) * 9;
      transform(layer.weights.subarray(first, first + 9)).forEach((value, tap) => {
        const at = row * rowWidth + ((input % 4) * taps + tap) * quads + quad;
        values[at * 4 + (output % 4)] = value;
      });
    }
  }
  const biasAt = weightRows * rowWidth * 4;
  const endLength = (inTexture ? width : outputQuads) * 4;
  values.set(layer.bias, biasAt);
  if (layer.slopes) values.set(layer.slopes, biasAt + endLength);
  if (shifts) values.set(shifts, biasAt + 2 * endLength);
  return { values, width, height };
}
