/**
 * Half of what a network adds, for a step whose input is mostly drawn.
 *
 * Networks learn from kept pixels. What another network drew is smoother than those and has errors, and errors in its input make
 * the best prediction of a regression a smaller one (regression dilution; Fuller, 1987, "Measurement Error Models").
 *
 * @module
 */

import type { Layer, Network } from "../gpu/network.ts";

/** Share of a network's output that is taken. */
const SHARE = 0.5;

/** Engines keep a network's weights on the device by its identity, so the same network gives the same one again. */
const attenuated = new WeakMap<Network, Network>();

/** The network that adds half of what `network` adds to the fixed interpolation. */
export function attenuate(network: Network): Network {
  let found = attenuated.get(network);
  if (!found) {
    const { architecture, layers } = network;
    const tail = layers.at(-1);
    found = { architecture, layers: layers.map((layer) => layer === tail ? scale(layer) : layer) };
    attenuated.set(network, found);
  }
  return found;
}

function scale(layer: Layer): Layer {
  const times = (values: Float32Array) => values.map((value) => SHARE * value);
  return { ...layer, weights: times(layer.weights), bias: times(layer.bias) };
}
