import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GpuError } from "../gpu/device.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import { recordKernels, selectTrainingKernels } from "../train/kernel_selection.ts";
import { DEFAULT_KERNELS, TRAINING_KERNELS } from "../train/kernels/training_catalogue.ts";
import { type BatchConvolution, ROLES } from "../train/kernels/training_kernel.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { trialNetwork } from "../train/role_problem.ts";
import { RoleTrial } from "../train/role_trial.ts";
import { train } from "../train/train.ts";
import { TrainingError } from "../train/training_error.ts";
import { openTestDevice, withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";

/** All channels that are shipped, patches of odd sides, of one tile and of several. */
const CASES = [
  { architecture: { inputs: 3, outputs: 9, channels: 16, blocks: 1 }, batch: 1, patch: 35 },
  { architecture: { inputs: 6, outputs: 6, channels: 32, blocks: 1 }, batch: 2, patch: 9 },
  { architecture: { inputs: 3, outputs: 3, channels: 64, blocks: 1 }, batch: 1, patch: 5 },
];

const SMALL = { architecture: CASES[0]!.architecture, batch: 2, patch: 6 };

/** Remembers an order of kernels for every device. */
function memoryOf(names: readonly string[]) {
  const weights = TRAINING_KERNELS.backwardWeights.map(({ name }) => name);
  const order = { forward: names, backwardData: names, backwardWeights: weights };
  return { get: () => JSON.stringify(order), set: () => {} };
}

const FASTEST_FIRST = memoryOf(TRAINING_KERNELS.forward.map(({ name }) => name));

/** The first convolution there is, its shader changed. */
function alteredKernel(name: string, alter: (code: string) => string): BatchConvolution {
  const [kernel] = TRAINING_KERNELS.forward;
  const plan: BatchConvolution["plan"] = (shape) => {
    const right = kernel!.plan(shape);
    const code = alter(right.code);
    assert(code !== right.code, "the shader that is to be broken no longer has that text");
    return { ...right, code };
  };
  return { ...kernel!, name, plan };
}

const WRONG = alteredKernel("wrong", (code) => code.replaceAll("bias0 +", "bias0 + 0.01 +"));
const BROKEN = alteredKernel("broken", (code) => code + "fn main( {");

for (const { architecture, batch, patch } of CASES) {
  const { inputs, channels, outputs } = architecture;
  // Those for software adapters are held to the same by train_gradients_test.ts.
  Deno.test(`kernels for graphics processors compute ${inputs} to ${channels} to ${outputs} channels as the reference does`, async (test) => {
    const device = await openTestDevice();
    const network = trialNetwork(architecture);
    const factory = new DispatchFactory(device.gpu);
    const trial = new RoleTrial(device, { network, batch, patch, factory });
    for (const role of ROLES) {
      for (const kernel of TRAINING_KERNELS[role]) {
        if (kernel === DEFAULT_KERNELS[role]) continue;
        await test.step(`${role} ${kernel.name}`, async () => {
          for (const [index, { name }] of trial.layers.entries()) {
            assertEquals(await trial.check(index, { role, kernel }), undefined, name);
          }
        });
      }
    }
    device.gpu.destroy();
  });
}

Deno.test(
  "a software adapter trains with the catalogue's first kernels that are right, and times none",
  withDevice(async (device) => {
    const memory = new Map<string, string>();
    const catalogue = { ...TRAINING_KERNELS, forward: [WRONG, ...TRAINING_KERNELS.forward] };
    const options = { ...SMALL, memory, catalogue };
    const found = await selectTrainingKernels({ ...device, software: true }, options);
    assertEquals(found.kernels, DEFAULT_KERNELS);
    assertEquals(found.verdicts.map(({ kernel, speed }) => [kernel, speed]), [[
      "wrong",
      undefined,
    ]]);
    assertEquals([...memory], []);
  }),
);

Deno.test(
  "a graphics processor is asked for the speed of every kernel",
  withDevice(async (device) => {
    const [, tiled] = TRAINING_KERNELS.forward;
    const [, blocks] = TRAINING_KERNELS.backwardWeights;
    const catalogue = { forward: [tiled!], backwardData: [tiled!], backwardWeights: [blocks!] };
    const options = { ...SMALL, memory: new Map(), catalogue };
    const { verdicts } = await selectTrainingKernels({ ...device, software: false }, options);
    assertEquals(verdicts.map(({ role }) => role), ROLES);
    assert(verdicts.every(({ speed = 0 }) => speed > 0), "one was not timed");
  }),
);

Deno.test(
  "kernels that are timed are remembered, the fastest of each role first",
  withDevice(async (device) => {
    const memory = new Map<string, string>();
    const { kernels, verdicts } = await selectTrainingKernels(device, {
      ...SMALL,
      memory,
      every: true,
    });
    const [order] = [...memory.values()];
    for (const role of ROLES) {
      const timed = verdicts.filter((verdict) => verdict.role === role)
        .toSorted((a, b) => b.speed! - a.speed!)
        .map(({ kernel }) => kernel);
      assertEquals(timed.length, TRAINING_KERNELS[role].length);
      assertEquals(JSON.parse(order!)[role], timed);
      assertEquals(kernels[role].name, timed[0]);
    }
    const again = await selectTrainingKernels(device, { ...SMALL, memory });
    assertEquals(again, { kernels, verdicts: [] });
  }),
);

Deno.test(
  "a kernel that computes wrongly or does not compile gives way to the next",
  withDevice(async (device) => {
    const forward = [WRONG, BROKEN, ...TRAINING_KERNELS.forward];
    const { kernels, verdicts } = await selectTrainingKernels(device, {
      ...SMALL,
      catalogue: { ...TRAINING_KERNELS, forward },
      memory: memoryOf(["wrong", "broken", "tiled"]),
    });
    assertEquals(kernels.forward.name, "tiled");
    assertEquals(verdicts.map(({ role, kernel }) => [role, kernel]), [
      ["forward", "wrong"],
      ["forward", "broken"],
    ]);
    assertStringIncludes(verdicts[0]!.failure!, "off by");
  }),
);

Deno.test(
  "where no kernel of a role is right, training is refused with the reasons",
  withDevice(async (device) => {
    const catalogue = { ...TRAINING_KERNELS, forward: [WRONG] };
    const options = { ...SMALL, catalogue, memory: memoryOf(["wrong"]) };
    const error = await assertRejects(() => selectTrainingKernels(device, options), GpuError);
    assertEquals(error.kind, "unavailable");
    assertStringIncludes(error.message, '"wrong": its results are off by');
  }),
);

Deno.test(
  "forced kernels are taken whatever their speed, and unknown ones refused by name",
  withDevice(async (device) => {
    const options = { ...SMALL, memory: FASTEST_FIRST };
    const { kernels } = await selectTrainingKernels(device, { ...options, forced: ["tiled"] });
    assertEquals(recordKernels(device, kernels), {
      adapter: device.description,
      forward: "tiled",
      backwardData: "tiled",
      backwardWeights: DEFAULT_KERNELS.backwardWeights.name,
    });
    const unknown = { ...options, forced: ["turbo"] };
    await assertRejects(() => selectTrainingKernels(device, unknown), GpuError, '"turbo"');
  }),
);

Deno.test(
  "recorded kernels are kept to, but not on another adapter nor where they are no more",
  withDevice(async (device) => {
    const names = { forward: "tiled", backwardData: "gone", backwardWeights: "blocks" };
    const chosen = async (adapter: string) => {
      const options = { ...SMALL, memory: FASTEST_FIRST, recorded: { adapter, ...names } };
      const { kernels } = await selectTrainingKernels(device, options);
      return ROLES.map((role) => kernels[role].name);
    };
    const fastest = ROLES.map((role) => DEFAULT_KERNELS[role].name);
    assertEquals(await chosen("another"), fastest);
    assertEquals(await chosen(device.description), ["tiled", fastest[1], "blocks"]);
  }),
);

Deno.test("a device of the standard's smallest limits has a kernel for every role and width", async () => {
  const device = await openTestDevice();
  device.gpu.destroy();
  const adapter = await navigator.gpu.requestAdapter();
  const gpu = await adapter!.requestDevice();
  const { architecture } = CASES[2]!;
  const options = { architecture, batch: 1, patch: 5, memory: FASTEST_FIRST };
  const { kernels, verdicts } = await selectTrainingKernels({ ...device, gpu }, options);
  assertEquals(kernels.forward.name, "tiled");
  assertStringIncludes(verdicts[0]!.failure!, `the device has`);
  gpu.destroy();
});

Deno.test(
  "kernels for graphics processors train to the same bits every time, stopped in between or not",
  withDevice(async (device) => {
    const images = [{ ...renderScene({ width: 48, height: 48 }), metadata: { chunks: [] } }];
    const recipe = { channels: 8, blocks: 1, batch: 2, patch: 7, warmup: 1, steps: 4 };
    const kept: Uint8Array[] = [];
    const checkpoint = (bytes: Uint8Array) => void kept.push(bytes);
    const stop = new AbortController();
    const run = (options: object) =>
      train({ device, images, validation: images, recipe, interval: 2, ...options });
    const kernels = { forced: ["tiled", "blocks"], memory: FASTEST_FIRST };
    const whole = await run({ kernels });
    const onProgress = ({ step }: { step: number }) => step === 2 && stop.abort();
    await run({ kernels, checkpoint, onProgress, signal: stop.signal });
    const resume = decodeCheckpoint(kept.at(-1)!);
    assertEquals(resume.kernels!.forward, "tiled");
    const resumed = await run({ resume, kernels: { memory: FASTEST_FIRST } });
    assertEquals(resumed, whole);
    assertEquals(await run({ kernels }), whole);
  }),
);

Deno.test(
  "a checkpoint's kernels are names, and may be missing",
  withDevice(async (device) => {
    const images = [{ ...renderScene({ width: 24, height: 24 }), metadata: { chunks: [] } }];
    const kept: Uint8Array[] = [];
    const checkpoint = (bytes: Uint8Array) => void kept.push(bytes);
    const recipe = { channels: 4, blocks: 0, batch: 1, patch: 4, steps: 1 };
    const kernels = { memory: FASTEST_FIRST };
    await train({ device, images, validation: images, recipe, kernels, checkpoint });
    const { kernels: recorded, ...earlier } = decodeCheckpoint(kept.at(-1)!);
    assertEquals(recorded, recordKernels(device, DEFAULT_KERNELS));
    assertEquals(decodeCheckpoint(encodeCheckpoint(earlier)), earlier);
    const odd = { ...earlier, kernels: { ...recorded!, forward: 7 as unknown as string } };
    assertThrows(() => decodeCheckpoint(encodeCheckpoint(odd)), TrainingError, '"forward"');
  }),
);
