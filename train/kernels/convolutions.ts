/**
 * The convolutions of training, for activations forward and for gradients backward.
 *
 * @module
 */

import { stagedVectors, stagingRoom } from "../../gpu/kernels/staged_shader.ts";
import { TILED_ROWS, tiledNeeds, tiledShader } from "../../gpu/kernels/tiled_shader.ts";
import { winogradShader, winogradThreads, winogradTile } from "../../gpu/kernels/winograd.ts";
import type { WorkgroupLimits } from "../../gpu/kernels/workgroup_limits.ts";
import {
  type BatchConvolution,
  type ConvolutionShape,
  type Plan,
  vectors8,
} from "./training_kernel.ts";

/**
 * For software adapters, see `winograd.ts`. Threads of 2×4 or 2×2 cells are numbered through the patch and evened out over
 * workgroups, so that few lie outside whatever the patch's size. Small patches share a workgroup, and with it the staging
 * of weights.
 */
function winogradConvolution(limits: WorkgroupLimits): BatchConvolution {
  const most = winogradThreads(limits);
  return {
    name: "winograd",
    taps: (shape) => winogradTile({ ...shape, limits }).taps,
    groupQuads: (shape) => winogradTile({ ...shape, limits }).quads,
    plan(shape: ConvolutionShape): Plan {
      const { inputQuads, outputQuads, side, batch, edges } = shape;
      const { columns, rows, quads, taps } = winogradTile({ inputQuads, outputQuads, limits });
      const rowThreads = Math.ceil(side / columns);
      const threads = rowThreads * Math.ceil(side / rows);
      const count = Math.ceil(threads / most);
      const images = largestDivisor(batch, { most: most / threads });
      const workgroup = { width: vectors8(images * threads / count), height: 1 };
      const sharing = images > 1 ? { images, threads } : undefined;
      const surface = { kind: "batch", edges, rowThreads, sharing } as const;
      const staged = { slab: inputQuads * 4 * taps * quads, ends: 2 * quads };
      return {
        code: winogradShader({ ...shape, limits, surface, workgroup }),
        workgroups: [count, 1, Math.ceil(outputQuads / quads) * (batch / images)],
        threads: workgroup.width,
        bytes: 16 * stagedVectors({ ...staged, room: stagingRoom(limits) }),
      };
    },
  };
}

/** The largest divisor of a count that is at most `most`, and at least 1. */
function largestDivisor(count: number, { most }: { most: number }): number {
  let divisor = Math.max(1, Math.min(count, Math.floor(most)));
  while (count % divisor !== 0) divisor--;
  return divisor;
}

/** Widest tile, in cells: a warp of lanes side by side. */
const MOST_COLUMNS = 32;

/** Output quads of a workgroup of `tiled`: 32 sums a thread. With 64, eight patches of 46 cells were too few workgroups. */
const MOST_QUADS = 2;

/**
 * For graphics processors, see `tiled_shader.ts`. Tiles are as wide as divides the patch best: 46 cells are two tiles
 * of 24.
 */
const tiled: BatchConvolution = {
  name: "tiled",
  taps: () => 9,
  groupQuads: ({ outputQuads }) => Math.min(outputQuads, MOST_QUADS),
  plan(shape: ConvolutionShape): Plan {
    const quads = tiled.groupQuads(shape);
    const width = vectors8(shape.side / Math.ceil(shape.side / MOST_COLUMNS));
    return {
      code: tiledShader({ ...shape, activations: "texture", quads, width }),
      workgroups: [
        Math.ceil(shape.side / width),
        Math.ceil(shape.side / TILED_ROWS),
        Math.ceil(shape.outputQuads / quads) * shape.batch,
      ],
      ...tiledNeeds({ quads, width }),
    };
  },
};

/**
 * The convolutions for devices of such limits, those for software adapters first: the first that is right serves where
 * nothing is timed.
 */
export function batchConvolutions(limits: WorkgroupLimits): readonly BatchConvolution[] {
  return [winogradConvolution(limits), tiled];
}
