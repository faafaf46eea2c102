import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import { initialiseNetwork } from "../train/initialise.ts";
import { initialState } from "../train/optimiser.ts";
import { flattenNetwork } from "../train/parameters.ts";
import { DEFAULT_RECIPE, type Recipe } from "../train/recipe.ts";
import { checkRecipe } from "../train/recipe_check.ts";
import { stagesOf, stepsBefore, totalSteps } from "../train/stages.ts";
import { train } from "../train/train.ts";
import type { TrainProgress } from "../train/train_options.ts";
import { TrainingError } from "../train/training_error.ts";
import { untouchableDevice, withDevice } from "./support/device.ts";
import { SMALL, smallRun, stopRun } from "./support/training.ts";

const STAGED: Recipe = {
  ...DEFAULT_RECIPE,
  ...SMALL,
  steps: 10,
  seed: 7,
  stages: [{}, { steps: 15, rate: 1e-3, patch: 20, batch: 1 }, { seed: 3 }],
};

Deno.test("a stage is its recipe with what it says itself, and a seed of its own", () => {
  const { stages: _, ...shared } = STAGED;
  assertEquals(stagesOf(STAGED), [
    shared,
    { ...shared, steps: 15, rate: 1e-3, patch: 20, batch: 1, seed: 8 },
    { ...shared, seed: 3 },
  ]);
  assertEquals(stagesOf(shared), [shared]);
  assertEquals([0, 1, 2].map((stage) => stepsBefore(STAGED, stage)), [0, 10, 25]);
  assertEquals(totalSteps(STAGED), 35);
});

Deno.test(
  "a run in stages ends with the weights of its stages run one by one, and judges all of them alike",
  withDevice(async (device) => {
    const seen: TrainProgress[] = [];
    const onProgress = (progress: TrainProgress) => void seen.push(progress);
    const whole = await train(smallRun(device, { recipe: STAGED, onProgress }));
    let network = initialiseNetwork({ inputs: 6, outputs: 6, channels: 8, blocks: 1 }, { seed: 7 });
    let after = 0;
    for (const recipe of stagesOf(STAGED)) {
      ({ network, after } = await train(smallRun(device, { recipe, network })));
    }
    assertEquals(flattenNetwork(whole.network), flattenNetwork(network));
    assertEquals(whole.after, after);
    assertEquals([whole.steps, whole.recipe], [35, STAGED]);
    const places = seen.map(({ step, stage }) => [step, stage]);
    assertEquals(places, [
      ...[[0, 1], [5, 1], [10, 1]],
      ...[[10, 2], [15, 2], [20, 2], [25, 2]],
      ...[[25, 3], [30, 3], [35, 3]],
    ]);
    assert(seen.every(({ steps, stages }) => steps === 35 && stages === 3));
    assertEquals(whole.before, seen[0]!.score);
    // Each begins with what the one before handed on, judged by the same crops whatever its patches.
    const scores = (stage: number) =>
      seen.filter((one) => one.stage === stage).map((one) => one.score);
    for (const stage of [2, 3]) assertEquals(scores(stage)[0], Math.max(...scores(stage - 1)));
  }),
);

for (const stopAt of [[5, 1], [10, 1], [10, 2], [20, 2]]) {
  Deno.test(
    `a run stopped at step ${stopAt[0]} in stage ${stopAt[1]} goes on to the same weights`,
    withDevice(async (device) => {
      const recipe = { ...STAGED, stages: STAGED.stages!.slice(0, 2) };
      const whole = await train(smallRun(device, { recipe }));
      const { stopped, resume } = await stopRun(
        ({ step, stage }) => step === stopAt[0] && stage === stopAt[1],
        (hooks) => train(smallRun(device, { recipe, ...hooks })),
      );
      assertEquals(stopped.steps, stopAt[0]);
      const rest = await train(smallRun(device, { resume }));
      const { before, after, steps } = whole;
      assertEquals([rest.before, rest.after, rest.steps], [before, after, steps]);
      assertEquals(flattenNetwork(rest.network), flattenNetwork(whole.network));
    }),
  );
}

Deno.test("a photo that is too small for a later stage is refused before the device is used", async () => {
  const recipe = { ...STAGED, stages: [{}, { patch: 40 }] };
  const run = train(smallRun(untouchableDevice(), { recipe }));
  await assertRejects(() => run, TrainingError, "64×64");
});

Deno.test("what a recipe's stages may not be is refused, and the stage named", () => {
  const refused = (stages: unknown, ...parts: string[]) => {
    const recipe = { ...DEFAULT_RECIPE, stages } as Recipe;
    const error = assertThrows(() => checkRecipe(recipe), TrainingError);
    for (const part of parts) assertStringIncludes(error.message, part);
    assert(error.message.length < 300, error.message);
  };
  refused([], `"stages" must be a list of 1 to`);
  refused({ steps: 5 }, `"stages" must be a list`);
  refused(Array(101).fill({}), `"stages" must be a list`);
  refused([{}, 7], "an object in stage 2", "found 7");
  refused([{}, null], "an object in stage 2", "found null");
  refused([{ steps: 0 }], `"steps" in stage 1 must be a whole number from 1`, "found 0");
  refused([{}, {}, { rate: "fast" }], `"rate" in stage 3 must be a number`, `found "fast"`);
  refused([{ seed: 1.5 }], `"seed" in stage 1`, "found 1.5");
  refused([{ channels: 8 }], `"channels" in stage 1`, "a stage can have steps, optimiser, rate");
  refused([{}, { ["x".repeat(5000)]: 1 }], "in stage 2");
  refused([{ stages: [] }], `"stages" in stage 1`);
  refused([JSON.parse('{"__proto__": 1}')], `"__proto__" in stage 1`);
  for (const stages of [[{}], [{ patch: 20 }, { seed: 0 }]]) {
    checkRecipe({ ...DEFAULT_RECIPE, stages });
  }
});

Deno.test("a checkpoint tells its stage; one without is of the first, and none is past the last", () => {
  const network = initialiseNetwork({ inputs: 6, outputs: 6, channels: 8, blocks: 1 }, { seed: 1 });
  const parameters = flattenNetwork(network);
  const state = { ...initialState(parameters), step: 4, random: 9 };
  const start = { state, best: { parameters, score: 33.5 }, before: 31 };
  const staged: Checkpoint = { ...start, recipe: STAGED, stage: 2 };
  assertEquals(decodeCheckpoint(encodeCheckpoint(staged)), staged);
  const plain: Checkpoint = { ...start, recipe: { ...DEFAULT_RECIPE, ...SMALL } };
  assertEquals(decodeCheckpoint(encodeCheckpoint(plain)), plain);
  for (const stage of [3, -1, 0.5]) {
    assertThrows(
      () => decodeCheckpoint(encodeCheckpoint({ ...staged, stage })),
      TrainingError,
      `"stage"`,
    );
  }
  assertThrows(
    () => decodeCheckpoint(encodeCheckpoint({ ...plain, stage: 1 })),
    TrainingError,
    "below 1",
  );
});
