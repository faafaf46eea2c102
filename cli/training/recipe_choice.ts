/**
 * What `nnc train` runs: a shipped recipe, or what the options make.
 *
 * @module
 */

import type { NetworkStep } from "../../codec/lattice/within.ts";
import type { Recipe } from "../../train/recipe.ts";
import type { CoderRecipe } from "../../train/coder_recipe.ts";
import { CODER_RECIPE_NAMES, findCoderRecipe } from "../../train/coder_recipes.ts";
import { findRecipe, RECIPE_NAMES, type ShippedRecipe } from "../../train/recipes.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** The tier of networks that come of no shipped recipe. */
export const OWN_TIER = "trained";

/** A shipped network needs small steps to be bettered; an untrained one large steps to get anywhere. */
const RATES = { tuning: 1e-4, scratch: 1e-3 } as const;
const DEFAULT_STEPS = 1000;

/** What random weights learn faster with. A trained network need not have such a first layer, nor does it need Muon. */
const SCRATCH: Partial<Recipe> = { optimiser: "muon", centredHead: true, finish: "psnr" };

/**
 * The shipped recipe that is asked for, if any.
 *
 * @throws {UsageError} if there is none of that name.
 */
export function chooseRecipe({ recipe }: Options): ShippedRecipe | CoderRecipe | undefined {
  if (recipe === undefined) return undefined;
  if (RECIPE_NAMES.includes(recipe)) return findRecipe(recipe);
  const coder = findCoderRecipe(recipe);
  if (coder) return coder;
  throw new UsageError(
    `Option "--recipe" takes one of ${
      [...RECIPE_NAMES, ...CODER_RECIPE_NAMES].join(", ")
    }; found "${recipe}"`,
  );
}

/**
 * The lattice step to train for.
 *
 * @throws {UsageError} if the recipe is for another.
 */
export function chooseStep(options: Options, shipped: ShippedRecipe | undefined): NetworkStep {
  const { lattice, recipe } = options;
  if (shipped?.step === "within" && lattice !== undefined) {
    throw new UsageError(
      `The recipe "${recipe}" is for lossy files, whatever their lattice; leave "--lattice" out`,
    );
  }
  if (shipped && lattice !== undefined && lattice !== shipped.step) {
    throw new UsageError(
      `The recipe "${recipe}" is for --lattice ${shipped.step}; found ${lattice}`,
    );
  }
  return shipped?.step ?? lattice ?? "quincunx";
}

/**
 * What the options and the shipped recipe make of a run; what they do not mention is as in `DEFAULT_RECIPE`.
 *
 * @throws {UsageError} if an option is out of range, or makes no sense with the recipe.
 */
export function makeRecipe(
  step: NetworkStep,
  { options, shipped }: { options: Options; shipped: ShippedRecipe | undefined },
): Partial<Recipe> {
  if (shipped?.stages) refuseStageOptions(options);
  const steps = options.steps ?? shipped?.steps ?? DEFAULT_STEPS;
  const rate = RATES[options.scratch ? "scratch" : "tuning"];
  return {
    tier: OWN_TIER,
    warmup: Math.min(100, Math.ceil(steps / 10)),
    rate,
    ...shipped ?? (options.scratch ? SCRATCH : {}),
    step,
    steps,
    ...overridesOf(options),
  };
}

/**
 * The values of a recipe that options set.
 *
 * @throws {UsageError} if one is out of range.
 */
export function overridesOf(
  options: Options,
): Partial<Pick<Recipe, "steps" | "rate" | "batch" | "patch" | "seed">> {
  const { steps, batch, patch, seed } = options;
  const rate = options.rate === undefined ? undefined : Number(options.rate);
  if (rate !== undefined && !(rate > 0 && rate <= 1)) {
    throw new UsageError(
      `Option "--rate" takes a number above 0 and up to 1; found "${options.rate}"`,
    );
  }
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(rate === undefined ? {} : { rate }),
    ...(batch === undefined ? {} : { batch }),
    ...(patch === undefined ? {} : { patch }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/**
 * Refuses options that name a network to start from where something else decides that.
 *
 * @throws {UsageError} if there is one.
 */
export function checkStart(options: Options): void {
  const { recipe, scratch } = options;
  const decides = recipe !== undefined
    ? `"--recipe ${recipe}"`
    : scratch
    ? '"--scratch"'
    : undefined;
  for (const name of ["tier", "weights"] as const) {
    if (decides === undefined || options[name] === undefined) continue;
    // A recipe whose network grows out of another may be given that one.
    if (name === "weights" && recipe !== undefined) continue;
    throw new UsageError(
      `Option "--${name}" names the network to start from, and ${decides} decides that itself; leave "--${name}" out`,
    );
  }
}

/** Stages have steps, rates, batches and patches of their own, which one value for all would make another run of. */
export function refuseStageOptions(options: Options): void {
  for (const name of ["steps", "rate", "batch", "patch"] as const) {
    if (options[name] === undefined) continue;
    throw new UsageError(
      `The recipe "${options.recipe}" has stages, each with its own ${name}; leave "--${name}" out`,
    );
  }
}
