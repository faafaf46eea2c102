/**
 * The stages of a recipe, each as a recipe of its own.
 *
 * @module
 */

import type { AnyRecipe } from "./coder_recipe.ts";

/** The stages in their order, each complete; a recipe without any is its own and only one. */
export function stagesOf<Kind extends AnyRecipe>(recipe: Kind): readonly Kind[] {
  const { stages = [{}], ...shared } = recipe;
  return stages.map((stage: Partial<AnyRecipe>, index: number) => ({
    ...shared,
    // A stage that drew its predecessor's crops again would learn less from as many steps.
    seed: (shared.seed + index) % 2 ** 32,
    ...stage,
  } as Kind));
}

/** Steps of a whole run, all stages together. */
export function totalSteps(recipe: AnyRecipe): number {
  return stepsBefore(recipe, Infinity);
}

/** Steps of the stages before the one with this index. */
export function stepsBefore(recipe: AnyRecipe, stage: number): number {
  return stagesOf(recipe).slice(0, stage).reduce((sum, { steps }) => sum + steps, 0);
}
