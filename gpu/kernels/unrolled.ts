/**
 * The direct convolution for software adapters: the whole reduction unrolled into straight-line code.
 *
 * Each thread computes one pixel and up to sixteen output channels. Activations are read from a read-only storage
 * texture (inlined and vectorised by llvmpipe, where a buffer load is done lane by lane); weights are staged
 * once a workgroup into workgroup memory and read at literal indices, which fold into the multiplication.
 * WGSL cannot unroll a loop, hence this generator; what it writes is one block of statements for an input quad.
 *
 * @module
 */

import { AXES, indices, type StagedOptions, stagedShader } from "./staged_shader.ts";

/** Output quads that one workgroup computes: bounded by accumulators (16) and by workgroup memory (18 KiB). */
export function groupQuads(options: { inputQuads: number; outputQuads: number }): number {
  const most = options.inputQuads <= 8 ? 4 : Math.max(1, Math.floor(32 / options.inputQuads));
  const groups = Math.ceil(options.outputQuads / most);
  return Math.ceil(options.outputQuads / groups);
}

/** Width and height of a workgroup, in pixels: large, so that staging the weights is paid by many pixels. */
export const UNROLLED_WORKGROUP = { width: 32, height: 16 } as const;

/** Writes the shader; see {@link stagedShader} for its bindings. Weights are the nine values of a filter. */
export function unrolledShader(options: StagedOptions): string {
  const quads = groupQuads(options);
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
  return stagedShader(options, {
    quads,
    taps: 9,
    workgroup: options.workgroup ?? UNROLLED_WORKGROUP,
    cells: { columns: 1, rows: 1 },
    sums: indices(quads).map((quad) => `a${quad}`),
    accumulate: [...loads, ...products],
    value: ({ quad }) => ({ before: [], value: `a${quad}` }),
  });
}
