/**
 * The recipes of the coder networks: two for the finest octave of an image, one a step, and two for all coarser ones, whose
 * pixels lie 2, 4 or 8 of the original apart.
 *
 * @module
 */

import deepDiagonal from "./recipes/coders/deep-diagonal.json" with { type: "json" };
import deepDiagonalCoarse from "./recipes/coders/deep-diagonal-coarse.json" with { type: "json" };
import deepQuincunx from "./recipes/coders/deep-quincunx.json" with { type: "json" };
import deepQuincunxCoarse from "./recipes/coders/deep-quincunx-coarse.json" with { type: "json" };
import lossyDeepDiagonal from "./recipes/coders/lossy-deep-diagonal.json" with { type: "json" };
import lossyDeepDiagonalCoarse from "./recipes/coders/lossy-deep-diagonal-coarse.json" with {
  type: "json",
};
import lossyDeepQuincunx from "./recipes/coders/lossy-deep-quincunx.json" with { type: "json" };
import lossyDeepQuincunxCoarse from "./recipes/coders/lossy-deep-quincunx-coarse.json" with {
  type: "json",
};
import lossySwiftDiagonal from "./recipes/coders/lossy-swift-diagonal.json" with { type: "json" };
import lossySwiftDiagonalCoarse from "./recipes/coders/lossy-swift-diagonal-coarse.json" with {
  type: "json",
};
import lossySwiftQuincunx from "./recipes/coders/lossy-swift-quincunx.json" with { type: "json" };
import lossySwiftQuincunxCoarse from "./recipes/coders/lossy-swift-quincunx-coarse.json" with {
  type: "json",
};
import swiftDiagonal from "./recipes/coders/swift-diagonal.json" with { type: "json" };
import swiftDiagonalCoarse from "./recipes/coders/swift-diagonal-coarse.json" with { type: "json" };
import swiftQuincunx from "./recipes/coders/swift-quincunx.json" with { type: "json" };
import swiftQuincunxCoarse from "./recipes/coders/swift-quincunx-coarse.json" with { type: "json" };
import type { CoderRecipe } from "./coder_recipe.ts";
import { checkRecipe } from "./recipe_check.ts";

const RECIPES = {
  "coder-swift-diagonal": swiftDiagonal,
  "coder-swift-quincunx": swiftQuincunx,
  "coder-swift-diagonal-coarse": swiftDiagonalCoarse,
  "coder-swift-quincunx-coarse": swiftQuincunxCoarse,
  "coder-deep-diagonal": deepDiagonal,
  "coder-deep-quincunx": deepQuincunx,
  "coder-deep-diagonal-coarse": deepDiagonalCoarse,
  "coder-deep-quincunx-coarse": deepQuincunxCoarse,
  "coder-lossy-swift-diagonal": lossySwiftDiagonal,
  "coder-lossy-swift-quincunx": lossySwiftQuincunx,
  "coder-lossy-swift-diagonal-coarse": lossySwiftDiagonalCoarse,
  "coder-lossy-swift-quincunx-coarse": lossySwiftQuincunxCoarse,
  "coder-lossy-deep-diagonal": lossyDeepDiagonal,
  "coder-lossy-deep-quincunx": lossyDeepQuincunx,
  "coder-lossy-deep-diagonal-coarse": lossyDeepDiagonalCoarse,
  "coder-lossy-deep-quincunx-coarse": lossyDeepQuincunxCoarse,
} as Readonly<Record<string, unknown>> as Readonly<Record<string, CoderRecipe>>;

/** The names of all of them: tier and step, and `coarse` for the coarser octaves. */
export const CODER_RECIPE_NAMES: readonly string[] = Object.keys(RECIPES);

/** The recipe of that name, if there is one. */
export function findCoderRecipe(name: string): CoderRecipe | undefined {
  if (!Object.hasOwn(RECIPES, name)) return undefined;
  const recipe = RECIPES[name]!;
  checkRecipe(recipe);
  return recipe;
}
