/**
 * The network before training.
 *
 * @module
 */

import { type Architecture, checkArchitecture, type Network } from "../gpu/network.ts";
import { layoutParameters, unflattenNetwork } from "./parameters.ts";
import { Random } from "./random.ts";

/** The PReLU's slope before training, as in He et al. 2015. */
const INITIAL_SLOPE = 0.25;

/** Factor on the second convolution of a block, so that every block starts near the identity. */
const RESIDUAL_SCALE = 0.1;

/**
 * A network with random weights (He et al. 2015, for PReLU) whose tail is zero: its output is zero, so what it
 * restores is the fixed interpolation until training moves it.
 */
export function initialiseNetwork(architecture: Architecture, options: { seed: number }): Network {
  checkArchitecture(architecture);
  const { layers, length } = layoutParameters(architecture);
  const flat = new Float32Array(length);
  const random = new Random(options.seed);
  for (const { role, inputs, outputs, weightsAt, slopesAt } of layers) {
    const deviation = Math.sqrt(2 / ((1 + INITIAL_SLOPE ** 2) * inputs * 9));
    const scale = { head: 1, first: 1, second: RESIDUAL_SCALE, tail: 0 }[role];
    for (let index = 0; index < inputs * outputs * 9; index++) {
      flat[weightsAt + index] = scale * deviation * random.normal();
    }
    if (slopesAt !== undefined) flat.fill(INITIAL_SLOPE, slopesAt, slopesAt + outputs);
  }
  return unflattenNetwork(architecture, flat);
}
