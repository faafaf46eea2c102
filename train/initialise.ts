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

/**
 * A network of one lattice step that starts from the blocks of another step's: what they see in a photo is much the
 * same, and training gets on faster than from random ones. Head and tail are as {@link initialiseNetwork} makes them.
 *
 * @throws {RangeError} if the shapes of the hidden layers differ.
 */
export function transplantBlocks(
  donor: Network,
  options: { architecture: Architecture; seed: number },
): Network {
  const { architecture, seed } = options;
  const { channels, blocks } = donor.architecture;
  if (channels !== architecture.channels || blocks !== architecture.blocks) {
    throw new RangeError(
      `Blocks can be taken over from a network of ${architecture.channels} channels and ` +
        `${architecture.blocks} blocks, found ${channels} and ${blocks}`,
    );
  }
  const fresh = initialiseNetwork(architecture, { seed });
  const last = fresh.layers.length - 1;
  const layers = fresh.layers.map((layer, index) =>
    index === 0 || index === last ? layer : donor.layers[index]!
  );
  return { architecture, layers };
}
