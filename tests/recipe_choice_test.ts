import { assertEquals, assertStringIncludes, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { chooseRecipe, chooseStep, makeRecipe } from "../cli/training/recipe_choice.ts";
import { UsageError } from "../cli/usage_error.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import { findRecipe, RECIPE_NAMES, type ShippedRecipe } from "../train/recipes.ts";

const PLAIN: ShippedRecipe = { ...DEFAULT_RECIPE, step: "grid", steps: 7000, seed: 5 };
const STAGED: ShippedRecipe = { ...PLAIN, stages: [{}, { patch: 62 }] };

Deno.test("a shipped recipe is found by its name, and any other name refused with a list", () => {
  for (const name of RECIPE_NAMES) assertEquals(chooseRecipe({ recipe: name }), findRecipe(name));
  assertEquals(chooseRecipe({}), undefined);
  assertThrows(() => chooseRecipe({ recipe: "grid" }), UsageError, RECIPE_NAMES[0]!);
});

Deno.test("a recipe decides the lattice, and another one beside it is refused", () => {
  assertEquals(chooseStep({}, PLAIN), "grid");
  assertEquals(chooseStep({ lattice: "rows" }, undefined), "rows");
  assertThrows(() => chooseStep({ recipe: "x", lattice: "rows" }, PLAIN), UsageError, "found rows");
});

Deno.test("options change what a recipe says, and without one what a run has by default", () => {
  const options = { steps: 50, rate: "0.01", batch: 2, patch: 20, seed: 3 };
  const changed = { steps: 50, rate: 0.01, batch: 2, patch: 20, seed: 3 };
  assertEquals(makeRecipe("grid", { options, shipped: PLAIN }), { ...PLAIN, ...changed });
  const own = makeRecipe("rows", { options: { steps: 50 }, shipped: undefined });
  assertEquals(own, { step: "rows", tier: "trained", steps: 50, rate: 1e-4, warmup: 5 });
});

Deno.test("random weights are trained with Muon and a centred first layer, a shipped recipe as it says", () => {
  const options = { scratch: true, steps: 2000 } as const;
  assertEquals(makeRecipe("rows", { options, shipped: undefined }), {
    ...{ step: "rows", tier: "trained", steps: 2000, rate: 1e-3, warmup: 100 },
    ...{ optimiser: "muon", centredHead: true, finish: "psnr" },
  });
  assertEquals(makeRecipe("grid", { options, shipped: PLAIN }), { ...PLAIN, steps: 2000 });
});

Deno.test("a recipe with stages takes a seed, but no option that its stages have values for", () => {
  assertEquals(makeRecipe("grid", { options: { seed: 9 }, shipped: STAGED }), {
    ...STAGED,
    seed: 9,
  });
  for (const given of [{ steps: 5 }, { rate: "0.1" }, { batch: 2 }, { patch: 20 }]) {
    const options = { recipe: "grid-mine", ...given };
    const error = assertThrows(() => makeRecipe("grid", { options, shipped: STAGED }), UsageError);
    assertStringIncludes(error.message, `"grid-mine" has stages`);
    assertStringIncludes(error.message, `"--${Object.keys(given)[0]}"`);
  }
});
