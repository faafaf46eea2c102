/**
 * The direct convolution for software adapters: the whole reduction unrolled into straight-line code.
 *
 * Each thread computes one cell and up to sixteen output channels. Activations are read from a read-only storage
 * texture (inlined and vectorised by llvmpipe, where a buffer load is done lane by lane); weights are staged
 * once a workgroup into workgroup memory and read at literal indices, which fold into the multiplication.
 * WGSL cannot unroll a loop, hence this generator; what it writes is one block of statements for an input quad.
 *
 * @module
 */

import { type ConvKernel, groupsOf, type LayerShape } from "./conv_kernel.ts";
import { AXES, indices, stagedShader, stagingRoom } from "./staged_shader.ts";
import type { WorkgroupLimits } from "./workgroup_limits.ts";

/** Width of a workgroup, in cells. */
const WIDTH = 32;

/** Most rows of a workgroup: many, so that staging the weights is paid by many cells. */
const MOST_ROWS = 16;

/** Output quads that a workgroup computes at most: there are as many sums. */
const MOST_QUADS = 4;

/** Input quads times output quads that a workgroup stages at most: 18 KiB. */
const MOST_PAIRS = 32;

/** `vec4f` of weights for an input and an output quad. */
const PAIR_VECTORS = 36;

/** The kernel `unrolled` for devices of such limits. */
export function unrolledKernel(limits: WorkgroupLimits): ConvKernel {
  const room = stagingRoom(limits);
  const pairs = Math.min(MOST_PAIRS, Math.floor(room / PAIR_VECTORS));
  const rows = Math.min(MOST_ROWS, Math.max(1, Math.floor(limits.threads / WIDTH)));
  const groupQuads = ({ inputQuads, outputQuads }: LayerShape) => {
    const most = Math.max(1, Math.min(MOST_QUADS, Math.floor(pairs / inputQuads)));
    return Math.ceil(outputQuads / Math.ceil(outputQuads / most));
  };
  const kernel: ConvKernel = {
    name: "unrolled",
    activations: "texture",
    weights: "buffer",
    groupQuads,
    fits: (shape) => shape.inputQuads * groupQuads(shape) * PAIR_VECTORS <= room,
    shader: (shape) =>
      unrolledShader(shape, {
        quads: groupQuads(shape),
        workgroup: { width: WIDTH, height: rows },
        room,
      }),
    workgroups: (shape, { width, height }) => [
      Math.ceil(width / WIDTH),
      Math.ceil(height / rows),
      groupsOf(kernel, shape),
    ],
  };
  return kernel;
}

/** Writes the shader; see {@link stagedShader} for its bindings. Weights are the nine values of a filter. */
function unrolledShader(
  shape: LayerShape,
  parts: { quads: number; workgroup: { width: number; height: number }; room: number },
): string {
  const { quads } = parts;
  const loads = indices(9).map((tap) =>
    `let x${tap} = textureLoad(source, vec2u(c${tap % 3}, r${Math.floor(tap / 3)}), layer);`
  );
  const products = indices(4).flatMap((input) =>
    indices(9).flatMap((tap) =>
      indices(quads).map((quad) => {
        const weight = `staged[first + ${(input * 9 + tap) * quads + quad}u]`;
        return `a${quad} = fma(vec4f(x${tap}.${AXES[input]}), ${weight}, a${quad});`;
      })
    )
  );
  return stagedShader({ ...shape, surface: { kind: "plane", threads: "grid" } }, {
    ...parts,
    taps: 9,
    cells: { columns: 1, rows: 1 },
    sums: indices(quads).map((quad) => `a${quad}`),
    accumulate: [...loads, ...products],
    value: ({ quad }) => ({ before: [], value: `a${quad}` }),
  });
}
