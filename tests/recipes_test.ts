import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { NETWORK_GEOMETRIES } from "../codec/lattice/within.ts";
import { STEP_CELLS } from "../codec/lattice/steps.ts";
import { forward } from "../gpu/reference_restoration.ts";
import { growNetwork } from "../train/grow.ts";
import { twinNetwork } from "../train/twin.ts";
import { initialiseNetwork } from "../train/initialise.ts";
import { flattenNetwork, layoutParameters, unflattenNetwork } from "../train/parameters.ts";
import { Random } from "../train/random.ts";
import { recipeArchitecture } from "../train/recipe.ts";
import { checkRecipe } from "../train/recipe_check.ts";
import { findRecipe, RECIPE_NAMES, startOfRecipe } from "../train/recipes.ts";
import { referenceGradients } from "../train/reference_gradients.ts";
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

Deno.test("a network that has grown computes what it did before, and can learn in its new parts", () => {
  const random = new Random(3);
  const small = { inputs: 3, outputs: 2, channels: 4, blocks: 1 };
  const shape = { width: 5, height: 4 };
  const flat = flattenNetwork(initialiseNetwork(small, { seed: 1 }));
  const donor = unflattenNetwork(small, flat.map((value) => value + 0.1 * random.next()));
  const architecture = { ...small, channels: 8, blocks: 3 };
  const grown = growNetwork([donor], { architecture, seed: 2 });
  assertEquals(grown.architecture, architecture);
  const x = Float64Array.from({ length: 60 }, () => random.normal());
  const y = forward(grown, x, shape);
  forward(donor, x, shape).forEach((value, at) => assertAlmostEquals(y[at]!, value, 1e-9));
  const outputGradient = Float64Array.from(y, () => random.normal());
  const gradients = referenceGradients(grown, { x, shape, outputGradient });
  for (const { name, weightsAt, inputs } of layoutParameters(architecture).layers) {
    const old = name === "blocks.0.first" || name === "blocks.0.second" || name === "tail";
    // What an old channel could learn from the last new one.
    const connection = gradients.subarray(weightsAt + (inputs - 1) * 9, weightsAt + inputs * 9);
    if (old) assertEquals(connection.every((gradient) => gradient !== 0), true, name);
  }
});

Deno.test("a network that grows out of several computes the mean of what they do", () => {
  const random = new Random(5);
  const small = { inputs: 3, outputs: 2, channels: 4, blocks: 1 };
  const shape = { width: 5, height: 4 };
  const donor = (seed: number) => {
    const flat = flattenNetwork(initialiseNetwork(small, { seed }));
    return unflattenNetwork(small, flat.map((value) => value + 0.1 * random.next()));
  };
  const [one, other] = [donor(1), donor(2)];
  const architecture = { ...small, channels: 12, blocks: 2 };
  const grown = growNetwork([one, other], { architecture, seed: 3 });
  const x = Float64Array.from({ length: 60 }, () => random.normal());
  const [a, b] = [forward(one, x, shape), forward(other, x, shape)];
  forward(grown, x, shape).forEach((value, at) =>
    assertAlmostEquals(value, (a[at]! + b[at]!) / 2, 1e-6)
  );
  assertThrows(
    () => growNetwork([one, other], { architecture: { ...small, channels: 7 }, seed: 3 }),
    RangeError,
    "2 networks of 3 inputs, 2 outputs, 4 channels and 1 blocks cannot grow",
  );
});

for (const step of ["quincunx", "grid", "rows"] as const) {
  Deno.test(`a network's twin does to an image turned over what it does to the image: ${step}`, () => {
    const random = new Random(6);
    const { kept, missing } = STEP_CELLS[step];
    const io = { inputs: 3 * kept.length, outputs: 3 * missing.length };
    const small = { ...io, channels: 4, blocks: 1 };
    const flat = flattenNetwork(initialiseNetwork(small, { seed: 1 }));
    const network = unflattenNetwork(small, flat.map((value) => value + 0.1 * random.next()));
    const twin = twinNetwork(network, step);
    const side = 6;
    const phases = { rows: [[0], [0]], grid: [[0], [1, 0, 2]], quincunx: [[0, 1], [1, 0]] }[step];
    const place = (x: number, y: number) =>
      step === "rows" ? y * side + side - 1 - x : x * side + y;
    const turn = (values: Float64Array, order: readonly number[]) => {
      const channels = order.length * 3;
      return Float64Array.from(values, (_, at) => {
        const [cell, channel] = [Math.floor(at / channels), at % channels];
        const from = place(cell % side, Math.floor(cell / side));
        return values[from * channels + order[Math.floor(channel / 3)]! * 3 + channel % 3]!;
      });
    };
    const x = Float64Array.from({ length: side * side * io.inputs }, () => random.normal());
    const shape = { width: side, height: side };
    const expected = turn(forward(network, x, shape), phases[1]!);
    const found = forward(twin, turn(x, phases[0]!), shape);
    found.forEach((value, at) => assertAlmostEquals(value, expected[at]!, 1e-9));
    assert(flattenNetwork(twin).some((weight, at) => weight !== flattenNetwork(network)[at]));
  });
}

Deno.test("a network cannot grow into a smaller one", () => {
  const donor = initialiseNetwork({ inputs: 3, outputs: 3, channels: 8, blocks: 1 }, { seed: 1 });
  const architecture = { ...donor.architecture, channels: 4 };
  assertThrows(() => growNetwork([donor], { architecture, seed: 1 }), RangeError, "8 channels");
});

Deno.test("a recipe for the coarse step starts with the weights of its tier at full size", async () => {
  for (const name of RECIPE_NAMES.filter((name) => name.endsWith("-coarse"))) {
    const recipe = findRecipe(name);
    assertEquals(recipe.spacings, [2]);
    const tier = recipe.tier.replace("-coarse", "");
    const full = findRecipe(`${recipe.step}-${tier}`);
    const donor = initialiseNetwork(recipeArchitecture(full, NETWORK_GEOMETRIES[full.step]), {
      seed: 9,
    });
    const asked: string[] = [];
    const load = (step: string, from: string) => {
      asked.push(`${step}-${from}`);
      return Promise.resolve(donor);
    };
    assertEquals(await startOfRecipe(recipe, { load }), donor);
    assertEquals(asked, [`${recipe.step}-${tier}`]);
  }
});
