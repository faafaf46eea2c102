/**
 * The convolution for graphics processors, as restoring uses it: activations in buffers, see `tiled_shader.ts`.
 *
 * A workgroup of 32 × 4 threads stages a tile of 34 × 18 cells (10 KiB) and 72 vec4f of weights for every input quad; 18 + 72
 * reads of workgroup memory then serve 288 multiply-adds of `vec4f` a thread, with 32 sums in registers.
 *
 * Its results are tested on software adapters; the reasons for its shape are those above, and its speed on a graphics
 * processor has not been measured.
 *
 * @module
 */

import { type ConvKernel, groupsOf } from "./conv_kernel.ts";
import { TILED_ROWS, tiledShader } from "./tiled_shader.ts";

const WIDTH = 32;
const MOST_QUADS = 2;

/** The kernel `tiled`. */
export const tiled: ConvKernel = {
  name: "tiled",
  activations: "buffer",
  weights: "buffer",
  groupQuads: ({ outputQuads }) => Math.min(MOST_QUADS, outputQuads),
  shader: (shape) =>
    tiledShader({ ...shape, activations: "buffer", quads: tiled.groupQuads(shape), width: WIDTH }),
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / WIDTH),
    Math.ceil(height / TILED_ROWS),
    groupsOf(tiled, shape),
  ],
};
