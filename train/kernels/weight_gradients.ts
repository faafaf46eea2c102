/**
 * The kernels for the gradient of a convolution's weights, each as far as partial sums.
 *
 * @module
 */

import blocksShader from "../shaders/weight_blocks.wgsl" with { type: "text" };
import { backwardWeightsShader } from "./backward_weights.ts";
import {
  type BatchShape,
  vectors8,
  type WeightGradient,
  type WeightGradientPlan,
} from "./training_kernel.ts";

/** Output quads that a thread of `columns` accumulates, and rows it takes at a time: the fastest measured. */
const COLUMNS_TILE = { quads: 2, rows: 2 } as const;

/** Most columns, a thread each, of a workgroup of `columns`. */
const MOST_COLUMNS = 64;

/** For software adapters, see `backward_weights.ts`. */
const columns: WeightGradient = {
  name: "columns",
  plan({ inputQuads, outputQuads }, { patch }: BatchShape): WeightGradientPlan {
    const group = Math.min(COLUMNS_TILE.quads, outputQuads);
    const width = vectors8(patch / Math.ceil(patch / MOST_COLUMNS));
    const { rows } = COLUMNS_TILE;
    return {
      code: backwardWeightsShader({ inputQuads, outputQuads, group, rows, columns: width }),
      workgroups: [Math.ceil(patch / width), inputQuads * Math.ceil(outputQuads / group), 1],
      threads: width,
      bytes: 0,
      partials: patch,
      groupQuads: group,
      reduction: { lanes: 1, splits: 1 },
    };
  },
};

/** Most quads of inputs and of outputs in a block: 256 threads. */
const MOST_QUADS = 8;

/** Most columns of a strip: rings of rows for blocks of 8 quads then fit 16 KiB, which every device has. */
const STRIP_COLUMNS = 16;

/** Workgroups to aim at: two for each of the 128 multiprocessors of a large graphics processor. */
const WORKGROUPS = 256;

/** Fewest rows of a piece of a strip: two more are staged for each piece. */
const LEAST_ROWS = 4;

/** Most parts of the batch whose gradients of bias and slopes are summed apart. */
const MOST_SPLITS = 16;

/** For graphics processors, see `weight_blocks.wgsl`. */
const blocks: WeightGradient = {
  name: "blocks",
  plan(layer, { batch, patch }: BatchShape): WeightGradientPlan {
    const inputQuads = blockQuads(layer.inputQuads);
    const outputQuads = blockQuads(layer.outputQuads);
    const count = layer.inputQuads / inputQuads * (layer.outputQuads / outputQuads);
    const strips = Math.ceil(patch / STRIP_COLUMNS);
    const stripColumns = Math.ceil(patch / strips);
    const evenRows = Math.ceil(batch * strips * count * patch / WORKGROUPS);
    const rows = Math.min(Math.max(evenRows, LEAST_ROWS), patch);
    const pieces = Math.ceil(patch / rows);
    const splits = Math.min(batch * strips * pieces, Math.ceil(WORKGROUPS / count));
    const ring = 4 * (stripColumns + 2) * (inputQuads | 1) + 2 * stripColumns * (outputQuads | 1);
    return {
      code: blocksShader,
      constants: {
        images: batch,
        layerInputQuads: layer.inputQuads,
        layerOutputQuads: layer.outputQuads,
        inputQuads,
        outputQuads,
        columns: stripColumns,
        strips,
        rows,
        pieces,
      },
      workgroups: [splits, count, 1],
      threads: 4 * inputQuads * outputQuads,
      bytes: 16 * ring,
      partials: splits,
      groupQuads: 1,
      reduction: { lanes: 8, splits: Math.min(batch, MOST_SPLITS) },
    };
  },
};

/** The most quads up to {@link MOST_QUADS} that divide a layer's. */
function blockQuads(quads: number): number {
  for (let block = Math.min(quads, MOST_QUADS); block > 1; block--) {
    if (quads % block === 0) return block;
  }
  return 1;
}

/** The weight gradients, the one for software adapters first. */
export const WEIGHT_GRADIENTS: readonly WeightGradient[] = [columns, blocks];
