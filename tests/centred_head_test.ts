import { assert, assertAlmostEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { readBuffer, withErrorScopes } from "../gpu/device.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { centreHead, centreHeadDispatches } from "../train/centred_head.ts";
import { layoutParameters } from "../train/parameters.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { Random } from "../train/random.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import { train } from "../train/train.ts";
import { openTestDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import type { Layer } from "../gpu/network.ts";

/** Sums of the weights of every output and colour. */
function sumsOf(
  { weights, inputs, outputs }: Pick<Layer, "weights" | "inputs" | "outputs">,
  coloured = inputs,
) {
  return Array.from({ length: outputs * 3 }, (_, index) => {
    let sum = 0;
    // What stands behind the colours has no level.
    for (let input = index % 3; input < coloured; input += 3) {
      const at = (Math.floor(index / 3) * inputs + input) * 9;
      for (let tap = 0; tap < 9; tap++) sum += weights[at + tap]!;
    }
    return sum;
  });
}

for (const [inputs, coloured] of [[3, 3], [4, 3], [6, 6], [7, 6], [15, 12]] as const) {
  Deno.test(`a head of ${inputs} inputs is centred on the device as in TypeScript, and nothing else is`, async () => {
    const { gpu } = await openTestDevice();
    const architecture = { inputs, outputs: 6, channels: 24, blocks: 1 };
    const { length, layers: [head] } = layoutParameters(architecture);
    const random = new Random(inputs);
    const values = Float32Array.from({ length }, () => random.normal());
    const buffer = gpu.createBuffer({
      size: length * 4,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    gpu.queue.writeBuffer(buffer, 0, values);
    await withErrorScopes({ gpu, what: "Centring a head" }, () => {
      const encoder = gpu.createCommandEncoder();
      const factory = new DispatchFactory(gpu);
      const vectors = [buffer];
      encodeDispatches(
        encoder,
        centreHeadDispatches({ architecture, coloured, vectors, factory }),
      );
      gpu.queue.submit([encoder.finish()]);
    });
    const found = new Float32Array((await readBuffer(gpu, { buffer })).buffer);
    gpu.destroy();
    const expected = values.slice();
    centreHead(expected, { architecture, coloured });
    found.forEach((value, at) => assertAlmostEquals(value, expected[at]!, 1e-5));
    const end = head!.weightsAt + head!.inputs * head!.outputs * 9;
    assert(values.slice(end).every((value, at) => found[end + at] === value));
    const weights = found.slice(head!.weightsAt, end);
    const levelless = (at: number) => Math.floor(at / 9) % inputs >= coloured;
    const from = values.slice(head!.weightsAt, end);
    assert(weights.every((value, at) => !levelless(at) || value === from[at]));
    assert(sumsOf({ ...head!, weights }, coloured).every((sum) => Math.abs(sum) < 1e-4));
    assert(sumsOf({ ...head!, weights: values }, coloured).some((sum) => Math.abs(sum) > 1));
  });
}

Deno.test("a recipe with a centred head ends with one, with Adam and with Muon", async () => {
  const device = await openTestDevice();
  const image = { ...renderScene({ width: 96, height: 80 }), metadata: NO_METADATA };
  for (const optimiser of ["adam", "muon"] as const) {
    const { network } = await train({
      device,
      images: [image],
      validation: [image],
      recipe: {
        ...DEFAULT_RECIPE,
        optimiser,
        centredHead: true,
        channels: 8,
        blocks: 1,
        batch: 2,
        patch: 16,
        steps: 6,
        warmup: 1,
        rate: 1e-2,
      },
    });
    const [head] = network.layers;
    assert(sumsOf(head!).every((sum) => Math.abs(sum) < 1e-4), optimiser);
    assert(head!.weights.some((weight) => Math.abs(weight) > 1e-2));
  }
  device.gpu.destroy();
});
