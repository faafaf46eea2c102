/**
 * Training a network that draws.
 *
 * @module
 */

import type { NetworkStep } from "../../codec/lattice/within.ts";
import { openWorkers } from "../../codec/workers.ts";
import type { Network } from "../../gpu/network.ts";
import type { Checkpoint } from "../../train/checkpoint.ts";
import { isCoderRecipe } from "../../train/coder_recipe.ts";
import { completeRecipe } from "../../train/recipe.ts";
import { type ShippedRecipe, startOfRecipe } from "../../train/recipes.ts";
import { train } from "../../train/train.ts";
import { encodeNetwork } from "../../weights/network_file.ts";
import { RunNetworks } from "../networks.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";
import type { PlannedRun, TrainingPlan } from "./plan.ts";
import { chooseStep, makeRecipe } from "./recipe_choice.ts";

/**
 * What the options and the shipped recipe ask for.
 *
 * @throws {UsageError} if an option is out of range, or makes no sense with the recipe.
 */
export function planDrawing(options: Options, shipped: ShippedRecipe | undefined): TrainingPlan {
  const step = chooseStep(options, shipped);
  const asked = makeRecipe(step, { options, shipped });
  return {
    output: `trained-${step}.safetensors`,
    facts: { lattice: step === "within" ? null : step, coder: null },
    judged: step === "within"
      ? "on lossy files of what was held back"
      : "on the missing pixels of what was held back",
    describeUse: (output) => `Use it with: nnc -d photo.nnc --weights "${output}"`,
    checkCheckpoint: (recipe, path) => {
      if (isCoderRecipe(recipe)) {
        throw new UsageError(
          `The checkpoint "${path}" is of the coder network "${recipe.tier}" for ${recipe.step}; name its recipe`,
        );
      }
      if (recipe.step !== step) {
        throw new UsageError(
          `The checkpoint "${path}" is for ${describeStep(recipe.step)}, found ${
            describeStep(step)
          }`,
        );
      }
    },
    prepare: async (resume) => {
      const start = resume ? undefined : await findStart(step, { options, shipped });
      const recipe = resumed(resume) ?? completeRecipe(asked, start?.architecture);
      return plannedRun({ recipe, start, resume });
    },
  };
}

function describeStep(step: NetworkStep): string {
  return step === "within" ? "lossy files" : `--lattice ${step}`;
}

function resumed(resume: Checkpoint | undefined) {
  return resume && !isCoderRecipe(resume.recipe) ? resume.recipe : undefined;
}

function plannedRun({ recipe, start, resume }: {
  recipe: ReturnType<typeof completeRecipe>;
  start: Network | undefined;
  resume: Checkpoint | undefined;
}): PlannedRun {
  return {
    recipe,
    run: async (options) => {
      using workers = openWorkers();
      return await train({ ...options, recipe, network: start, resume, workers });
    },
    encode: ({ network, before, after }, data) =>
      encodeNetwork(network, {
        step: recipe.step,
        tier: recipe.tier,
        base: "average",
        spacings: recipe.spacings,
        recipe: JSON.stringify(recipe),
        data,
        scores: { "psnr.validation.before": before, "psnr.validation": after },
      }),
  };
}

/** The network to start from; none where training starts from random weights. */
async function findStart(
  step: NetworkStep,
  { options, shipped }: { options: Options; shipped: ShippedRecipe | undefined },
): Promise<Network | undefined> {
  const networks = new RunNetworks(options);
  const find = (from: NetworkStep, tier = options.tier) => networks.forFile(tier).network(from);
  if (shipped) return await startOfRecipe(shipped, { load: find });
  return options.scratch ? undefined : await find(step);
}
