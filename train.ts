/**
 * Training of networks, from images to weights. What it takes and gives besides is in `@nnc/nnc` and `@nnc/nnc/engine`.
 *
 * @module
 */

import "./platform/deno.ts";

export { train } from "./train/train.ts";
export type { TrainOptions, TrainProgress, TrainResult } from "./train/train_options.ts";

export { DEFAULT_RECIPE, type Recipe, type Stage } from "./train/recipe.ts";
export type { Checkpoint } from "./train/checkpoint.ts";
export type { KernelChoice } from "./train/kernel_selection.ts";
export type { RecordedKernels } from "./train/kernels/training_kernel.ts";
export type { TrainerState } from "./train/trainer.ts";
export type { OptimiserState } from "./train/optimiser.ts";
export { TrainingError } from "./train/training_error.ts";
