/**
 * What stands around the graph in a step of a coder network: its loss is the bits that the missing samples cost.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import {
  INPUT_CENTRE,
  INPUT_UNIT,
  LOG_SCALES,
  MEAN_UNIT,
  WIDTH_UNIT,
} from "../weights/coder_units.ts";
import { Batch, type BatchOptions } from "./batch.ts";
import gatherShader from "./shaders/coder_gather.wgsl" with { type: "text" };
import lossShader from "./shaders/coder_loss.wgsl" with { type: "text" };

/** Feeds and judges a coder network; the first of its sums is of bits, the second 0. */
export class CoderBatch extends Batch {
  /** The bits that the missing samples cost, and their gradient. */
  readonly loss: readonly Dispatch[];

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: BatchOptions) {
    const { kept, missing } = options.geometry;
    const [least, most] = LOG_SCALES;
    super(gpu, {
      ...options,
      gather: {
        shader: gatherShader,
        constants: { INPUT_CENTRE, INPUT_UNIT, WIDTH_UNIT },
        inputQuads: Math.ceil((kept * 3 + 1) / 4),
        targetQuads: missing * 2,
      },
    });
    const scales = { LEAST_LOG_SCALE: least, MOST_LOG_SCALE: most };
    this.loss = [this.judge(lossShader, { constants: { MEAN_UNIT, MISSING: missing, ...scales } })];
  }
}
