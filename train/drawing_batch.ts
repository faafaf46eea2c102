/**
 * What stands around the graph in a step of a network that draws: its loss is how far off the missing samples are.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import { Batch, type BatchOptions } from "./batch.ts";
import type { LossName } from "./recipe.ts";
import gatherShader from "./shaders/gather.wgsl" with { type: "text" };
import lossShader from "./shaders/loss.wgsl" with { type: "text" };
import psnrGradientShader from "./shaders/psnr_gradient.wgsl" with { type: "text" };

/** Losses as the shaders number them. */
const LOSSES: Readonly<Record<LossName, number>> = { absolute: 1, squared: 2, psnr: 3 };

/** Feeds and judges a network that draws; its sums are of absolute differences and of squares. */
export class DrawingBatch extends Batch {
  /** The chosen loss; then, for `psnr`, the gradient in place of that of the squares. */
  readonly loss: readonly Dispatch[];

  readonly #gpu: GPUDevice;
  readonly #loss: GPUBuffer;

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: BatchOptions) {
    const { kept, missing } = options.geometry;
    super(gpu, {
      ...options,
      gather: {
        shader: gatherShader,
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
