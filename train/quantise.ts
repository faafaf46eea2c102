/**
 * A trained coder network in whole numbers.
 *
 * Every channel of the hidden activations gets a power of two by which it is multiplied, so that what photos reach fits
 * the limit of activations. Weights then get as many bits as the proof of `exact_network.ts` allows their output, and
 * its shift undoes them.
 *
 * @module
 */

import {
  ACTIVATION_LIMIT,
  checkExactNetwork,
  type ExactLayer,
  type ExactNetwork,
  largestSum,
  MAX_SHIFT,
  SLOPE_SHIFT,
  SUM_LIMIT,
} from "../gpu/exact_network.ts";
import { describeLayers, type Layer, type Network } from "../gpu/network.ts";
import { convolve, type PlaneShape } from "../gpu/reference_convolution.ts";

/** Largest magnitude of a weight: whole numbers up to here are exact as 16-bit floats, too. */
const MOST_WEIGHT = 2047;

/** Most bits that an activation is multiplied by: beyond, channels that hardly move would be all rounding. */
const MOST_FRACTION = 12;

/** What part of the limit photos may reach: others reach further. */
const HEADROOM = 0.8;

/** What a network is given, and what its outputs are to be. */
export interface QuantiseOptions {
  /** Whole numbers that an input of 1 becomes, for each input. */
  readonly inputScales: readonly number[];
  /** Largest magnitude of each input, as a whole number. */
  readonly inputLimits: readonly number[];
  /** Whole numbers that an output of 1 becomes, for each output. */
  readonly outputScales: readonly number[];
  /** What is added to each output, in whole numbers. */
  readonly outputOffsets: readonly number[];
  /** Planes of photos as the float network is given them, `[height][width][inputs]`: how large activations get. */
  readonly samples: readonly { readonly input: Float64Array; readonly shape: PlaneShape }[];
}

/**
 * Rounds a network to whole numbers.
 *
 * @throws {RangeError} if a layer cannot be brought below the bound, as weights that are no numbers cannot.
 */
export function quantiseNetwork(network: Network, options: QuantiseOptions): ExactNetwork {
  const { architecture, layers } = network;
  const { trunk, inner } = measureActivations(network, options.samples);
  const trunkScales = trunk.map(activationScale);
  const innerScales = inner.map((block) => block.map(activationScale));
  const shapes = describeLayers(architecture);
  const exact = layers.map((layer, index): ExactLayer => {
    const { role } = shapes[index]!;
    const block = Math.floor((index - 1) / 2);
    const from = role === "head"
      ? options.inputScales
      : role === "second"
      ? innerScales[block]!
      : trunkScales;
    const to = role === "tail"
      ? options.outputScales
      : role === "first"
      ? innerScales[block]!
      : trunkScales;
    return quantiseLayer(layer, {
      from,
      to,
      limits: role === "head"
        ? options.inputLimits
        : new Array<number>(layer.inputs).fill(ACTIVATION_LIMIT),
      offsets: role === "tail" ? options.outputOffsets : undefined,
    });
  });
  const result = { architecture, inputLimits: options.inputLimits, layers: exact };
  checkExactNetwork(result);
  return result;
}

function activationScale(most: number): number {
  const fraction = Math.floor(Math.log2(ACTIVATION_LIMIT * HEADROOM / Math.max(most, 1e-9)));
  return 2 ** Math.min(MOST_FRACTION, fraction);
}

function quantiseLayer(layer: Layer, options: {
  from: readonly number[];
  to: readonly number[];
  limits: readonly number[];
  offsets: readonly number[] | undefined;
}): ExactLayer {
  const { inputs, outputs } = layer;
  const { from, to, limits, offsets } = options;
  const weights = new Int16Array(layer.weights.length);
  const bias = new Int32Array(outputs);
  const shifts = new Uint8Array(outputs);
  const slopes = layer.slopes &&
    Int16Array.from(layer.slopes, (slope) => Math.round(slope * 2 ** SLOPE_SHIFT));
  for (let output = 0; output < outputs; output++) {
    const row = Float64Array.from(
      { length: inputs * 9 },
      (_, index) =>
        layer.weights[output * inputs * 9 + index]! * to[output]! / from[Math.floor(index / 9)]!,
    );
    const offset = layer.bias[output]! * to[output]! + (offsets?.[output] ?? 0);
    const largest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    let shift = MAX_SHIFT;
    for (; shift >= 0; shift--) {
      if (largest * 2 ** shift > MOST_WEIGHT || Math.abs(offset) * 2 ** shift >= SUM_LIMIT) {
        continue;
      }
      weights.set(row.map((weight) => Math.round(weight * 2 ** shift)), output * inputs * 9);
      bias[output] = Math.round(offset * 2 ** shift);
      const sum = largestSum({ inputs, weights, bias }, { output, limits });
      const sloped = sum / 2 ** shift * Math.abs(slopes?.[output] ?? 0);
      if (sum + 2 ** shift / 2 < SUM_LIMIT && sloped + 64 < SUM_LIMIT) break;
    }
    if (shift < 0) {
      throw new RangeError(
        `The weights of output ${output} are too large for whole numbers: up to ${largest}`,
      );
    }
    shifts[output] = shift;
  }
  return { inputs, outputs, weights, bias, shifts, ...(slopes && { slopes }) };
}

/** Largest magnitudes over all samples: of every channel of the trunk, and of each block's inner activations. */
function measureActivations(
  { architecture, layers }: Network,
  samples: QuantiseOptions["samples"],
): { trunk: number[]; inner: number[][] } {
  const { channels, blocks } = architecture;
  const trunk = new Array<number>(channels).fill(0);
  const inner = Array.from({ length: blocks }, () => new Array<number>(channels).fill(0));
  const note = (most: number[], values: Float64Array) => {
    values.forEach((value, index) => {
      const channel = index % channels;
      most[channel] = Math.max(most[channel]!, Math.abs(value));
    });
  };
  for (const { input, shape } of samples) {
    let activations = convolve(layers[0]!, input, shape);
    note(trunk, activations);
    for (let block = 0; block < blocks; block++) {
      const within = convolve(layers[1 + 2 * block]!, activations, shape);
      note(inner[block]!, within);
      const sum = convolve(layers[2 + 2 * block]!, within, shape);
      activations = activations.map((value, index) => value + sum[index]!);
      note(trunk, activations);
    }
  }
  return { trunk, inner };
}
