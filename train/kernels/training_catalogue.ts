/**
 * Every kernel there is for training, by what it is for.
 *
 * @module
 */

import { type WorkgroupLimits, workgroupLimits } from "../../gpu/kernels/workgroup_limits.ts";
import { batchConvolutions } from "./convolutions.ts";
import type { BatchConvolution, TrainingKernels, WeightGradient } from "./training_kernel.ts";
import { WEIGHT_GRADIENTS } from "./weight_gradients.ts";

/** Kernels to choose from, in the order of their speed on software adapters. */
export interface TrainingCatalogue {
  /** For activations. */
  readonly forward: readonly BatchConvolution[];
  /** For gradients of activations. */
  readonly backwardData: readonly BatchConvolution[];
  /** For gradients of weights. */
  readonly backwardWeights: readonly WeightGradient[];
}

/** All kernels, shaped for devices of such limits. */
export function trainingCatalogue(limits: WorkgroupLimits): TrainingCatalogue {
  const convolutions = batchConvolutions(limits);
  return {
    forward: convolutions,
    backwardData: convolutions,
    backwardWeights: WEIGHT_GRADIENTS,
  };
}

/** What serves where nobody chooses: the kernels for software adapters, shaped for a device. */
export function defaultKernels(gpu: Pick<GPUDevice, "limits">): TrainingKernels {
  const { forward, backwardData, backwardWeights } = trainingCatalogue(workgroupLimits(gpu));
  return {
    forward: forward[0]!,
    backwardData: backwardData[0]!,
    backwardWeights: backwardWeights[0]!,
  };
}
