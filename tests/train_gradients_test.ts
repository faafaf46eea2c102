import { assert, assertAlmostEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { gradientsOn } from "../bench/training/verify.ts";
import { AMPLE_LIMITS } from "../gpu/kernels/workgroup_limits.ts";
import { forward } from "../gpu/reference_restoration.ts";
import type { Architecture, Network } from "../gpu/network.ts";
import { batchConvolutions } from "../train/kernels/convolutions.ts";
import { WEIGHT_GRADIENTS } from "../train/kernels/weight_gradients.ts";
import { flattenNetwork, layoutParameters, unflattenNetwork } from "../train/parameters.ts";
import { Random } from "../train/random.ts";
import { referenceActivations, referenceGradients } from "../train/reference_gradients.ts";
import { withDevice } from "./support/device.ts";

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

/** What each case is for, and its inputs, outputs, channels, blocks, patches and cells a side. */
const SHAPES = [
  ["quincunx", 6, 6, 8, 2, 2, 6],
  ["grid", 3, 9, 16, 1, 3, 14],
  ["rows", 3, 3, 32, 1, 1, 9],
  ["no blocks", 6, 6, 4, 0, 2, 50],
  ["several patches to a workgroup, and several workgroups", 6, 6, 8, 1, 12, 20],
  ["64 channels", 6, 6, 64, 1, 1, 7],
] as const;

const CASES = SHAPES.map(([name, inputs, outputs, channels, blocks, batch, patch]) => ({
  ...{ name, architecture: { inputs, outputs, channels, blocks }, batch, patch },
}));

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
  const test = `the device's output and gradients of every layer agree with the reference: ${name}`;
  const body = withDevice(async ({ gpu }) => {
    const random = new Random(7);
    const network = randomNetwork(architecture, random);
    const flat = Float32Array.from(flattenNetwork(network));
    const shape = { width: patch, height: patch };
    const images = Array.from({ length: batch }, () => ({
      x: randomValues(patch * patch * architecture.inputs, random),
      outputGradient: randomValues(patch * patch * architecture.outputs, random),
    }));
    const device = await gradientsOn(gpu, { network, flat, patch, images, kernels });

    const expected = new Float64Array(flat.length);
    images.forEach(({ x, outputGradient }, image) => {
      const y = referenceActivations(network, { x, shape }).at(-1)!;
      y.forEach((value, at) => {
        const channels = architecture.outputs;
        const cell = Math.floor(at / channels);
        const place = { image, channels, x: cell % patch, y: Math.floor(cell / patch) };
        const found = device.output.at({ ...place, channel: at % channels });
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
          const error = Math.abs(device.gradients[at]! - expected[at]!);
          assert(
            error <= 1e-4 * scale,
            `${layer.name} ${part} ${at - from}: ${device.gradients[at]} for ${expected[at]}`,
          );
        }
      }
    }
  });
  Deno.test(test, body);
}
