/** Activations, cells and networks made in code, that benches and tests of the engine compute on. @module */

import { convolve, type PlaneShape } from "../../gpu/reference_convolution.ts";
import type { Cells } from "../../gpu/geometry.ts";
import { describeLayers, type Layer, type Network } from "../../gpu/network.ts";
import type { Plane } from "../../gpu/run_layer.ts";
import type { NetworkStep } from "../../codec/lattice/within.ts";

/** Numbers in [0, 1) that are the same for every seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return state / 2 ** 32;
  };
}

/** Cells with smooth colours, some noise, and patches of black and white that make sums overshoot. */
export function makeCells({ width, height, phases }: Omit<Cells, "data">): Cells {
  const next = numbers(width * 1000 + height);
  const data = new Uint8Array(phases * width * height * 4);
  let at = 0;
  for (let phase = 0; phase < phases; phase++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isExtreme = ((x >> 3) + (y >> 3)) % 4 === 0;
        for (let byte = 0; byte < 4; byte++) {
          const smooth = 128 + 70 * Math.sin(x / 9 + byte) + 50 * Math.cos(y / 7 - phase);
          const extreme = (x + y) % 2 === 0 ? 255 : 0;
          data[at++] = isExtreme
            ? extreme
            : Math.max(0, Math.min(255, smooth + 40 * (next() - 0.5)));
        }
      }
    }
  }
  return { width, height, phases, data };
}

/** A layer with random values, and a PReLU if `prelu`. */
export function makeLayer(
  { inputs, outputs }: { inputs: number; outputs: number },
  { prelu }: { prelu: boolean },
): Layer {
  const next = numbers(inputs * 100 + outputs);
  const values = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => (next() - 0.5) * scale);
  return {
    inputs,
    outputs,
    weights: values(outputs * inputs * 9, 2 / Math.sqrt(inputs * 9)),
    bias: values(outputs, 1),
    ...(prelu && { slopes: values(outputs, 1) }),
  };
}

/** A plane of random values in ±1/2. */
export function makePlane(shape: PlaneShape, channels: number): Plane {
  const { width, height } = shape;
  const next = numbers(width * 31 + height * 7 + channels);
  // Rounded to what the device stores, so that the reference starts from the same numbers.
  const data = Float64Array.from(
    { length: width * height * channels },
    () => Math.fround(next() - 0.5),
  );
  return { width, height, data };
}

/** What the reference makes of a layer, with `skip` added if there is one. */
export function expectedOf(
  layer: Layer,
  { source, skip }: { source: Plane; skip?: Plane | undefined },
): Float64Array {
  const sum = convolve(layer, source.data, source);
  return skip ? sum.map((value, index) => value + skip.data[index]!) : sum;
}

/** The largest difference between two lists; infinite if one has a value that is not a number. */
export function largestDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs(a[index]! - b[index]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** The size and the seed of a network made in code. */
export interface NetworkOptions {
  /** Hidden channels, a multiple of 4; default 8. */
  readonly channels?: number | undefined;
  /** Residual blocks; default 1. */
  readonly blocks?: number | undefined;
  /** Equal seeds give equal weights; default 1. */
  readonly seed?: number | undefined;
}

const CHANNELS = {
  quincunx: { inputs: 6, outputs: 6 },
  grid: { inputs: 3, outputs: 9 },
  rows: { inputs: 3, outputs: 3 },
  within: { inputs: 15, outputs: 12 },
} as const;

/** A network whose weights are random and whose output is as lively as a trained one's. */
export function randomNetwork(step: NetworkStep, options: NetworkOptions = {}): Network {
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

/** Park and Miller's minimal standard generator: uniform in (0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = (seed * 48271) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
