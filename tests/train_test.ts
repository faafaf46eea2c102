import {
  assert,
  assertEquals,
  assertGreater,
  assertNotEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import { initialiseNetwork } from "../train/initialise.ts";
import { flattenNetwork } from "../train/parameters.ts";
import { DEFAULT_RECIPE, learningRate, lossAt, type Recipe } from "../train/recipe.ts";
import { train } from "../train/train.ts";
import type { TrainOptions } from "../train/train_options.ts";
import { TrainingError } from "../train/training_error.ts";
import { encodeSafetensors } from "../weights/safetensors.ts";
import { untouchableDevice, withDevice } from "./support/device.ts";
import { assertRunRefused, SMALL, smallRun, stopRun, tinyPhoto } from "./support/training.ts";

for (const step of ["quincunx", "grid", "rows"] as const) {
  Deno.test(
    `a short run on one tiny photo over-fits it: ${step}`,
    withDevice(async (device) => {
      const shape = { channels: 16, blocks: 2, batch: 4, patch: 12 };
      const recipe = { ...SMALL, ...shape, step, steps: 400, rate: 4e-3 };
      const images = [tinyPhoto(3, 24)];
      const validation = images;
      const { before, after } = await train({ device, images, validation, recipe, interval: 100 });
      assertGreater(after, before + 4);
    }),
  );
}

Deno.test(
  "a run that was stopped and continued from its checkpoint ends with the same weights as one that was not",
  withDevice(async (device) => {
    const recipe = { ...SMALL, steps: 15 };
    const whole = await train(smallRun(device, { recipe }));
    const { stopped, resume } = await stopRun(
      ({ step }) => step === 10,
      (hooks) => train(smallRun(device, { recipe, ...hooks })),
    );
    assertEquals(stopped.steps, 10);
    const rest = await train(smallRun(device, { resume }));
    assertEquals(rest.steps, 15);
    assertEquals(rest.before, whole.before);
    assertEquals(flattenNetwork(rest.network), flattenNetwork(whole.network));
  }),
);

Deno.test(
  "a run is decided by its seed",
  withDevice(async (device) => {
    const run = async (seed: number) =>
      flattenNetwork(
        (await train(smallRun(device, { recipe: { ...SMALL, steps: 5, seed } }))).network,
      );
    const first = await run(1);
    assertEquals(await run(1), first);
    assertNotEquals(await run(2), first);
  }),
);

Deno.test(
  "training that brings nothing stops after the given patience, and keeps the best network",
  withDevice(async (device) => {
    const recipe = { ...SMALL, steps: 100, rate: 0.5 };
    const { steps, before, after } = await train(smallRun(device, { recipe, patience: 2 }));
    assert(steps < 100, `it went on for ${steps} steps`);
    assert(after >= before);
  }),
);

Deno.test(
  "patience counts on from a checkpoint",
  withDevice(async (device) => {
    const recipe = { ...SMALL, steps: 100, rate: 0.5 };
    const whole = await train(smallRun(device, { recipe, patience: 3 }));
    const { resume } = await stopRun(
      ({ step }) => step === whole.steps - 5,
      (hooks) => train(smallRun(device, { recipe, ...hooks })),
    );
    const rest = await train(smallRun(device, { resume, patience: 3 }));
    assertEquals(rest.steps, whole.steps);
  }),
);

Deno.test(
  "training starts from a network that is given, in that network's shape",
  withDevice(async (device) => {
    const architecture = { inputs: 6, outputs: 6, channels: 12, blocks: 2 };
    const network = initialiseNetwork(architecture, { seed: 5 });
    const result = await train(
      smallRun(device, { network, recipe: { ...SMALL, steps: 1, rate: 1e-9 } }),
    );
    assertEquals(result.network.architecture, architecture);
    const [from, to] = [flattenNetwork(network), flattenNetwork(result.network)];
    assert(to.every((value, at) => Math.abs(value - from[at]!) < 1e-6));
  }),
);

Deno.test(
  "what cannot be trained on is refused by name, before the device is used",
  async () => {
    const device = untouchableDevice();
    const refused = (options: Partial<TrainOptions>, ...parts: string[]) =>
      assertRunRefused(() => train(smallRun(device, options)), parts);
    await refused({ images: [] }, "at least one photo to learn from", "found 0");
    await refused({ validation: [] }, "one to judge by");
    await refused({ images: [tinyPhoto(1, 20)], recipe: SMALL }, "20×20", "at least 28 pixels");
    const spaced = { ...SMALL, spacings: [1, 2] };
    await refused({ images: [tinyPhoto(1, 54)], recipe: spaced }, "54×54", "at least 55 pixels");
    await refused({ recipe: { ...SMALL, rate: -1 } }, `"rate"`, "found -1");
    await refused({ recipe: { ...SMALL, steps: 1.5 } }, `"steps"`, "whole number", "found 1.5");
    for (const spacings of [[], [2, 2], [9], [1.5], 2 as unknown as number[]]) {
      await refused({ recipe: { ...SMALL, spacings } }, `"spacings"`, JSON.stringify(spacings));
    }
    const network = initialiseNetwork({ inputs: 3, outputs: 9, channels: 8, blocks: 1 }, {
      seed: 1,
    });
    await refused({ network, recipe: SMALL }, "3 inputs and 9 outputs", `"quincunx" needs 6 and 6`);
  },
);

function exampleCheckpoint(): Checkpoint {
  const recipe = { ...DEFAULT_RECIPE, ...SMALL };
  const network = initialiseNetwork({ inputs: 6, outputs: 6, channels: 8, blocks: 1 }, { seed: 1 });
  const parameters = flattenNetwork(network);
  const moments = new Float32Array(parameters.length * 2).fill(0.5);
  const clip = new Float32Array([1, 2, 3]);
  const state = { parameters, moments, averages: parameters, clip, step: 7, random: 9 };
  return { recipe, state, best: { parameters, score: 33.5 }, before: 31 };
}

Deno.test("a checkpoint holds everything that it was given", () => {
  const checkpoint = exampleCheckpoint();
  assertEquals(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
});

Deno.test("a file that is no checkpoint, or not a whole one, is refused", () => {
  const other = encodeSafetensors({ tensors: new Map(), metadata: new Map([["format", "other"]]) });
  assertThrows(() => decodeCheckpoint(other), TrainingError, `found "other"`);
  const whole = encodeCheckpoint(exampleCheckpoint());
  assertThrows(() => decodeCheckpoint(whole.subarray(0, whole.length - 1)), Error);
  const { recipe, ...rest } = exampleCheckpoint();
  const wrong = encodeCheckpoint({ ...rest, recipe: { ...recipe, channels: 16 } });
  assertThrows(() => decodeCheckpoint(wrong), TrainingError, `"parameters" must have`);
});

Deno.test("the learning rate rises, then follows a cosine to a hundredth of its peak", () => {
  const recipe = { ...DEFAULT_RECIPE, steps: 1100, warmup: 100, rate: 1 };
  assertEquals(learningRate(recipe, 0), 0.01);
  assertEquals(learningRate(recipe, 99), 1);
  assertEquals(learningRate(recipe, 100), 1);
  assert(Math.abs(learningRate(recipe, 600) - 0.505) < 1e-12);
  assert(Math.abs(learningRate(recipe, 1100) - 0.01) < 1e-12);
});

Deno.test("the loss is the absolute error first and the squared error at the end", () => {
  const recipe = { ...DEFAULT_RECIPE, steps: 100, squaredShare: 0.25 };
  const losses = (recipe: Recipe) => [0, 74, 75, 99].map((step) => lossAt(recipe, step));
  assertEquals(losses(recipe), ["absolute", "absolute", "squared", "squared"]);
  assertEquals(losses({ ...recipe, finish: "psnr" }).slice(2), ["psnr", "psnr"]);
});
