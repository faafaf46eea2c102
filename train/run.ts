/**
 * A whole training run, stage after stage, whatever it trains.
 *
 * @module
 */

import type { Network } from "../gpu/network.ts";
import { centreHead } from "./centred_head.ts";
import { type AnyRecipe, architectureOf, colouredInputs } from "./coder_recipe.ts";
import { initialState } from "./optimiser.ts";
import { flattenNetwork, unflattenNetwork } from "./parameters.ts";
import { checkRecipe } from "./recipe_check.ts";
import { runStage, type StageStart } from "./stage_run.ts";
import { stagesOf, stepsBefore } from "./stages.ts";
import type { RunOptions, RunResult } from "./train_options.ts";
import type { TrainerState } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

/**
 * Runs a recipe from its first step or from a checkpoint.
 *
 * @param recipe complete; that of the checkpoint where there is one
 * @param options with `untrained`, which makes the network that a run without another starts from
 * @throws {TrainingError} if there are no photos, one is too small, or the recipe is out of range.
 * @throws {GpuError} if the device fails.
 */
export async function runRecipe(
  recipe: AnyRecipe,
  options: RunOptions & { untrained: () => Network },
): Promise<RunResult> {
  const { images, validation, resume, network: given, untrained } = options;
  if (images.length === 0 || validation.length === 0) {
    throw new TrainingError(
      `Training needs at least one photo to learn from and one to judge by, found ${images.length} and ` +
        `${validation.length}`,
    );
  }
  checkRecipe(recipe);
  const stages = stagesOf(recipe);
  const begin = (network?: Network) => ({ state: startState(stages[0]!, network ?? untrained()) });
  let start: StageStart = resume ?? begin(given);
  for (;;) {
    const { stage = 0 } = start;
    const { step, best, before, kernels } = await runStage(start, { ...options, recipe });
    const network = unflattenNetwork(architectureOf(recipe), best.parameters);
    const next = stages[stage + 1];
    if (!next || step < stages[stage]!.steps || options.signal?.aborted) {
      const steps = stepsBefore(recipe, stage) + step;
      return { network, steps, before, after: best.score };
    }
    start = { stage: stage + 1, state: startState(next, network), before, kernels };
  }
}

function startState(recipe: AnyRecipe, network: Network): TrainerState {
  const architecture = architectureOf(recipe);
  const { inputs, outputs } = network.architecture;
  if (inputs !== architecture.inputs || outputs !== architecture.outputs) {
    throw new TrainingError(
      `The network to start from has ${inputs} inputs and ${outputs} outputs, but the step "${recipe.step}" ` +
        `needs ${architecture.inputs} and ${architecture.outputs}. Start from a network of that step`,
    );
  }
  const parameters = flattenNetwork(network);
  if (recipe.centredHead) {
    centreHead(parameters, { architecture, coloured: colouredInputs(recipe) });
  }
  return { ...initialState(parameters), step: 0, random: recipe.seed };
}
