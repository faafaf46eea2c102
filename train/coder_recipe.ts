/**
 * What a training run of a coder network is made of. Such a network draws no pixels: it tells how probable each value of
 * a pixel is, from which the fewer bits are spent the better it tells.
 *
 * @module
 */

import { CODER_CELLS, CODER_GEOMETRIES, type CoderStep } from "../codec/lattice/coder_steps.ts";
import type { StepCell } from "../codec/lattice/steps.ts";
import { NETWORK_CELLS, NETWORK_GEOMETRIES } from "../codec/lattice/within.ts";
import type { Architecture } from "../gpu/network.ts";
import { OUTPUTS_OF_PHASE } from "../weights/coder_units.ts";
import { type Recipe, recipeArchitecture, type Stage } from "./recipe.ts";

/** Everything that decides how a coder network turns out, photos apart. What it shares with a {@link Recipe} means the same. */
export interface CoderRecipe extends Omit<Recipe, "step" | "squaredShare" | "finish" | "stages"> {
  /** What tells it from the recipe of a network that draws. */
  readonly kind: "coder";
  /** The step of an octave whose pixels the network predicts. */
  readonly step: CoderStep;
  /**
   * Share of the patches whose samples are known within a tolerance only, which is drawn from 1 to 16, small ones more often;
   * the others are lossless. Default: 0.
   */
  readonly nearLossless?: number | undefined;
  /** Whether it is for lossy files: steps are drawn from 0.75 to 32 levels, and nothing is lossless. Default: no. */
  readonly lossy?: boolean | undefined;
  /** As in a {@link Recipe}. */
  readonly stages?: readonly CoderStage[] | undefined;
}

/** What sets a stage of a coder recipe apart. */
export type CoderStage =
  & Omit<Stage, "squaredShare" | "finish">
  & Pick<CoderRecipe, "nearLossless">;

/** What a run is made of, whatever it trains. */
export type AnyRecipe = Recipe | CoderRecipe;

/** Whether a recipe trains a coder network. */
export function isCoderRecipe(recipe: AnyRecipe): recipe is CoderRecipe {
  return (recipe as Partial<CoderRecipe>).kind === "coder";
}

/** What is taken where a coder recipe says nothing. */
export const DEFAULT_CODER_RECIPE: CoderRecipe = {
  kind: "coder",
  step: "quincunx",
  tier: "trained",
  channels: 24,
  blocks: 2,
  batch: 32,
  patch: 16,
  optimiser: "muon",
  centredHead: true,
  steps: 6000,
  rate: 2e-3,
  warmup: 100,
  averageDecay: 0.998,
  seed: 1,
};

/** A coder recipe with the defaults for what it leaves out. */
export function completeCoderRecipe(recipe: Partial<CoderRecipe>): CoderRecipe {
  return { ...DEFAULT_CODER_RECIPE, ...recipe };
}

/** The architecture that any recipe trains. */
export function architectureOf(recipe: AnyRecipe): Architecture {
  if (!isCoderRecipe(recipe)) return recipeArchitecture(recipe, NETWORK_GEOMETRIES[recipe.step]);
  const { kept, missing } = CODER_GEOMETRIES[recipe.step];
  const { channels, blocks } = recipe;
  return { inputs: 3 * kept + 1, outputs: OUTPUTS_OF_PHASE * missing, channels, blocks };
}

/** How many inputs of any recipe's network are colours; behind them stands what it is told besides. */
export function colouredInputs(recipe: AnyRecipe): number {
  return 3 * cellOf(recipe).kept.length;
}

/** The cell that any recipe's network works on. */
export function cellOf(recipe: AnyRecipe): StepCell {
  return isCoderRecipe(recipe) ? CODER_CELLS[recipe.step] : NETWORK_CELLS[recipe.step];
}
