/**
 * Networks that improve lossy files within their bins, for the step of a file.
 *
 * They see colours in steps, and draw in steps: what a wide bin loses of strong contrasts is like what a narrow one loses of
 * weak ones. As an engine shows networks grey levels, the first and the last layer are scaled to suit.
 *
 * @module
 */

import { describeLayers, type Layer, type Network } from "../../gpu/network.ts";
import { NETWORK_CELLS } from "../lattice/within.ts";
import { stepOfLogarithm } from "./within_cells.ts";

/** Largest sample, which an engine shows as 1. */
const WHITE = 255;

/** Inputs that are colours; what stands behind them tells the step, and is as it is. */
const COLOURED = 3 * NETWORK_CELLS.within.kept.length;

/**
 * The network for files of a step.
 *
 * @param logarithm of the step, as `octaveSteps` has it
 */
export function networkAtStep(network: Network, logarithm: number): Network {
  const unit = stepOfLogarithm(logarithm) / WHITE;
  const roles = describeLayers(network.architecture).map(({ role }) => role);
  const layers = network.layers.map((layer, index): Layer => {
    if (roles[index] === "head") {
      const isColour = (at: number) => Math.floor(at / 9) % layer.inputs < COLOURED;
      return {
        ...layer,
        weights: layer.weights.map((weight, at) => isColour(at) ? weight / unit : weight),
      };
    }
    if (roles[index] !== "tail") return layer;
    const scaled = (values: Float32Array) => values.map((value) => value * unit);
    return { ...layer, weights: scaled(layer.weights), bias: scaled(layer.bias) };
  });
  return { ...network, layers };
}
