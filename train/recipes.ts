/**
 * The recipes of the networks that are shipped: one command and the same photos make them again.
 *
 * @module
 */

import gridDraft from "./recipes/grid-draft.json" with { type: "json" };
import gridDraftCoarse from "./recipes/grid-draft-coarse.json" with { type: "json" };
import gridHigh from "./recipes/grid-high.json" with { type: "json" };
import gridStandard from "./recipes/grid-standard.json" with { type: "json" };
import gridStandardCoarse from "./recipes/grid-standard-coarse.json" with { type: "json" };
import quincunxDraft from "./recipes/quincunx-draft.json" with { type: "json" };
import quincunxDraftCoarse from "./recipes/quincunx-draft-coarse.json" with { type: "json" };
import quincunxHigh from "./recipes/quincunx-high.json" with { type: "json" };
import quincunxStandard from "./recipes/quincunx-standard.json" with { type: "json" };
import quincunxStandardCoarse from "./recipes/quincunx-standard-coarse.json" with { type: "json" };
import rowsDraft from "./recipes/rows-draft.json" with { type: "json" };
import rowsHigh from "./recipes/rows-high.json" with { type: "json" };
import rowsStandard from "./recipes/rows-standard.json" with { type: "json" };
import withinHigh from "./recipes/within-high.json" with { type: "json" };
import withinStandard from "./recipes/within-standard.json" with { type: "json" };
import { NETWORK_GEOMETRIES, type NetworkStep } from "../codec/lattice/within.ts";
import type { Network } from "../gpu/network.ts";
import { initialiseNetwork, transplantBlocks } from "./initialise.ts";
import { growNetwork } from "./grow.ts";
import { type Recipe, recipeArchitecture } from "./recipe.ts";
import { checkRecipe } from "./recipe_check.ts";
import { twinNetwork } from "./twin.ts";
import { TrainingError } from "./training_error.ts";

/** A recipe with a name, and what it starts from. */
export interface ShippedRecipe extends Recipe {
  /** The lattice step whose network of the same tier the run takes its first blocks from. Default: random blocks. */
  readonly blocksFrom?: NetworkStep | undefined;
  /**
   * The tier of the same lattice step that the run's network is grown from: a lower one, with its twin where there are
   * twice the channels, or one of the same size, whose weights it then starts with. Default: none.
   */
  readonly growFrom?: string | undefined;
}

const RECIPES = {
  "quincunx-draft": quincunxDraft,
  "grid-draft": gridDraft,
  "rows-draft": rowsDraft,
  "quincunx-standard": quincunxStandard,
  "grid-standard": gridStandard,
  "rows-standard": rowsStandard,
  "quincunx-high": quincunxHigh,
  "grid-high": gridHigh,
  "rows-high": rowsHigh,
  "quincunx-draft-coarse": quincunxDraftCoarse,
  "grid-draft-coarse": gridDraftCoarse,
  "quincunx-standard-coarse": quincunxStandardCoarse,
  "grid-standard-coarse": gridStandardCoarse,
  "within-standard": withinStandard,
  "within-high": withinHigh,
} as Readonly<Record<string, ShippedRecipe>>;

/** The names of all recipes: lattice step, or `within`, and tier. */
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
 * @param options with `load`, which finds the trained network that this one takes blocks from or is grown from
 */
export async function startOfRecipe(
  recipe: ShippedRecipe,
  options: { load: (step: NetworkStep, tier: string) => Promise<Network> },
): Promise<Network> {
  const { step, tier, seed, blocksFrom, growFrom } = recipe;
  const architecture = recipeArchitecture(recipe, NETWORK_GEOMETRIES[step]);
  if (growFrom !== undefined) {
    const donor = await options.load(step, growFrom);
    const hasRoom = 2 * donor.architecture.channels <= architecture.channels;
    const donors = hasRoom ? [donor, twinNetwork(donor, step)] as const : [donor] as const;
    return growNetwork(donors, { architecture, seed });
  }
  if (blocksFrom === undefined) return initialiseNetwork(architecture, { seed });
  return transplantBlocks(await options.load(blocksFrom, tier), { architecture, seed });
}
