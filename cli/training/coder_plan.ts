/**
 * Training a coder network by one of its recipes.
 *
 * @module
 */

import type { Network } from "../../gpu/network.ts";
import {
  type AnyRecipe,
  type CoderRecipe,
  completeCoderRecipe,
  isCoderRecipe,
} from "../../train/coder_recipe.ts";
import type { Checkpoint } from "../../train/checkpoint.ts";
import { DEFAULT_SPACINGS } from "../../train/recipe.ts";
import { trainCoder } from "../../train/train_coder.ts";
import { decodeCoderWeights, encodeCoderWeights } from "../../weights/coder_weights.ts";
import type { Options } from "../options.ts";
import { readFileBounded } from "../streams.ts";
import { UsageError } from "../usage_error.ts";
import type { PlannedRun, TrainingPlan } from "./plan.ts";
import { overridesOf, refuseStageOptions } from "./recipe_choice.ts";

/**
 * What the options and the recipe ask for; with `--weights` the run starts from those.
 *
 * @throws {UsageError} if an option is out of range, or makes no sense with the recipe.
 */
export function planCoder(options: Options, shipped: CoderRecipe): TrainingPlan {
  const { step } = shipped;
  if (options.lattice !== undefined) {
    throw new UsageError(
      `The recipe "${options.recipe}" is for no lattice; leave "--lattice" out`,
    );
  }
  if (shipped.stages) refuseStageOptions(options);
  const asked = completeCoderRecipe({ ...shipped, ...overridesOf(options) });
  return {
    output: `${options.recipe}.safetensors`,
    facts: { lattice: null, coder: step },
    judged: "for the pixels of what was held back",
    describeUse: () => "",
    checkCheckpoint: (recipe, path) => {
      if (isOf(recipe, asked)) return;
      throw new UsageError(`The checkpoint "${path}" is of a run of another recipe`);
    },
    prepare: async (resume) => {
      const start = resume || options.weights === undefined
        ? undefined
        : await readStart(options.weights, step);
      const shape = start && {
        channels: start.architecture.channels,
        blocks: start.architecture.blocks,
      };
      const recipe = resume && isCoderRecipe(resume.recipe)
        ? resume.recipe
        : { ...asked, ...shape };
      return plannedCoder({ recipe, start, resume });
    },
  };
}

/** A run of a coder recipe, ready to be started. */
export function plannedCoder({ recipe, start, resume }: {
  recipe: CoderRecipe;
  start: Network | undefined;
  resume: Checkpoint | undefined;
}): PlannedRun {
  return {
    recipe,
    run: (options) => trainCoder({ ...options, recipe, network: start, resume }),
    encode: ({ network, before, after }, data) =>
      encodeCoderWeights(network, {
        step: recipe.step,
        tier: recipe.tier,
        spacings: recipe.spacings ?? DEFAULT_SPACINGS,
        recipe: JSON.stringify(recipe),
        data,
        scores: { "bits.validation.before": before, "bits.validation": after },
      }),
  };
}

/** Whether a recipe, of a checkpoint or a network, is for what another is. */
export function isOf(recipe: AnyRecipe, { step, tier, spacings }: CoderRecipe): boolean {
  return isCoderRecipe(recipe) && recipe.step === step && recipe.tier === tier &&
    String(recipe.spacings) === String(spacings);
}

async function readStart(path: string, step: CoderRecipe["step"]): Promise<Network> {
  const { network, info } = decodeCoderWeights(await readFileBounded(path));
  if (info.step === step) return network;
  throw new UsageError(`The network of "${path}" is for the step ${info.step}, found ${step}`);
}
