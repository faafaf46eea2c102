import { assert, assertAlmostEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { openDevice, readBuffer } from "../gpu/device.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { AMPLE_LIMITS } from "../gpu/kernels/workgroup_limits.ts";
import { forward } from "../gpu/reference_restoration.ts";
import type { Architecture, Network } from "../gpu/network.ts";
import { buildGraph } from "../train/graph.ts";
import { batchConvolutions } from "../train/kernels/convolutions.ts";
import { WEIGHT_GRADIENTS } from "../train/kernels/weight_gradients.ts";
import { flattenNetwork, layoutParameters, unflattenNetwork } from "../train/parameters.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { Random } from "../train/random.ts";
import { downloadTexels, uploadTexels } from "../train/texels.ts";
import { referenceActivations, referenceGradients } from "../train/reference_gradients.ts";

/** A network with nothing special about any weight: no zeros, slopes positive. */
function randomNetwork(architecture: Architecture, random: Random): Network {
  const { layers, length } = layoutParameters(architecture);
  const flat = Float32Array.from({ length }, () => 0.3 * random.normal() / Math.sqrt(8));
  for (const { slopesAt, outputs } of layers) {
    if (slopesAt !== undefined) flat.fill(0.2, slopesAt, slopesAt + outputs);
  }
  return unflattenNetwork(architecture, flat);
}

function randomValues(length: number, random: Random): Float64Array {
  return Float64Array.from({ length }, () => Math.fround(random.normal()));
}

Deno.test("the reference gradient of every parameter agrees with finite differences", () => {
  const architecture = { inputs: 3, outputs: 2, channels: 4, blocks: 2 };
  const random = new Random(1);
  const network = randomNetwork(architecture, random);
  const shape = { width: 4, height: 3 };
  const x = randomValues(shape.width * shape.height * architecture.inputs, random);
  const outputGradient = randomValues(shape.width * shape.height * architecture.outputs, random);
  const gradients = referenceGradients(network, { x, shape, outputGradient });
  const objective = (flat: Float32Array) => {
    const y = forward(unflattenNetwork(architecture, flat), x, shape);
    return y.reduce((sum, value, at) => sum + value * outputGradient[at]!, 0);
  };
  const flat = flattenNetwork(network);
  // Short enough that few PReLUs change sides within it, long enough for weights that are float32.
  const step = 2 ** -12;
  let wrong = 0;
  flat.forEach((value, at) => {
    const moved = (by: number) => {
      const copy = flat.slice();
      copy[at] = value + by;
      return { at: copy[at]!, objective: objective(copy) };
    };
    const [above, below] = [moved(step), moved(-step)];
    const difference = (above.objective - below.objective) / (above.at - below.at);
    if (Math.abs(difference - gradients[at]!) > 1e-4 * (1 + Math.abs(difference))) wrong++;
  });
  // Where a PReLU does change sides, the difference is not the derivative.
  assert(wrong <= flat.length * 0.01, `${wrong} of ${flat.length} gradients are wrong`);
});

const CASES: { name: string; architecture: Architecture; batch: number; patch: number }[] = [
  {
    name: "quincunx",
    architecture: { inputs: 6, outputs: 6, channels: 8, blocks: 2 },
    batch: 2,
    patch: 6,
  },
  {
    name: "grid",
    architecture: { inputs: 3, outputs: 9, channels: 16, blocks: 1 },
    batch: 3,
    patch: 14,
  },
  {
    name: "rows",
    architecture: { inputs: 3, outputs: 3, channels: 32, blocks: 1 },
    batch: 1,
    patch: 9,
  },
  {
    name: "no blocks",
    architecture: { inputs: 6, outputs: 6, channels: 4, blocks: 0 },
    batch: 2,
    patch: 50,
  },
  {
    name: "several patches to a workgroup, and several workgroups",
    architecture: { inputs: 6, outputs: 6, channels: 8, blocks: 1 },
    batch: 12,
    patch: 20,
  },
  {
    name: "64 channels",
    architecture: { inputs: 6, outputs: 6, channels: 64, blocks: 1 },
    batch: 1,
    patch: 7,
  },
];

const TILED = batchConvolutions(AMPLE_LIMITS).find(({ name }) => name === "tiled")!;
const BLOCKS = WEIGHT_GRADIENTS.find(({ name }) => name === "blocks")!;
const FOR_GRAPHICS = { forward: TILED, backwardData: TILED, backwardWeights: BLOCKS };

const ALL_CASES = [
  ...CASES.map((shape) => ({ ...shape, kernels: undefined })),
  ...CASES.slice(0, 2).map((shape) => ({
    ...shape,
    name: `${shape.name}, kernels for graphics processors`,
    kernels: FOR_GRAPHICS,
  })),
];

for (const { name, architecture, batch, patch, kernels } of ALL_CASES) {
  Deno.test(`the device's output and gradients of every layer agree with the reference: ${name}`, async () => {
    const device = await openDevice();
    if (!device) throw new Error("These tests need an adapter; install mesa-vulkan-drivers");
    const { gpu } = device;
    const random = new Random(7);
    const network = randomNetwork(architecture, random);
    const flat = flattenNetwork(network);
    const parameters = gpu.createBuffer({
      size: flat.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    gpu.queue.writeBuffer(parameters, 0, flat as Float32Array<ArrayBuffer>);
    const graph = buildGraph(gpu, {
      architecture,
      batch,
      patch,
      parameters,
      factory: new DispatchFactory(gpu),
      kernels,
    });
    const shape = { width: patch, height: patch };
    const images = Array.from({ length: batch }, () => ({
      x: randomValues(patch * patch * architecture.inputs, random),
      outputGradient: randomValues(patch * patch * architecture.outputs, random),
    }));
    images.forEach(({ x, outputGradient }, image) => {
      const { inputs, outputs } = architecture;
      uploadTexels(gpu, { texture: graph.input, values: x, channels: inputs, image });
      const gradient = { texture: graph.outputGradient, values: outputGradient, border: 2 };
      uploadTexels(gpu, { ...gradient, channels: outputs, image });
    });
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, [
      ...graph.packForward(parameters),
      ...graph.packBackward,
      ...graph.forward,
      ...graph.backward,
    ]);
    gpu.queue.submit([encoder.finish()]);
    const found = new Float32Array((await readBuffer(gpu, { buffer: graph.gradients })).buffer);
    const outputs = await downloadTexels(gpu, { texture: graph.output, border: 0 });
    device.gpu.destroy();

    const expected = new Float64Array(flat.length);
    images.forEach(({ x, outputGradient }, image) => {
      const y = referenceActivations(network, { x, shape }).at(-1)!;
      y.forEach((value, at) => {
        const channels = architecture.outputs;
        const cell = Math.floor(at / channels);
        const place = { image, channels, x: cell % patch, y: Math.floor(cell / patch) };
        const found = outputs.at({ ...place, channel: at % channels });
        assertAlmostEquals(found, value, 1e-4 * (1 + Math.abs(value)));
      });
      referenceGradients(network, { x, shape, outputGradient }).forEach((value, at) =>
        expected[at]! += value
      );
    });
    for (const layer of layoutParameters(architecture).layers) {
      const parts = { weights: layer.weightsAt, bias: layer.biasAt, slopes: layer.slopesAt };
      for (const [part, from] of Object.entries(parts)) {
        if (from === undefined) continue;
        const count = part === "weights" ? layer.inputs * layer.outputs * 9 : layer.outputs;
        const scale = Math.max(...expected.subarray(from, from + count).map(Math.abs));
        assert(scale > 0, `${layer.name} has no gradient of its ${part} to compare`);
        for (let at = from; at < from + count; at++) {
          const error = Math.abs(found[at]! - expected[at]!);
          assert(
            error <= 1e-4 * scale,
            `${layer.name} ${part} ${at - from}: ${found[at]} for ${expected[at]}`,
          );
        }
      }
    }
  });
}
