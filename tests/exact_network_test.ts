import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  ACTIVATION_LIMIT,
  checkExactNetwork,
  type ExactLayer,
  type ExactNetwork,
  largestSum,
  SUM_LIMIT,
} from "../gpu/exact_network.ts";
import { convolveExactly, runExactNetwork } from "../gpu/exact_reference.ts";
import { type Architecture, describeLayers, type Network } from "../gpu/network.ts";
import { convolve } from "../gpu/reference_convolution.ts";
import { quantiseNetwork } from "../train/quantise.ts";
import { Random } from "../train/random.ts";

const ARCHITECTURE: Architecture = { inputs: 4, outputs: 9, channels: 8, blocks: 2 };
const SHAPE = { width: 7, height: 5 };

function floatNetwork(seed: number): Network {
  const random = new Random(seed);
  const layers = describeLayers(ARCHITECTURE).map(({ inputs, outputs, prelu, role }) => ({
    inputs,
    outputs,
    weights: Float32Array.from(
      { length: inputs * outputs * 9 },
      () => random.normal() * (role === "second" ? 0.05 : 0.3) / Math.sqrt(inputs),
    ),
    bias: Float32Array.from({ length: outputs }, () => random.normal() * 0.1),
    ...(prelu && { slopes: Float32Array.from({ length: outputs }, () => random.next() * 0.4) }),
  }));
  return { architecture: ARCHITECTURE, layers };
}

function exactNetwork(seed: number): { network: Network; exact: ExactNetwork } {
  const network = floatNetwork(seed);
  const random = new Random(seed + 100);
  const samples = [0, 1].map(() => ({
    shape: SHAPE,
    input: Float64Array.from({ length: 7 * 5 * 4 }, () => random.next() * 8 - 4),
  }));
  const exact = quantiseNetwork(network, {
    inputScales: [32, 32, 32, 64],
    inputLimits: [128, 128, 128, 84],
    outputScales: new Array<number>(9).fill(128),
    outputOffsets: new Array<number>(9).fill(3),
    samples,
  });
  return { network, exact };
}

Deno.test("a network in whole numbers draws what its floats draw, within the rounding", () => {
  const { network, exact } = exactNetwork(1);
  const random = new Random(7);
  const input = Int32Array.from(
    { length: 7 * 5 * 4 },
    (_, at) => at % 4 === 3 ? 0 : random.below(256) - 128,
  );
  let floats: Float64Array = Float64Array.from(
    input,
    (value, at) => value / (at % 4 === 3 ? 64 : 32),
  );
  const [head, tail] = [network.layers[0]!, network.layers.at(-1)!];
  floats = convolve(head, floats, SHAPE);
  for (let block = 0; block < ARCHITECTURE.blocks; block++) {
    const inner = convolve(network.layers[1 + 2 * block]!, floats, SHAPE);
    const added = convolve(network.layers[2 + 2 * block]!, inner, SHAPE);
    floats = floats.map((value, at) => value + added[at]!);
  }
  floats = convolve(tail, floats, SHAPE);
  const outputs = runExactNetwork(exact, { input, shape: SHAPE });
  outputs.forEach((output, at) => {
    const wanted = floats[at]! * 128 + 3;
    ok(Math.abs(output - wanted) < 3, `${output} for ${wanted}`);
  });
});

Deno.test("every layer's values stay within the limits, whatever the inputs", () => {
  const { exact } = exactNetwork(2);
  for (const sign of [-1, 1]) {
    const input = Int32Array.from(
      { length: 7 * 5 * 4 },
      (_, at) => sign * (at % 3 === 0 ? 128 : -84),
    );
    runExactNetwork(exact, {
      input,
      shape: SHAPE,
      onLayer(values, index) {
        if (index < exact.layers.length - 1) {
          ok(values.every((value) => Math.abs(value) <= ACTIVATION_LIMIT));
        }
      },
    });
  }
});

Deno.test("a layer rounds halves up, applies slopes to negative values, adds the skip and bounds", () => {
  const weights = new Int16Array(4 * 9);
  [1, 1, -1, 1023].forEach((weight, output) => weights[output * 9 + 4] = weight);
  const layer: ExactLayer = {
    inputs: 1,
    outputs: 4,
    weights,
    bias: Int32Array.of(0, 1, 0, 0),
    shifts: Uint8Array.of(1, 1, 0, 0),
    slopes: Int16Array.of(32, 32, 32, 32),
  };
  const run = (value: number, skip?: number) => [...convolveExactly(layer, {
    input: Int32Array.of(value),
    shape: { width: 1, height: 1 },
    skip: skip === undefined ? undefined : Int32Array.of(skip, skip, skip, skip),
    isTail: false,
  })];
  deepEqual(run(3), [2, 2, -1, 1023]);
  deepEqual(run(-3), [0, 0, 3, -767]);
  deepEqual(run(-30, 1000), [996, 997, 1023, -1023]);
});

Deno.test("a layer whose sums could pass 2^24 is refused by name, one that cannot is not", () => {
  const { exact } = exactNetwork(3);
  checkExactNetwork(exact);
  const limits = new Array<number>(8).fill(ACTIVATION_LIMIT);
  const tail = exact.layers.at(-1)!;
  const room = SUM_LIMIT - 1 - 2 ** tail.shifts[4]! / 2 - largestSum(tail, { output: 4, limits });
  const bias = tail.bias.slice();
  bias[4]! += Math.sign(bias[4]!) * room;
  const withTail = (layer: ExactLayer) => ({
    ...exact,
    layers: [...exact.layers.slice(0, -1), layer],
  });
  checkExactNetwork(withTail({ ...tail, bias }));
  const over = bias.slice();
  over[4]! += Math.sign(bias[4]!);
  throws(
    () => checkExactNetwork(withTail({ ...tail, bias: over })),
    /Output 4 of layer "tail" can reach/,
  );
  throws(
    () => checkExactNetwork(withTail({ ...tail, bias: bias.slice(1) })),
    /must have 9 biases, found 8/,
  );
});

Deno.test("weights take all the bits that the proof leaves them", () => {
  const { exact } = exactNetwork(4);
  for (const layer of exact.layers.slice(1)) {
    const limits = new Array<number>(8).fill(ACTIVATION_LIMIT);
    for (let output = 0; output < layer.outputs; output++) {
      const row = layer.weights.subarray(output * 72, output * 72 + 72);
      const largest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
      const sum = largestSum(layer, { output, limits });
      ok(largest > 1023 || sum > SUM_LIMIT / 4, `weights up to ${largest}, sums up to ${sum}`);
    }
  }
  equal(exact.layers.length, 6);
});
