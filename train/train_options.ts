/**
 * What a training run is given, what it tells on its way, and what it ends with.
 *
 * @module
 */

import type { Device } from "../gpu/device.ts";
import type { Network } from "../gpu/network.ts";
import type { Workers } from "../platform/tasks.ts";
import type { CoderFile } from "../weights/coder_file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { KernelChoice } from "./kernel_selection.ts";
import type { CoderRecipe } from "./coder_recipe.ts";
import type { Recipe } from "./recipe.ts";
import type { Measure } from "./score.ts";
import type { TrainingPhoto } from "./photo_tiles.ts";

/** How to train, whatever is trained. */
export interface RunOptions {
  /** An open device; training needs one. */
  readonly device: Device;
  /** Photos that crops are drawn from. */
  readonly images: readonly TrainingPhoto[];
  /** Photos that are held back to judge the network by; none of `images` should be among them. */
  readonly validation: readonly TrainingPhoto[];
  /** The network to start from; its shape overrides the recipe's. Default: random weights. */
  readonly network?: Network | undefined;
  /** How the kernels are chosen. Default: the fastest right one of each role. */
  readonly kernels?: KernelChoice | undefined;
  /** A checkpoint to go on from. */
  readonly resume?: Checkpoint | undefined;
  /**
   * Keeps a checkpoint: it is given the bytes of one after every validation, for `decodeCheckpoint`, and is waited for. A
   * file should be replaced whole. Default: none are kept.
   */
  readonly checkpoint?: ((bytes: Uint8Array) => Promise<void> | void) | undefined;
  /** Steps of a stage between validations, each followed by a checkpoint. Default: 250. */
  readonly interval?: number | undefined;
  /** Validations of a stage without a better result after which the run stops. Default: it does not. */
  readonly patience?: number | undefined;
  /** Stops the run at the next opportunity; the checkpoint holds what was reached. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many photos are coded before the first step, of the step `"within"`. Default: nobody. */
  readonly onCoded?: ((done: number, total: number) => void) | undefined;
  /** Called after every validation, and there is one at the start of every stage. */
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** Called every few steps with the number of those done, and of those of the whole run. */
  readonly onStep?: ((step: number, steps: number) => void) | undefined;
}

/** How to train a network that draws. */
export interface TrainOptions extends RunOptions {
  /** What differs from {@link DEFAULT_RECIPE}. Ignored where `resume` brings its own. */
  readonly recipe?: Partial<Recipe> | undefined;
  /** Of the step `"within"`: what lossy files are written with that photos are taken from. Default: the shipped coder. */
  readonly coder?: CoderFile | undefined;
  /** Write and read these. Default: the calling thread. */
  readonly workers?: Workers | undefined;
}

/** How to train a coder network. */
export interface TrainCoderOptions extends RunOptions {
  /** What differs from `DEFAULT_CODER_RECIPE`. Ignored where `resume` brings its own. */
  readonly recipe?: Partial<CoderRecipe> | undefined;
}

/** Where a run stands after a validation. */
export interface TrainProgress {
  /** Steps done in all stages together. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Which stage runs, from 1. */
  readonly stage: number;
  /** Stages of the whole run; 1 for a recipe without. */
  readonly stages: number;
  /**
   * Mean absolute difference over the steps since the last report, in grey levels, for the step `"within"` in steps of the bins, or for coder networks mean bits a sample;
   * 0 before a stage's first.
   */
  readonly loss: number;
  /** Learning rate of the next step. */
  readonly rate: number;
  /** What `score` is. */
  readonly measure: Measure;
  /**
   * Validation PSNR in dB over missing pixels, see `validation.ts`; for coder networks validation bits a sample, see
   * `coder_validation.ts`.
   */
  readonly score: number;
  /**
   * For coder networks that see several spacings or tolerances, bits a sample of each: `spacing 2`, `within 1` (which is at
   * all spacings).
   */
  readonly details?: Readonly<Record<string, number>> | undefined;
  /** The best `score` of the stage. */
  readonly best: number;
}

/** What a run ended with, whatever it trained. */
export interface RunResult {
  /** The averaged weights of the validation that came out best. */
  readonly network: Network;
  /** Steps done. */
  readonly steps: number;
  /** The score before the first step, as in {@link TrainProgress}. */
  readonly before: number;
  /** The same for `network`. */
  readonly after: number;
}

/** What a run of {@link TrainOptions} ended with. */
export interface TrainResult extends RunResult {
  /** The recipe that was run, complete. */
  readonly recipe: Recipe;
}

/** What a run of {@link TrainCoderOptions} ended with. */
export interface TrainCoderResult extends RunResult {
  /** The recipe that was run, complete. */
  readonly recipe: CoderRecipe;
}
