/** Networks made in code, so that no test depends on what happens to be trained. @module */

import type { StepName } from "../../codec/lattice/steps.ts";
import { describeLayers, type Layer, type Network } from "../../gpu/network.ts";
import type { NetworkInfo } from "../../weights/network_file.ts";

/** The size and the seed of a network made in code. */
export interface NetworkOptions {
  /** Hidden channels, a multiple of 4; default 8. */
  readonly channels?: number;
  /** Residual blocks; default 1. */
  readonly blocks?: number;
  /** Equal seeds give equal weights; default 1. */
  readonly seed?: number;
}

const CHANNELS = {
  quincunx: { inputs: 6, outputs: 6 },
  grid: { inputs: 3, outputs: 9 },
  rows: { inputs: 3, outputs: 3 },
} as const;

/** A network whose weights are random and whose output is as lively as a trained one's. */
export function randomNetwork(step: StepName, options: NetworkOptions = {}): Network {
  const { channels = 8, blocks = 1, seed = 1 } = options;
  const architecture = { ...CHANNELS[step], channels, blocks };
  const next = randomNumbers(seed);
  const values = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => (next() * 2 - 1) * scale);
  const layers = describeLayers(architecture).map(({ inputs, outputs, prelu }): Layer => ({
    inputs,
    outputs,
    weights: values(inputs * outputs * 9, Math.sqrt(1 / (inputs * 9))),
    bias: values(outputs, 0.05),
    ...(prelu && { slopes: values(outputs, 0.3) }),
  }));
  return { architecture, layers };
}

/** A network that adds nothing: the second convolutions and the tail are zero, so what is left is the interpolation. */
export function untrainedNetwork(step: StepName, options: NetworkOptions = {}): Network {
  const random = randomNetwork(step, options);
  const shapes = describeLayers(random.architecture);
  const layers = random.layers.map((layer, index): Layer => {
    const { role } = shapes[index]!;
    if (role !== "second" && role !== "tail") return layer;
    return {
      ...layer,
      weights: new Float32Array(layer.weights.length),
      bias: new Float32Array(layer.bias.length),
    };
  });
  return { ...random, layers };
}

/** What the file of a network made in code says. */
export function testInfo(step: StepName): NetworkInfo {
  return { step, tier: "test", base: "average" };
}

/** Park and Miller's minimal standard generator: uniform in (0, 1). */
function randomNumbers(seed: number): () => number {
  let state = (seed * 48271) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
