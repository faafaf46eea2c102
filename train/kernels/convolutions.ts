/**
 * The convolutions of training, for activations forward and for gradients backward.
 *
 * @module
 */

import { stagedVectors } from "../../gpu/kernels/staged_shader.ts";
import { TILED_ROWS, tiledNeeds, tiledShader } from "../../gpu/kernels/tiled_shader.ts";
import { winogradShader, winogradTile } from "../../gpu/kernels/winograd.ts";
import {
  type BatchConvolution,
  type ConvolutionShape,
  type Plan,
  vectors8,
} from "./training_kernel.ts";

/** Most threads of a workgroup of `winograd`. */
const MOST_THREADS = 512;

/**
 * For software adapters, see `winograd.ts`. Threads of 2×4 or 2×2 cells are numbered through the patch and evened out over
 * workgroups, so that few lie outside whatever the patch's size. Small patches share a workgroup, and with it the staging
 * of weights.
 */
const winograd: BatchConvolution = {
  name: "winograd",
  taps: (shape) => winogradTile({ ...shape, mostColumns: 4 }).taps,
  groupQuads: (shape) => winogradTile({ ...shape, mostColumns: 4 }).quads,
  plan(shape: ConvolutionShape): Plan {
    const layer = { ...shape, mostColumns: 4 } as const;
    const { columns, rows, quads, taps } = winogradTile(layer);
    const rowThreads = Math.ceil(shape.side / columns);
    const threads = rowThreads * Math.ceil(shape.side / rows);
    const count = Math.ceil(threads / MOST_THREADS);
    const sharing = largestDivisor(shape.batch, { most: MOST_THREADS / threads });
    const workgroup = { width: vectors8(sharing * threads / count), height: 1 };
    return {
      code: winogradShader({
        ...layer,
        rowThreads,
        workgroup,
        ...sharing > 1 ? { images: { count: sharing, threads } } : {},
      }),
      workgroups: [count, 1, Math.ceil(shape.outputQuads / quads) * (shape.batch / sharing)],
      threads: workgroup.width,
      bytes: 16 * stagedVectors({ slab: shape.inputQuads * 4 * taps * quads, ends: 2 * quads }),
    };
  },
};

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

/** The convolutions, those for software adapters first: the first that is right serves where nothing is timed. */
export const CONVOLUTIONS: readonly BatchConvolution[] = [winograd, tiled];
