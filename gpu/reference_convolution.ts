/**
 * A layer in plain TypeScript, accumulating in float64, every value summed in one fixed order.
 *
 * @module
 */

import type { Layer } from "./network.ts";

/** Width and height of a plane, in cells. */
export interface PlaneShape {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

/**
 * Convolves `x`, `[height][width][inputs]`, with a layer: 3×3, edges replicated, bias and PReLU applied.
 *
 * @returns `[height][width][outputs]`
 * @throws {RangeError} if `x` is not of the shape stated.
 */
export function convolve(layer: Layer, x: Float64Array, shape: PlaneShape): Float64Array {
  const { inputs, outputs } = layer;
  const { width, height } = shape;
  if (x.length !== width * height * inputs) {
    throw new RangeError(
      `${inputs} channels of ${width} × ${height} cells are ${
        width * height * inputs
      } values, found ${x.length}`,
    );
  }
  const weights = transposeWeights(layer);
  const bias = Float64Array.from(layer.bias);
  const slopes = layer.slopes && Float64Array.from(layer.slopes);
  const length = 9 * inputs;
  const quads = Math.ceil(outputs / 4);
  const patches = new Float64Array(2 * length);
  const y = new Float64Array(width * height * outputs);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 2) {
      gatherPatch(x, { shape, inputs, row, column, target: patches, offset: 0 });
      const second = Math.min(column + 1, width - 1);
      gatherPatch(x, { shape, inputs, row, column: second, target: patches, offset: length });
      const at = (row * width + column) * outputs;
      const isPair = second > column;
      for (let quad = 0; quad < quads; quad++) {
        let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
        let w = quad * length * 4;
        for (let k = 0; k < length; k++, w += 4) {
          const a = patches[k]!;
          const b = patches[length + k]!;
          const w0 = weights[w]!, w1 = weights[w + 1]!, w2 = weights[w + 2]!, w3 = weights[w + 3]!;
          a0 += a * w0;
          a1 += a * w1;
          a2 += a * w2;
          a3 += a * w3;
          b0 += b * w0;
          b1 += b * w1;
          b2 += b * w2;
          b3 += b * w3;
        }
        const sums = [a0, a1, a2, a3, b0, b1, b2, b3];
        const count = Math.min(4, outputs - quad * 4);
        for (let i = 0; i < count; i++) {
          const output = quad * 4 + i;
          const slope = slopes ? slopes[output]! : 1;
          const first = sums[i]! + bias[output]!;
          y[at + output] = first < 0 ? first * slope : first;
          if (!isPair) continue;
          const next = sums[4 + i]! + bias[output]!;
          y[at + outputs + output] = next < 0 ? next * slope : next;
        }
      }
    }
  }
  return y;
}

/** Reorders `[outputs][inputs][9]` to `[output quad][9][inputs][4]`, the order in which {@link convolve} reads. */
function transposeWeights({ inputs, outputs, weights }: Layer): Float64Array {
  const quads = Math.ceil(outputs / 4);
  const transposed = new Float64Array(quads * 9 * inputs * 4);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const index = (((output >> 2) * 9 + tap) * inputs + input) * 4 + (output & 3);
        transposed[index] = weights[(output * inputs + input) * 9 + tap]!;
      }
    }
  }
  return transposed;
}

function gatherPatch(
  x: Float64Array,
  { shape, inputs, row, column, target, offset }: {
    shape: PlaneShape;
    inputs: number;
    row: number;
    column: number;
    target: Float64Array;
    offset: number;
  },
): void {
  const { width, height } = shape;
  let to = offset;
  for (let dy = -1; dy <= 1; dy++) {
    const line = Math.min(height - 1, Math.max(0, row + dy)) * width;
    for (let dx = -1; dx <= 1; dx++) {
      const from = (line + Math.min(width - 1, Math.max(0, column + dx))) * inputs;
      for (let input = 0; input < inputs; input++) target[to++] = x[from + input]!;
    }
  }
}
