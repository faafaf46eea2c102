/**
 * What stands around the graph in a step of a network that draws: its loss is how far off the missing samples are.
 *
 * @module
 */

import { LEVELS_OF_SIXTEENTH } from "../codec/coded/within_cells.ts";
import { STEP_LOGARITHMS } from "../codec/coded/lossy_steps.ts";
import type { Dispatch } from "../gpu/dispatch.ts";
import { Batch, type BatchOptions } from "./batch.ts";
import type { LossName } from "./recipe.ts";
import gatherShader from "./shaders/gather.wgsl" with { type: "text" };
import lossShader from "./shaders/loss.wgsl" with { type: "text" };
import withinGatherShader from "./shaders/within_gather.wgsl" with { type: "text" };
import psnrGradientShader from "./shaders/psnr_gradient.wgsl" with { type: "text" };

const [LEAST_LOGARITHM] = STEP_LOGARITHMS;

/** Losses as the shaders number them. */
const LOSSES: Readonly<Record<LossName, number>> = { absolute: 1, squared: 2, psnr: 3 };

/** What a network draws that a batch is for. */
export interface DrawingBatchOptions extends BatchOptions {
  /** Whether it improves lossy files within their bins: then tiles are given as these have them as well. Default: no. */
  readonly isWithin?: boolean | undefined;
}

/** Feeds and judges a network that draws; its sums are of absolute differences and of squares. */
export class DrawingBatch extends Batch {
  /** The chosen loss; then, for `psnr`, the gradient in place of that of the squares. */
  readonly loss: readonly Dispatch[];

  readonly #gpu: GPUDevice;
  readonly #loss: GPUBuffer;

  /** Allocates everything. */
  constructor(gpu: GPUDevice, { isWithin = false, ...options }: DrawingBatchOptions) {
    const { kept, missing } = options.geometry;
    super(gpu, {
      ...options,
      gather: {
        shader: isWithin ? withinGatherShader : gatherShader,
        takesCoded: isWithin,
        ...isWithin && { constants: { LEVELS_OF_SIXTEENTH, LEAST_LOGARITHM } },
        inputQuads: Math.ceil(kept * 3 / 4),
        targetQuads: Math.ceil(missing * 3 / 4),
      },
    });
    this.#gpu = gpu;
    this.#loss = gpu.createBuffer({
      size: 4,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const bindings = [this.#loss];
    this.loss = [
      this.judge(lossShader, { bindings }),
      this.judge(psnrGradientShader, { bindings }),
    ];
  }

  /** Sets which loss the next step minimises. */
  setLoss(loss: LossName): void {
    this.#gpu.queue.writeBuffer(this.#loss, 0, Uint32Array.of(LOSSES[loss]));
  }
}
