/**
 * Training a network on photos, from the first step or from a checkpoint.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice.ts";
import type { Image } from "../codec/image.ts";
import type { Device } from "../gpu/device.ts";
import type { Network } from "../gpu/network.ts";
import { type Checkpoint, saveCheckpoint } from "./checkpoint.ts";
import { initialiseNetwork } from "./initialise.ts";
import { initialState } from "./optimiser.ts";
import { flattenNetwork, unflattenNetwork } from "./parameters.ts";
import {
  checkRecipe,
  DEFAULT_RECIPE,
  learningRate,
  type Recipe,
  recipeArchitecture,
} from "./recipe.ts";
import { Trainer, type TrainerState } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

/** Steps that are submitted before they are waited for. */
const STEPS_IN_FLIGHT = 8;

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
  /** Steps between validations, each followed by a checkpoint. Default: 250. */
  readonly interval?: number;
  /** Validations without a better result after which the run stops. Default: it does not. */
  readonly patience?: number;
  /** Stops the run at the next opportunity; the checkpoint holds what was reached. */
  readonly signal?: AbortSignal;
  /** Called after every validation. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** Where a run stands. */
export interface TrainProgress {
  /** Steps done. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Mean absolute difference over the steps since the last report, in grey levels; 0 before the first. */
  readonly loss: number;
  /** Learning rate of the next step. */
  readonly rate: number;
  /** Validation PSNR in dB over missing pixels. */
  readonly psnr: number;
  /** The highest so far. */
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
  /** Validation PSNR in dB over the missing pixels, before the first step. */
  readonly before: number;
  /** The same for `network`. */
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
  const { device, images, validation, resume, checkpoint, interval = 250, signal } = options;
  const { patience = Infinity, onProgress = () => {} } = options;
  if (images.length === 0 || validation.length === 0) {
    throw new TrainingError(
      `Training needs at least one photo to learn from and one to judge by, found ${images.length} and ` +
        `${validation.length}`,
    );
  }
  const recipe = resume?.recipe ?? completeRecipe(options);
  checkRecipe(recipe);
  const state = resume?.state ?? startState(recipe, options.network);
  const trainer = await Trainer.open(device, { recipe, state, images, validation });
  try {
    let psnr = await trainer.validate();
    const before = resume?.before ?? psnr;
    let best = resume?.best ?? { parameters: state.averages, psnr };
    const report = (loss: number) => {
      const { step } = trainer;
      const rate = learningRate(recipe, step);
      onProgress({ step, steps: recipe.steps, loss, rate, psnr, best: best.psnr });
    };
    report(0);
    let sinceBest = resume?.sinceBest ?? 0;
    while (trainer.step < recipe.steps && sinceBest < patience && !signal?.aborted) {
      const until = Math.min(recipe.steps, (Math.floor(trainer.step / interval) + 1) * interval);
      while (trainer.step < until && !signal?.aborted) {
        await trainer.advance(Math.min(STEPS_IN_FLIGHT, until - trainer.step));
      }
      const loss = await trainer.takeLoss();
      psnr = await trainer.validate();
      if (!Number.isFinite(loss.absolute) || !Number.isFinite(psnr)) {
        throw new TrainingError(
          `Training diverged at step ${trainer.step}: the loss is not a number. Choose a lower learning rate ` +
            `than ${recipe.rate}, and start again or from the last checkpoint`,
        );
      }
      const reached = await trainer.readState();
      sinceBest++;
      if (psnr > best.psnr) {
        best = { parameters: reached.averages, psnr };
        sinceBest = 0;
      }
      if (checkpoint !== undefined) {
        await saveCheckpoint(checkpoint, { recipe, state: reached, best, before, sinceBest });
      }
      report(loss.absolute);
    }
    const architecture = recipeArchitecture(recipe, GEOMETRIES[recipe.step]);
    const network = unflattenNetwork(architecture, best.parameters);
    return { network, recipe, steps: trainer.step, before, after: best.psnr };
  } finally {
    trainer.close();
  }
}

function completeRecipe({ recipe, network }: TrainOptions): Recipe {
  const { channels, blocks } = network?.architecture ?? { ...DEFAULT_RECIPE, ...recipe };
  return { ...DEFAULT_RECIPE, ...recipe, channels, blocks };
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
