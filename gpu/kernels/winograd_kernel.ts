/**
 * Winograd's convolution, as restoring uses it: one plane at a time, see `winograd.ts`.
 *
 * @module
 */

import { type ConvKernel, groupsOf, type LayerShape } from "./conv_kernel.ts";
import { isExact } from "./epilogue.ts";
import {
  transformFilter,
  winogradBlock,
  winogradFits,
  winogradShader,
  winogradThreads,
  type WinogradTile,
  winogradTile,
} from "./winograd.ts";
import type { WorkgroupLimits } from "./workgroup_limits.ts";

/** The kernel `winograd` for devices of such limits. */
export function winogradKernel(limits: WorkgroupLimits): ConvKernel {
  // A tile's width goes by the wider end, and so by the hidden channels: a few layers of wide tiles would cost more cells
  // around the others' than they save.
  const tileOf = ({ inputQuads, outputQuads }: LayerShape): WinogradTile => {
    const wider = Math.max(inputQuads, outputQuads);
    const { columns } = winogradTile({ inputQuads: wider, outputQuads: wider, limits });
    return winogradTile({ inputQuads, outputQuads, limits, mostColumns: columns });
  };
  const kernel: ConvKernel = {
    name: "winograd",
    activations: "texture",
    weights: "buffer",
    groupQuads: (shape) => tileOf(shape).quads,
    // Its transforms divide and cancel, so no bound on the sums makes it exact.
    fits: ({ inputQuads, epilogue }) => !isExact(epilogue) && winogradFits({ inputQuads, limits }),
    block: (shape) => winogradBlock(tileOf(shape)),
    filter: (shape) => {
      const tile = tileOf(shape);
      return { taps: tile.taps, transform: (filter) => transformFilter(filter, tile) };
    },
    shader: (shape) => {
      const mostColumns = tileOf(shape).columns;
      const surface = { kind: "plane", threads: "numbered" } as const;
      return winogradShader({ ...shape, limits, mostColumns, surface });
    },
    workgroups: (shape, { width, height }) => {
      const { columns, rows } = tileOf(shape);
      const threads = Math.ceil(width / columns) * Math.ceil(height / rows);
      return [Math.ceil(threads / winogradThreads(limits)), 1, groupsOf(kernel, shape)];
    },
  };
  return kernel;
}
