import {
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { countMultiplyAdds } from "../gpu/network.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import {
  architectureOf,
  type CoderRecipe,
  completeCoderRecipe,
  DEFAULT_CODER_RECIPE,
} from "../train/coder_recipe.ts";
import { CODER_RECIPE_NAMES, findCoderRecipe } from "../train/coder_recipes.ts";
import { weighBySpacing } from "../train/coder_validation.ts";
import { initialiseCoder } from "../train/initialise_coder.ts";
import { initialState } from "../train/optimiser.ts";
import { flattenNetwork } from "../train/parameters.ts";
import { Random } from "../train/random.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import { checkRecipe } from "../train/recipe_check.ts";
import { randomTolerance } from "../train/tolerances.ts";
import { train } from "../train/train.ts";
import { trainCoder } from "../train/train_coder.ts";
import type { TrainCoderOptions, TrainProgress } from "../train/train_options.ts";
import { TrainingError } from "../train/training_error.ts";
import { untouchableDevice, withDevice } from "./support/device.ts";
import { assertRunRefused, SMALL, smallRun, stopRun, tinyPhoto } from "./support/training.ts";

for (const step of ["diagonal", "quincunx"] as const) {
  Deno.test(
    `a short run of a coder network on one tiny photo over-fits it: ${step}`,
    withDevice(async (device) => {
      const shape = { channels: 16, blocks: 2, batch: 4, patch: 12 };
      const recipe = { ...SMALL, ...shape, step, steps: 400, rate: 6e-3 };
      const images = [tinyPhoto(3, 24)];
      const { before, after } = await trainCoder({
        ...{ device, images, validation: images, recipe, interval: 100 },
      });
      assertLess(after, 0.6 * before, `${before} before, ${after} after`);
    }),
  );
}

Deno.test(
  "a coder run that was stopped and continued from its checkpoint ends with the same weights as one that was not",
  withDevice(async (device) => {
    const recipe = { ...SMALL, steps: 15, nearLossless: 0.5, spacings: [1, 2] };
    const whole = await trainCoder(smallRun(device, { recipe }));
    const { stopped, resume } = await stopRun(
      ({ step }) => step === 10,
      (hooks) => trainCoder(smallRun(device, { recipe, ...hooks })),
    );
    assertEquals(stopped.steps, 10);
    assertEquals(resume.recipe, completeCoderRecipe(recipe));
    const rest = await trainCoder(smallRun(device, { resume }));
    assertEquals([rest.steps, rest.before], [15, whole.before]);
    assertEquals(flattenNetwork(rest.network), flattenNetwork(whole.network));
    const untouched = smallRun(untouchableDevice(), { resume });
    await assertRunRefused(() => train(untouched), ["of a coder network"]);
  }),
);

Deno.test(
  "a coder run is decided by its seed, and its best validation is the one of fewest bits",
  withDevice(async (device) => {
    const scores: number[] = [];
    const run = async (seed: number) => {
      const recipe = { ...SMALL, steps: 20, rate: 0.3, seed };
      scores.length = 0;
      const onProgress = ({ score, measure }: TrainProgress) => {
        assertEquals(measure, "bits");
        scores.push(score);
      };
      const { network, after } = await trainCoder(smallRun(device, { recipe, onProgress }));
      assertEquals(after, Math.min(...scores));
      return flattenNetwork(network);
    };
    const first = await run(1);
    assertEquals(await run(1), first);
    assertNotEquals(await run(2), first);
  }),
);

Deno.test(
  "what a coder network makes of the bin width is learnt where there are tolerances, and else left as it was",
  withDevice(async (device) => {
    const recipe = { ...SMALL, steps: 20 };
    const learnt = async (nearLossless: number) => {
      const options = smallRun(device, { recipe: { ...recipe, nearLossless }, interval: 20 });
      const [found, started] = [
        (await trainCoder(options)).network,
        initialiseCoder(architectureOf(completeCoderRecipe(recipe)), { seed: 1 }),
      ].map(({ layers }) => layers[0]!.weights.filter((_, at) => Math.floor(at / 9) % 7 === 6));
      return Math.max(...found!.map((weight, at) => Math.abs(weight - started![at]!)));
    };
    // The moving average rounds.
    assertLess(await learnt(0), 1e-6);
    assertGreater(await learnt(0.5), 1e-4);
  }),
);

Deno.test("every coder recipe is in range, named for its tier, step and octaves, and within the work it may cost", () => {
  const [swift, deep] = [16_000, 64_000];
  const budgets: Readonly<Record<string, number>> = {
    swift,
    deep,
    "lossy-swift": swift,
    "lossy-deep": deep,
  };
  const work = new Map<string, number>();
  for (const name of CODER_RECIPE_NAMES) {
    const recipe = findCoderRecipe(name)!;
    checkRecipe(recipe);
    const { tier, step, spacings, lossy = false } = recipe;
    assertEquals(tier.startsWith("lossy-"), lossy);
    const isCoarse = String(spacings) === "2,4,8";
    assertEquals(isCoarse || String(spacings) === "1", true);
    assertEquals(name, `coder-${tier}-${step}${isCoarse ? "-coarse" : ""}`);
    // An octave has a cell for every four pixels, and each coarser one a quarter of them.
    const octaves = isCoarse ? 1 / 3 : 1;
    const spent = octaves * countMultiplyAdds(architectureOf(recipe)) / 4;
    work.set(tier, (work.get(tier) ?? 0) + spent);
  }
  assertEquals(work.size, 4);
  for (const [tier, spent] of work) assertLess(spent, budgets[tier]!);
});

Deno.test("a spacing counts by the samples that an image has of it", () => {
  const costs = [[1, 2], [1, 4], [2, 8], [4, 0]].map(([spacing, bits]) => ({
    spacing: spacing!,
    bits: bits!,
  }));
  assertEquals(weighBySpacing(costs), (16 * 3 + 4 * 8 + 1 * 0) / 21);
  assertEquals(weighBySpacing([{ spacing: 8, bits: 5 }]), 5);
});

Deno.test("tolerances are drawn from 1 to 16 for the share asked for, small ones more often, and without one nothing is drawn", () => {
  const random = new Random(1);
  assertEquals([randomTolerance(random, 0), random.state], [0, 1]);
  const counts = new Array<number>(17).fill(0);
  for (let draw = 0; draw < 20_000; draw++) counts[randomTolerance(random, 0.5)]!++;
  assertEquals(counts.length, 17);
  assertEquals(Math.abs(counts[0]! / 20_000 - 0.5) < 0.02, true);
  assertEquals(counts.slice(1).every((count, _, all) => count > 0 && count <= all[0]!), true);
  assertEquals(counts[1]! > 5 * counts[16]!, true);
});

Deno.test("what a coder recipe may not hold is refused by name", () => {
  const refused = (recipe: Record<string, unknown>, ...parts: string[]) => {
    const error = assertThrows(
      () => checkRecipe({ ...DEFAULT_CODER_RECIPE, ...recipe } as CoderRecipe),
      TrainingError,
    );
    for (const part of parts) assertStringIncludes(error.message, part);
  };
  refused({ nearLossless: 1.5 }, `"nearLossless"`, "found 1.5");
  refused({ channels: 6 }, `"channels"`, "multiple of 4");
  refused({ spacings: [0] }, `"spacings"`);
  refused({ stages: [{ squaredShare: 1 }] }, `"squaredShare" in stage 1`, "nearLossless");
  refused({ stages: [{}, { nearLossless: -1 }] }, `"nearLossless" in stage 2`);
  checkRecipe({ ...DEFAULT_CODER_RECIPE, stages: [{ rate: 0.1 }, { nearLossless: 0.5 }] });
});

Deno.test(
  "what a coder network cannot be trained on is refused, before the device is used",
  async () => {
    const device = untouchableDevice();
    const refused = (options: Partial<TrainCoderOptions>, ...parts: string[]) =>
      assertRunRefused(() => trainCoder(smallRun(device, options)), parts);
    await refused({ images: [] }, "at least one photo to learn from", "found 0");
    await refused({ images: [tinyPhoto(1, 20)], recipe: SMALL }, "20×20", "at least 28 pixels");
    const network = initialiseCoder(
      architectureOf({ ...DEFAULT_CODER_RECIPE, step: "diagonal" }),
      { seed: 1 },
    );
    await refused(
      { network, recipe: SMALL },
      "4 inputs and 9 outputs",
      `"quincunx" needs 7 and 18`,
    );
    const parameters = new Float32Array(1);
    const drawing = {
      recipe: DEFAULT_RECIPE,
      state: { ...initialState(parameters), step: 0, random: 0 },
      best: { parameters, score: 30 },
      before: 20,
    };
    await refused({ resume: drawing }, "of a network that draws");
  },
);

Deno.test("a checkpoint of a coder run holds everything that it was given, and none is of a step that there is not", () => {
  const recipe = completeCoderRecipe({ ...SMALL, step: "diagonal", nearLossless: 0.25 });
  const parameters = flattenNetwork(initialiseCoder(architectureOf(recipe), { seed: 1 }));
  const state = { ...initialState(parameters), step: 7, random: 9 };
  const checkpoint = { recipe, state, best: { parameters, score: 2.5 }, before: 4 };
  assertEquals(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
  const strange = { ...recipe, step: "rows" } as unknown as CoderRecipe;
  assertThrows(
    () => decodeCheckpoint(encodeCheckpoint({ ...checkpoint, recipe: strange })),
    TrainingError,
    `no known step: "rows"`,
  );
});
