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
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import gatherShader from "./shaders/coder_gather.wgsl" with { type: "text" };
import lossyGatherShader from "./shaders/lossy_gather.wgsl" with { type: "text" };
import lossShader from "./shaders/coder_loss.wgsl" with { type: "text" };

/** What the step of a coarser octave is to that of a finer one. */
const COARSER = 0.7;

/** The step, the size, and which kind of files the network is for. */
export interface CoderBatchOptions extends BatchOptions {
  /** Whether samples are luma and chroma in bins around their means. Default: grey levels in bins that lie fast. */
  readonly lossy?: boolean | undefined;
}

/** Feeds and judges a coder network; the first of its sums is of bits, the second 0. */
export class CoderBatch extends Batch {
  /** The bits that the missing samples cost, in lossy files with what their errors are worth, and their gradient. */
  readonly loss: readonly Dispatch[];

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: CoderBatchOptions) {
    const { lossy = false } = options;
    const { kept, missing } = options.geometry;
    const [least, most] = LOG_SCALES;
    const units = { INPUT_CENTRE, INPUT_UNIT, WIDTH_UNIT };
    super(gpu, {
      ...options,
      gather: {
        shader: lossy ? lossyGatherShader : gatherShader,
        constants: lossy ? { ...units, STEP_PARTS, COARSER } : units,
        inputQuads: Math.ceil((kept * 3 + 1) / 4),
        targetQuads: missing * 2,
        sharedQuads: lossy ? kept : 0,
      },
    });
    const scales = { LEAST_LOG_SCALE: least, MOST_LOG_SCALE: most };
    const constants = { MEAN_UNIT, MISSING: missing, ...scales, IS_LOSSY: Number(lossy) };
    this.loss = [this.judge(lossShader, { constants })];
  }
}
