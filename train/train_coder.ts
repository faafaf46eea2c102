/**
 * Training a coder network on photos, from the first step or from a checkpoint.
 *
 * @module
 */

import { architectureOf, completeCoderRecipe, isCoderRecipe } from "./coder_recipe.ts";
import { initialiseCoder } from "./initialise_coder.ts";
import { runRecipe } from "./run.ts";
import type { TrainCoderOptions, TrainCoderResult } from "./train_options.ts";
import { TrainingError } from "./training_error.ts";

/**
 * Trains a network that predicts how probable the values of a pixel are, so that they can be coded in few bits.
 *
 * What repeats a run is as for `train`. The weights are floats; a file is coded with integers that are made of them.
 *
 * @throws {TrainingError} if there are no photos, one is too small, the recipe is out of range, or the checkpoint is of a
 * network that draws.
 * @throws {GpuError} if the device fails; a run with a checkpoint can be continued.
 */
export async function trainCoder(options: TrainCoderOptions): Promise<TrainCoderResult> {
  const { network, resume } = options;
  const shape = network && {
    channels: network.architecture.channels,
    blocks: network.architecture.blocks,
  };
  const recipe = resume?.recipe ?? completeCoderRecipe({ ...options.recipe, ...shape });
  if (!isCoderRecipe(recipe)) {
    throw new TrainingError("The checkpoint is of a network that draws, not of a coder network");
  }
  const untrained = () => initialiseCoder(architectureOf(recipe), { seed: recipe.seed });
  return { ...await runRecipe(recipe, { ...options, untrained }), recipe };
}
