/** How fast training is: whole steps, and the parts of one. @module */

import { openDevice } from "../../gpu/device.ts";
import type { Seconds } from "../clock.ts";
import {
  COMMON_STEP,
  gigaflopsOf,
  type Part,
  type StepShape,
  timeParts,
  timeSteps,
} from "./step.ts";
import { verifyGradients } from "./verify.ts";

/** One shape of step. */
export interface StepRow extends Seconds {
  readonly shape: StepShape;
  /** 10⁹ operations by direct convolutions. */
  readonly gigaflop: number;
}

/** Everything the bench found. */
export interface TrainingReport {
  readonly adapter: string;
  /** Largest difference of a gradient from the reference, as a share of the largest gradient. */
  readonly difference: number;
  readonly steps: readonly StepRow[];
  readonly parts: readonly Part[];
}

/** The step that the shipped networks are trained by. */
const RECIPE_STEP: StepShape = { channels: 32, blocks: 4, batch: 8, patch: 46 };

/** Verifies gradients against the reference, then times steps. */
export async function measureTraining(): Promise<TrainingReport> {
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to measure");
  const difference = await verifyGradients(device.gpu);
  const steps: StepRow[] = [];
  for (const shape of [COMMON_STEP, RECIPE_STEP]) {
    const { forward, transposed, weights } = gigaflopsOf(shape);
    const gigaflop = forward + transposed + weights;
    steps.push({ shape, gigaflop, ...await timeSteps(device, { shape }) });
  }
  const parts = await timeParts(device, { shape: COMMON_STEP });
  device.gpu.destroy();
  return { adapter: device.description, difference, steps, parts };
}
