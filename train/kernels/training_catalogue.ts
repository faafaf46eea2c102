/**
 * Every kernel there is for training, by what it is for.
 *
 * @module
 */

import { CONVOLUTIONS } from "./convolutions.ts";
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

/** All kernels. */
export const TRAINING_KERNELS: TrainingCatalogue = {
  forward: CONVOLUTIONS,
  backwardData: CONVOLUTIONS,
  backwardWeights: WEIGHT_GRADIENTS,
};

/** What serves where nobody chooses: the kernels for software adapters. */
export const DEFAULT_KERNELS: TrainingKernels = {
  forward: CONVOLUTIONS[0]!,
  backwardData: CONVOLUTIONS[0]!,
  backwardWeights: WEIGHT_GRADIENTS[0]!,
};
