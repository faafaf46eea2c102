import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { GpuError } from "../gpu/device.ts";
import { AMPLE_LIMITS, STANDARD_LIMITS, workgroupLimits } from "../gpu/kernels/workgroup_limits.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.ts";
import { recordKernels, selectTrainingKernels } from "../train/kernel_selection.ts";
import { trainingCatalogue } from "../train/kernels/training_catalogue.ts";
import {
  type BatchConvolution,
  ROLES,
  type TrainingKernels,
} from "../train/kernels/training_kernel.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { trialNetwork } from "../train/role_problem.ts";
import { RoleTrial } from "../train/role_trial.ts";
import { train } from "../train/train.ts";
import { TrainingError } from "../train/training_error.ts";
import { openStandardDevice, openTestDevice, withDevice } from "./support/device.ts";
import { stopRun, tinyPhoto } from "./support/training.ts";

/** All channels that are shipped, patches of odd sides, of one tile and of several. */
const CASES = [
  { architecture: { inputs: 3, outputs: 9, channels: 16, blocks: 1 }, batch: 1, patch: 35 },
  { architecture: { inputs: 6, outputs: 6, channels: 32, blocks: 1 }, batch: 2, patch: 9 },
  { architecture: { inputs: 3, outputs: 3, channels: 64, blocks: 1 }, batch: 1, patch: 5 },
];

const SMALL = { architecture: CASES[0]!.architecture, batch: 2, patch: 6 };

const CATALOGUE = trainingCatalogue(AMPLE_LIMITS);

/** The kernels for software adapters. */
const FIRST: TrainingKernels = {
  forward: CATALOGUE.forward[0]!,
  backwardData: CATALOGUE.backwardData[0]!,
  backwardWeights: CATALOGUE.backwardWeights[0]!,
};

/** Remembers an order of convolutions for every device. */
function memoryOf(names: readonly string[]) {
  const weights = CATALOGUE.backwardWeights.map(({ name }) => name);
  const get = (key: string) => (key.includes("backwardWeights") ? weights : names).join(",");
  return { get, set: () => {} };
}

const FASTEST_FIRST = memoryOf(CATALOGUE.forward.map(({ name }) => name));

function namesOf(kernels: TrainingKernels): string[] {
  return ROLES.map((role) => kernels[role].name);
}

/** The first convolution there is, its shader changed. */
function alteredKernel(name: string, alter: (code: string) => string): BatchConvolution {
  const [kernel] = CATALOGUE.forward;
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
      for (const kernel of CATALOGUE[role]) {
        if (kernel === FIRST[role]) continue;
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
    const catalogue = { ...CATALOGUE, forward: [WRONG, ...CATALOGUE.forward] };
    const options = { ...SMALL, memory, catalogue };
    const found = await selectTrainingKernels({ ...device, software: true }, options);
    assertEquals(namesOf(found.kernels), namesOf(FIRST));
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
    const [, tiled] = CATALOGUE.forward;
    const [, blocks] = CATALOGUE.backwardWeights;
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
    assertEquals(memory.size, ROLES.length);
    for (const [index, role] of ROLES.entries()) {
      const timed = verdicts.filter((verdict) => verdict.role === role)
        .toSorted((a, b) => b.speed! - a.speed!)
        .map(({ kernel }) => kernel);
      assertEquals(timed.length, CATALOGUE[role].length);
      assertEquals([...memory.values()][index], timed.join(","));
      assertEquals(kernels[role].name, timed[0]);
    }
    const again = await selectTrainingKernels(device, { ...SMALL, memory });
    assertEquals([namesOf(again.kernels), again.verdicts], [namesOf(kernels), []]);
  }),
);

Deno.test(
  "a kernel that computes wrongly or does not compile gives way to the next",
  withDevice(async (device) => {
    const forward = [WRONG, BROKEN, ...CATALOGUE.forward];
    const { kernels, verdicts } = await selectTrainingKernels(device, {
      ...SMALL,
      catalogue: { ...CATALOGUE, forward },
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
    const catalogue = { ...CATALOGUE, forward: [WRONG] };
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
      backwardWeights: FIRST.backwardWeights.name,
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
      return namesOf(kernels);
    };
    const fastest = namesOf(FIRST);
    assertEquals(await chosen("another"), fastest);
    assertEquals(await chosen(device.description), ["tiled", fastest[1], "blocks"]);
  }),
);

/** Small patches that share a workgroup of the standard's smallest limits, and one that takes several. */
const STANDARD_CASES = [
  { architecture: CASES[0]!.architecture, batch: 1, patch: 46 },
  { architecture: CASES[1]!.architecture, batch: 4, patch: 16 },
  CASES[2]!,
];

Deno.test("on a device of the standard's smallest limits Winograd's convolution trains every width", async () => {
  const device = await openStandardDevice();
  assertEquals(workgroupLimits(device.gpu), STANDARD_LIMITS);
  for (const shape of STANDARD_CASES) {
    const options = { ...shape, memory: new Map<string, string>() };
    const { kernels, verdicts } = await selectTrainingKernels(device, options);
    assertEquals([namesOf(kernels), verdicts], [namesOf(FIRST), []]);
  }
  device.gpu.destroy();
});

Deno.test("no workgroup of any kernel takes more than it is granted", () => {
  for (const limits of [STANDARD_LIMITS, { threads: 512, bytes: 32768 }, AMPLE_LIMITS]) {
    const { forward, backwardWeights } = trainingCatalogue(limits);
    for (const quads of [1, 2, 4, 8, 16]) {
      for (const [batch, side] of [[1, 100], [2, 46], [8, 46], [32, 16], [32, 18]] as const) {
        const layer = { inputQuads: quads, outputQuads: quads };
        const shape = { ...layer, epilogue: "prelu", edges: "replicate", batch, side } as const;
        const plans = [
          ...forward.map(({ plan }) => plan(shape)),
          ...backwardWeights.map(({ plan }) => plan(layer, { batch, patch: side })),
        ];
        for (const { threads, bytes } of plans) {
          assert(
            threads <= limits.threads && bytes <= limits.bytes,
            JSON.stringify({ ...shape, threads, bytes }),
          );
        }
      }
    }
  }
});

Deno.test("a device of the standard's smallest limits trains, validation included", async () => {
  const device = await openStandardDevice();
  const images = [tinyPhoto(1, 128)];
  const recipe = { channels: 32, blocks: 1, batch: 8, patch: 16, warmup: 1, steps: 2 };
  const kernels = { memory: new Map<string, string>() };
  const { steps } = await train({ device, images, validation: images, recipe, kernels });
  assertEquals(steps, 2);
  device.gpu.destroy();
});

Deno.test("a batch with more layers than the device's textures is refused at once, with what fits", async () => {
  const device = await openStandardDevice();
  const images = [tinyPhoto(1, 64)];
  const stages = [{}, { batch: 24 }];
  const recipe = { channels: 64, blocks: 1, batch: 16, patch: 8, steps: 2, warmup: 1, stages };
  const error = await assertRejects(
    () => train({ device, images, validation: images, recipe }),
    TrainingError,
    "at most 16",
  );
  assertStringIncludes(error.message, "384");
  device.gpu.destroy();
});

Deno.test(
  "kernels for graphics processors train to the same bits every time, stopped in between or not",
  withDevice(async (device) => {
    const images = [tinyPhoto(1, 48)];
    const recipe = { channels: 8, blocks: 1, batch: 2, patch: 7, warmup: 1, steps: 4 };
    const run = (options: object) =>
      train({ device, images, validation: images, recipe, interval: 2, ...options });
    const kernels = { forced: ["tiled", "blocks"], memory: FASTEST_FIRST };
    const whole = await run({ kernels });
    const { resume } = await stopRun(
      ({ step }) => step === 2,
      (hooks) => run({ kernels, ...hooks }),
    );
    assertEquals(resume.kernels!.forward, "tiled");
    const resumed = await run({ resume, kernels: { memory: FASTEST_FIRST } });
    assertEquals(resumed, whole);
    assertEquals(await run({ kernels }), whole);
  }),
);

Deno.test(
  "a checkpoint's kernels are names, and may be missing",
  withDevice(async (device) => {
    const images = [tinyPhoto(1, 24)];
    const recipe = { channels: 4, blocks: 0, batch: 1, patch: 4, steps: 1 };
    const kernels = { memory: FASTEST_FIRST };
    const { resume: { kernels: recorded, ...earlier } } = await stopRun(
      () => false,
      (hooks) => train({ device, images, validation: images, recipe, kernels, ...hooks }),
    );
    assertEquals(recorded, recordKernels(device, FIRST));
    assertEquals(decodeCheckpoint(encodeCheckpoint(earlier)), earlier);
    const odd = { ...earlier, kernels: { ...recorded!, forward: 7 as unknown as string } };
    assertThrows(() => decodeCheckpoint(encodeCheckpoint(odd)), TrainingError, '"forward"');
  }),
);
