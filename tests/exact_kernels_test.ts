import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { ExactProcessor } from "../gpu/exact_processor.ts";
import { checkExactNetwork, largestSum, SUM_LIMIT } from "../gpu/exact_network.ts";
import { runExactNetwork } from "../gpu/exact_reference.ts";
import { ExactSession } from "../gpu/exact_session.ts";
import { exactTrial } from "../gpu/exact_trial.ts";
import { exactCatalogue } from "../gpu/kernels/conv_catalogue.ts";
import { AMPLE_LIMITS, STANDARD_LIMITS } from "../gpu/kernels/workgroup_limits.ts";
import { winogradKernel } from "../gpu/kernels/winograd_kernel.ts";
import { openStandardDevice, openTestDevice, withDevice } from "./support/device.ts";
import {
  extremeLayer,
  extremeNetwork,
  extremePlane,
  layerFaults,
  networkInputs,
  ROLES,
} from "./support/exact_layers.ts";
import { randomExactNetwork } from "./support/exact_networks.ts";
import { wrongKernel } from "./support/kernels.ts";

const EXTREME = { inputs: 7, outputs: 18, channels: 12, blocks: 1 };

const KERNELS = [
  ...exactCatalogue(AMPLE_LIMITS).map((kernel) => ({ kernel, limits: "", open: openTestDevice })),
  ...exactCatalogue(STANDARD_LIMITS).slice(0, 1).map((kernel) => ({
    kernel,
    limits: " shaped for default limits",
    open: openStandardDevice,
  })),
];

for (const { kernel, limits, open } of KERNELS) {
  Deno.test(`the kernel ${kernel.name}${limits} gives every integer of the reference, at the bounds and on odd planes`, async () => {
    const { gpu } = await open();
    assertEquals(await layerFaults({ gpu, kernel }).finally(() => gpu.destroy()), []);
  });
}

Deno.test("the layers of these tests reach the largest sums that there may be", () => {
  for (const [index, role] of ROLES.entries()) {
    const layer = extremeLayer(role, index + 1);
    const limits = new Array<number>(role.inputs).fill(1023);
    layer.shifts.forEach((shift, output) => {
      assertEquals(
        largestSum(layer, { output, limits }) + Math.ceil(2 ** shift / 2),
        SUM_LIMIT - 1,
      );
    });
    const shape = { width: 60, height: 60 };
    const input = extremePlane(layer, shape, 1);
    const { inputs, weights } = layer;
    const reached = new Set<number>();
    for (let y = 1; y < 59; y++) {
      for (let x = 1; x < 59; x++) {
        for (let output = 0; output < role.outputs; output++) {
          let sum = 0;
          for (let place = 0; place < inputs * 9; place++) {
            const [channel, tap] = [Math.floor(place / 9), place % 9];
            const cell = (y + Math.floor(tap / 3) - 1) * 60 + x + tap % 3 - 1;
            sum += weights[output * inputs * 9 + place]! * input[cell * inputs + channel]!;
          }
          const most = largestSum(layer, { output, limits }) - Math.abs(layer.bias[output]!);
          if (Math.abs(sum) === most) reached.add(output);
        }
      }
    }
    assertEquals(reached.size, role.outputs, role.role);
  }
});

Deno.test("the processor gives every integer of the reference at the bounds", async () => {
  const processor = (await ExactProcessor.open())!;
  const shape = { width: 37, height: 19 };
  for (let seed = 1; seed <= 24; seed++) {
    const network = extremeNetwork(EXTREME, seed);
    checkExactNetwork(network);
    const input = extremePlane(network.layers[0]!, shape, seed);
    const expected = runExactNetwork(network, { input, shape });
    assertEquals(await processor.run(network, { input, shape }), Int16Array.from(expected));
  }
});

Deno.test("a kernel that is wrong is told from those that give the reference's integers", async () => {
  const device = await openTestDevice();
  const { check } = exactTrial(device);
  try {
    for (const kernel of exactCatalogue(AMPLE_LIMITS)) assertEquals(await check(kernel), undefined);
    const failure = await check(wrongKernel);
    assertEquals(/^it gives -?\d+ where the reference gives -?\d+$/.test(failure ?? ""), true);
  } finally {
    device.gpu.destroy();
  }
});

Deno.test("Winograd's kernel, which is not exact, is not asked for exact layers", () => {
  const shape = { inputQuads: 8, outputQuads: 8 };
  const { fits } = winogradKernel(AMPLE_LIMITS);
  assertEquals(fits!({ ...shape, epilogue: "prelu" }), true);
  assertEquals(fits!({ ...shape, epilogue: "exact-prelu" }), false);
});

const open = (device: Awaited<ReturnType<typeof openTestDevice>>) =>
  new ExactSession(device, { kernels: exactCatalogue(AMPLE_LIMITS), checked: new Set() });

Deno.test(
  "networks on a device give the numbers of the reference, on odd planes and cut into tiles",
  withDevice(async (device) => {
    const session = open(device);
    const network = randomExactNetwork({ inputs: 7, outputs: 9, channels: 8, blocks: 2 }, 1);
    checkExactNetwork(network);
    for (
      const [width, height, tile] of [[1, 1, 99], [1, 40, 8], [33, 1, 8], [53, 41, 20]] as const
    ) {
      for (const extreme of [false, true]) {
        const shape = { width, height };
        const input = networkInputs(network, { shape, seed: width, extreme });
        const expected = runExactNetwork(network, { input, shape });
        assertEquals(await session.run(network, { input, shape, tile }), Int16Array.from(expected));
      }
    }
  }),
);

Deno.test(
  "networks of other shapes take turns on a device, and are the processor's, too",
  withDevice(async (device) => {
    const session = open(device);
    const processor = (await ExactProcessor.open())!;
    const shape = { width: 70, height: 45 };
    const networks = [
      randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 0 }, 1),
      extremeNetwork(EXTREME, 2),
      randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, 3),
    ];
    for (const network of [...networks, ...networks]) {
      const input = networkInputs(network, { shape, seed: 3 });
      const expected = await processor.run(network, { input, shape });
      assertEquals(await session.run(network, { input, shape }), expected);
    }
  }),
);
