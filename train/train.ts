/**
 * Training a network on photos, from the first step or from a checkpoint.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import type { Network } from "../gpu/network.ts";
import { centreHead } from "./centred_head.ts";
import { initialiseNetwork } from "./initialise.ts";
import { initialState } from "./optimiser.ts";
import { flattenNetwork, unflattenNetwork } from "./parameters.ts";
import { completeRecipe, type Recipe, recipeArchitecture } from "./recipe.ts";
import { checkRecipe } from "./recipe_check.ts";
import { runStage, type StageStart } from "./stage_run.ts";
import { stagesOf, stepsBefore } from "./stages.ts";
import type { TrainOptions, TrainResult } from "./train_options.ts";
import type { TrainerState } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

/**
 * Trains a network.
 *
 * The same recipe, photos and start give the same network on the same device with the same kernels, which a checkpoint
 * records.
 *
 * @throws {TrainingError} if there are no photos, one is too small, or the recipe is out of range.
 * @throws {GpuError} if the device fails; a run with a checkpoint can be continued.
 *
 * @example
 * ```ts
 * import { type Image, NO_METADATA } from "@nnc/nnc";
 * import { encodeNetwork, openDevice } from "@nnc/nnc/engine";
 * import { train } from "@nnc/nnc/train";
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
  const recipe = resume?.recipe ?? completeRecipe(options.recipe, options.network?.architecture);
  checkRecipe(recipe);
  const stages = stagesOf(recipe);
  const architecture = recipeArchitecture(recipe, GEOMETRIES[recipe.step]);
  let start: StageStart = resume ?? { state: startState(stages[0]!, options.network) };
  for (;;) {
    const { stage = 0 } = start;
    const { step, best, before, kernels } = await runStage(start, { ...options, recipe });
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
    start = { stage: stage + 1, state: startState(next, network), before, kernels };
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
  if (recipe.centredHead) centreHead(parameters, architecture);
  return { ...initialState(parameters), step: 0, random: seed };
}
