/**
 * The recipes of the networks that are shipped: one command and the same photos make them again.
 *
 * @module
 */

import gridStandard from "./recipes/grid-standard.json" with { type: "json" };
import quincunxStandard from "./recipes/quincunx-standard.json" with { type: "json" };
import rowsStandard from "./recipes/rows-standard.json" with { type: "json" };
import { GEOMETRIES, type StepName } from "../codec/lattice.ts";
import type { Network } from "../gpu/network.ts";
import { initialiseNetwork, transplantBlocks } from "./initialise.ts";
import { checkRecipe, type Recipe, recipeArchitecture } from "./recipe.ts";
import { TrainingError } from "./training_error.ts";

/** A recipe with a name, and what it starts from. */
export interface ShippedRecipe extends Recipe {
  /** The lattice step whose network of the same tier the run takes its first blocks from. Default: random blocks. */
  readonly blocksFrom?: StepName;
}

const RECIPES = {
  "quincunx-standard": quincunxStandard,
  "grid-standard": gridStandard,
  "rows-standard": rowsStandard,
} as Readonly<Record<string, ShippedRecipe>>;

/** The names of all recipes: lattice step and tier. */
export const RECIPE_NAMES: readonly string[] = Object.keys(RECIPES);

/**
 * The recipe of a shipped network.
 *
 * @throws {TrainingError} if there is none of that name; the message lists those there are.
 */
export function findRecipe(name: string): ShippedRecipe {
  const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
  if (!recipe) {
    throw new TrainingError(
      `There is no recipe "${name}"; choose one of ${RECIPE_NAMES.join(", ")}`,
    );
  }
  checkRecipe(recipe);
  return recipe;
}

/**
 * The network that a recipe starts from.
 *
 * @param recipe to be run
 * @param options with `load`, which finds the network that blocks are taken from
 */
export async function startOfRecipe(
  recipe: ShippedRecipe,
  options: { load: (step: StepName) => Promise<Network> },
): Promise<Network> {
  const { step, seed, blocksFrom } = recipe;
  const architecture = recipeArchitecture(recipe, GEOMETRIES[step]);
  if (blocksFrom === undefined) return initialiseNetwork(architecture, { seed });
  return transplantBlocks(await options.load(blocksFrom), { architecture, seed });
}
