import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice.ts";
import { initialiseNetwork } from "../train/initialise.ts";
import { checkRecipe, recipeArchitecture } from "../train/recipe.ts";
import { findRecipe, RECIPE_NAMES, startOfRecipe } from "../train/recipes.ts";
import { TrainingError } from "../train/training_error.ts";

const noNetwork = () => Promise.reject(new Error("No network should be loaded"));

Deno.test("every shipped recipe is complete, in range, and named for its step and tier", () => {
  for (const name of RECIPE_NAMES) {
    const recipe = findRecipe(name);
    checkRecipe(recipe);
    assertEquals(name, `${recipe.step}-${recipe.tier}`);
  }
});

Deno.test("an unknown recipe is refused with the list of those there are", () => {
  const error = assertThrows(() => findRecipe("toString"), TrainingError, `no recipe "toString"`);
  for (const name of RECIPE_NAMES) assertEquals(error.message.includes(name), true);
});

Deno.test("a recipe starts from random weights that its seed decides", async () => {
  const recipe = findRecipe("quincunx-standard");
  const start = await startOfRecipe(recipe, { load: noNetwork });
  assertEquals(start, await startOfRecipe(recipe, { load: noNetwork }));
  assertNotEquals(start, await startOfRecipe({ ...recipe, seed: 2 }, { load: noNetwork }));
});

Deno.test("a recipe that takes blocks over starts with them, a fresh head and a tail of zeros", async () => {
  const recipe = findRecipe("grid-standard");
  const donor = initialiseNetwork(recipeArchitecture(recipe, GEOMETRIES.quincunx), { seed: 9 });
  const start = await startOfRecipe(recipe, { load: () => Promise.resolve(donor) });
  assertEquals(start.architecture, recipeArchitecture(recipe, GEOMETRIES.grid));
  assertEquals(start.layers.slice(1, -1), donor.layers.slice(1, -1));
  assertEquals(start.layers.at(-1)!.weights.every((weight) => weight === 0), true);
});

Deno.test("blocks of another shape cannot be taken over", async () => {
  const donor = initialiseNetwork({ inputs: 6, outputs: 6, channels: 16, blocks: 4 }, { seed: 1 });
  const recipe = findRecipe("rows-standard");
  await assertRejects(
    () => startOfRecipe(recipe, { load: () => Promise.resolve(donor) }),
    RangeError,
    "32 channels and 4 blocks, found 16 and 4",
  );
});
