/**
 * The learnt values of a network as one flat vector, which is how the optimiser sees them.
 *
 * Layers follow each other in the order in which they run; within a layer: weights `[outputs][inputs][3][3]`, bias
 * `[outputs]`, slopes `[outputs]` where a PReLU follows.
 *
 * @module
 */

import {
  type Architecture,
  checkNetwork,
  describeLayers,
  type Layer,
  type LayerRole,
  type Network,
} from "../gpu/network.ts";
import type { Matrices } from "./muon.ts";

/**
 * Least value of a PReLU's slope while training.
 *
 * A positive slope keeps the sign, so the backward pass needs the activation alone and not what went into it.
 */
const MIN_SLOPE = 1 / 64;

/** Where a layer's values lie in the flat vector. Offsets count values. */
export interface LayerParameters {
  /** Canonical name, as in weight files. */
  readonly name: string;
  /** What the layer does besides convolving. */
  readonly role: LayerRole;
  /** Input channels. */
  readonly inputs: number;
  /** Output channels. */
  readonly outputs: number;
  /** Input channels divided by four, rounded up. */
  readonly inputQuads: number;
  /** Output channels divided by four, rounded up. */
  readonly outputQuads: number;
  /** Offset of the weights. */
  readonly weightsAt: number;
  /** Offset of the bias. */
  readonly biasAt: number;
  /** Offset of the slopes; `undefined` where the layer has no PReLU. */
  readonly slopesAt: number | undefined;
}

/** The layers of an architecture in the flat vector, and its length. */
export function layoutParameters(
  architecture: Architecture,
): { layers: LayerParameters[]; length: number } {
  let length = 0;
  const take = (count: number) => {
    const at = length;
    length += count;
    return at;
  };
  const layers = describeLayers(architecture).map(({ name, role, inputs, outputs, prelu }) => ({
    name,
    role,
    inputs,
    outputs,
    inputQuads: Math.ceil(inputs / 4),
    outputQuads: Math.ceil(outputs / 4),
    weightsAt: take(inputs * outputs * 9),
    biasAt: take(outputs),
    slopesAt: prelu ? take(outputs) : undefined,
  }));
  return { layers, length };
}

/**
 * Copies a network's values into a flat vector.
 *
 * Slopes below {@link MIN_SLOPE} are raised to it.
 *
 * @throws {RangeError} if the network does not fit its architecture.
 */
export function flattenNetwork(network: Network): Float32Array {
  checkNetwork(network);
  const { layers, length } = layoutParameters(network.architecture);
  const flat = new Float32Array(length);
  layers.forEach(({ weightsAt, biasAt, slopesAt }, index) => {
    const layer = network.layers[index]!;
    flat.set(layer.weights, weightsAt);
    flat.set(layer.bias, biasAt);
    if (slopesAt !== undefined) {
      flat.set(layer.slopes!.map((slope) => Math.max(slope, MIN_SLOPE)), slopesAt);
    }
  });
  return flat;
}

/** The network that a flat vector stands for; the reverse of {@link flattenNetwork}. */
export function unflattenNetwork(architecture: Architecture, flat: Float32Array): Network {
  const layout = layoutParameters(architecture);
  if (flat.length !== layout.length) {
    throw new RangeError(
      `The network has ${layout.length} values, but ${flat.length} were given`,
    );
  }
  const layers = layout.layers.map(
    ({ inputs, outputs, weightsAt, biasAt, slopesAt }): Layer => ({
      inputs,
      outputs,
      weights: flat.slice(weightsAt, weightsAt + inputs * outputs * 9),
      bias: flat.slice(biasAt, biasAt + outputs),
      ...(slopesAt === undefined ? {} : { slopes: flat.slice(slopesAt, slopesAt + outputs) }),
    }),
  );
  return { architecture, layers };
}

/** Least allowed value of every learnt value: {@link MIN_SLOPE} for slopes, nothing for the others. */
export function lowerBounds(architecture: Architecture): Float32Array {
  const { layers, length } = layoutParameters(architecture);
  const bounds = new Float32Array(length).fill(-3e38);
  for (const { slopesAt, outputs } of layers) {
    if (slopesAt !== undefined) bounds.fill(MIN_SLOPE, slopesAt, slopesAt + outputs);
  }
  return bounds;
}

/** The weights of the hidden layers in the flat vector, as matrices of outputs × (inputs · 9); none without blocks. */
export function hiddenMatrices(architecture: Architecture): Matrices | undefined {
  const { channels } = architecture;
  const starts = layoutParameters(architecture).layers
    .filter(({ role }) => role === "first" || role === "second")
    .map(({ weightsAt }) => weightsAt);
  return starts.length === 0 ? undefined : { starts, rows: channels, columns: channels * 9 };
}
