/** Whether a network was trained by the recipe that the repository has for it. @module */

import { DEFAULT_RECIPE } from "../../train/recipe.ts";
import { findRecipe } from "../../train/recipes.ts";
import type { NetworkInfo } from "../../weights/network_file.ts";
import { nameOf } from "./place.ts";

/** What a run adds to its recipe, or a recipe says beyond what a run knows. */
const BESIDE = ["ran", "blocksFrom", "growFrom"];

/**
 * What a file's recipe and the repository's of its name do not agree on, each as a sentence; empty if they agree. What
 * neither says is as in the default recipe.
 */
export function compareRecipes(info: NetworkInfo): string[] {
  const found: Record<string, unknown> = { ...DEFAULT_RECIPE, ...parse(info.recipe) };
  const expected: Record<string, unknown> = { ...DEFAULT_RECIPE, ...findRecipe(nameOf(info)) };
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((key) => !BESIDE.includes(key) || key in found && key in expected)
    .filter((key) => JSON.stringify(found[key]) !== JSON.stringify(expected[key]))
    .map((key) =>
      `"${key}" is ${JSON.stringify(found[key]) ?? "not said"} in the file and ` +
      `${JSON.stringify(expected[key]) ?? "not said"} in the recipe`
    );
}

function parse(recipe: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(recipe ?? "");
  } catch (cause) {
    throw new SyntaxError("The file has no recipe as JSON, so nothing tells how it was trained", {
      cause,
    });
  }
}
