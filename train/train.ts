/**
 * Training a network on photos, from the first step or from a checkpoint.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice.ts";
import type { Image } from "../codec/image.ts";
import type { Device } from "../gpu/device.ts";
import type { Network } from "../gpu/network.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { initialiseNetwork } from "./initialise.ts";
import { initialState } from "./optimiser.ts";
import { flattenNetwork, unflattenNetwork } from "./parameters.ts";
import { checkRecipe, DEFAULT_RECIPE, type Recipe, recipeArchitecture } from "./recipe.ts";
import { openStage, runStage, type StageStart } from "./stage_run.ts";
import { stagesOf, stepsBefore } from "./stages.ts";
import type { TrainerState } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

/** How to train. */
export interface TrainOptions {
  /** An open device; training needs one. */
  readonly device: Device;
  /** Photos that crops are drawn from. */
  readonly images: readonly Image[];
  /** Photos that are held back to judge the network by; none of `images` should be among them. */
  readonly validation: readonly Image[];
  /** What differs from {@link DEFAULT_RECIPE}. Ignored where `resume` brings its own. */
  readonly recipe?: Partial<Recipe>;
  /** The network to start from; its shape overrides the recipe's. Default: random weights. */
  readonly network?: Network;
  /** A checkpoint to go on from. */
  readonly resume?: Checkpoint;
  /** Where checkpoints go. Default: nowhere. */
  readonly checkpoint?: string;
  /** Steps of a stage between validations, each followed by a checkpoint. Default: 250. */
  readonly interval?: number;
  /** Validations of a stage without a better result after which the run stops. Default: it does not. */
  readonly patience?: number;
  /** Stops the run at the next opportunity; the checkpoint holds what was reached. */
  readonly signal?: AbortSignal;
  /** Called after every validation, and there is one at the start of every stage. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** Where a run stands. */
export interface TrainProgress {
  /** Steps done in all stages together. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Which stage runs, from 1. */
  readonly stage: number;
  /** Stages of the whole run; 1 for a recipe without. */
  readonly stages: number;
  /** Mean absolute difference over the steps since the last report, in grey levels; 0 before a stage's first. */
  readonly loss: number;
  /** Learning rate of the next step. */
  readonly rate: number;
  /** Validation PSNR in dB over missing pixels, on crops of the stage's patch and batch. */
  readonly psnr: number;
  /** The highest of the stage. */
  readonly best: number;
}

/** What a run ended with. */
export interface TrainResult {
  /** The averaged weights of the validation that came out best. */
  readonly network: Network;
  /** The recipe that was run, complete. */
  readonly recipe: Recipe;
  /** Steps done. */
  readonly steps: number;
  /** Validation PSNR in dB over the missing pixels before the first step, on the crops of the last stage. */
  readonly before: number;
  /** The same for `network`, on the crops of the stage that the run ended in. */
  readonly after: number;
}

/**
 * Trains a network.
 *
 * The same recipe, photos and start give the same network on the same device.
 *
 * @throws {TrainingError} if there are no photos, one is too small, or the recipe is out of range.
 * @throws {GpuError} if the device fails; a run with a checkpoint can be continued.
 *
 * @example
 * ```ts
 * import { encodeNetwork, type Image, NO_METADATA, openDevice, train } from "@nnc/nnc";
 * import { ok } from "node:assert/strict";
 *
 * const [width, height] = [64, 64];
 * const photo = (phase: number): Image => {
 *   const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 99 * Math.sin(phase + i / 9));
 *   return { width, height, channels: 3, data, metadata: NO_METADATA };
 * };
 * const device = await openDevice();
 * if (device) {
 *   const { network, recipe } = await train({
 *     device,
 *     images: [photo(0), photo(1)],
 *     validation: [photo(2)],
 *     recipe: { step: "rows", tier: "mine", channels: 8, blocks: 1, patch: 16, steps: 4 },
 *   });
 *   const file = encodeNetwork(network, { step: recipe.step, tier: recipe.tier, base: "average" });
 *   ok(file.length > 0);
 *   device.gpu.destroy();
 * }
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { images, validation, resume } = options;
  if (images.length === 0 || validation.length === 0) {
    throw new TrainingError(
      `Training needs at least one photo to learn from and one to judge by, found ${images.length} and ` +
        `${validation.length}`,
    );
  }
  const recipe = resume?.recipe ?? completeRecipe(options);
  checkRecipe(recipe);
  const stages = stagesOf(recipe);
  const architecture = recipeArchitecture(recipe, GEOMETRIES[recipe.step]);
  let start: StageStart = resume ?? await firstStart(stages, options);
  for (;;) {
    const { stage = 0 } = start;
    const { step, best, before } = await runStage(start, { ...options, recipe });
    const network = unflattenNetwork(architecture, best.parameters);
    const next = stages[stage + 1];
    if (!next || step < stages[stage]!.steps || options.signal?.aborted) {
      return {
        network,
        recipe,
        steps: stepsBefore(recipe, stage) + step,
        before,
        after: best.psnr,
      };
    }
    start = { stage: stage + 1, state: startState(next, network), before };
  }
}

function completeRecipe({ recipe, network }: TrainOptions): Recipe {
  const { channels, blocks } = network?.architecture ?? { ...DEFAULT_RECIPE, ...recipe };
  return { ...DEFAULT_RECIPE, ...recipe, channels, blocks };
}

/**
 * Where a run starts. The last stage may be judged on other crops than the first; then the start is judged on them too,
 * so that the run's gain compares like with like.
 */
async function firstStart(stages: readonly Recipe[], options: TrainOptions): Promise<StageStart> {
  const [first, last] = [stages[0]!, stages.at(-1)!];
  const state = startState(first, options.network);
  if (first.patch === last.patch && first.batch === last.batch) return { state };
  const trainer = await openStage(last, { ...options, stages, state });
  try {
    return { state, before: await trainer.validate() };
  } finally {
    trainer.close();
  }
}

function startState(recipe: Recipe, network: Network | undefined): TrainerState {
  const architecture = recipeArchitecture(recipe, GEOMETRIES[recipe.step]);
  const { inputs, outputs } = network?.architecture ?? architecture;
  if (inputs !== architecture.inputs || outputs !== architecture.outputs) {
    throw new TrainingError(
      `The network to start from has ${inputs} inputs and ${outputs} outputs, but the step "${recipe.step}" ` +
        `needs ${architecture.inputs} and ${architecture.outputs}. Start from a network of that step`,
    );
  }
  const { seed } = recipe;
  const parameters = flattenNetwork(network ?? initialiseNetwork(architecture, { seed }));
  return { ...initialState(parameters), step: 0, random: seed };
}
