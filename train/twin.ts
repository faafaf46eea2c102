/**
 * A network's twin: what it does to an image that is turned over, and turned back.
 *
 * Twins are as good as each other and err elsewhere, so their mean is better than either; one network that holds both is
 * where a larger one can start (`grow.ts`).
 *
 * @module
 */

import type { Phase } from "../codec/lattice/steps.ts";
import { NETWORK_CELLS, type NetworkStep } from "../codec/lattice/within.ts";
import { describeLayers, type Layer, type Network } from "../gpu/network.ts";

/** Red, green and blue. */
const COLOURS = 3;

/**
 * The network that draws of an image, mirrored at the diagonal, what `network` draws of it, mirrored likewise. Where cells
 * are no squares (rows), left and right change places instead. Both map every phase of a cell to one of the same cell.
 */
export function twinNetwork(network: Network, step: NetworkStep): Network {
  const cell = NETWORK_CELLS[step];
  const isSquare = cell.width === cell.height;
  const phases = (list: readonly Phase[]) =>
    list.map(([x, y]) => {
      const [toX, toY] = isSquare ? [y, x] : [x, y];
      return list.findIndex(([otherX, otherY]) => otherX === toX && otherY === toY);
    });
  const same = (count: number) => Array.from({ length: count }, (_, index) => index);
  const layers = describeLayers(network.architecture).map(({ role }, index): Layer => {
    const layer = network.layers[index]!;
    const inputs = same(layer.inputs);
    // What a network is told besides lies behind the phases, and is the same everywhere.
    if (role === "head") {
      inputs.splice(0, COLOURS * cell.kept.length, ...channelsOf(phases(cell.kept)));
    }
    const outputs = role === "tail" ? channelsOf(phases(cell.missing)) : same(layer.outputs);
    return turnLayer(layer, { inputs, outputs, tap: isSquare ? transposed : mirrored });
  });
  return { architecture: network.architecture, layers };
}

const transposed = (row: number, column: number) => column * 3 + row;
const mirrored = (row: number, column: number) => row * 3 + 2 - column;

function channelsOf(phases: readonly number[]): number[] {
  return phases.flatMap((phase) =>
    Array.from({ length: COLOURS }, (_, colour) => phase * COLOURS + colour)
  );
}

/** Takes input and output channels, and taps, from where the twin finds them. */
function turnLayer(
  layer: Layer,
  from: {
    inputs: readonly number[];
    outputs: readonly number[];
    tap: (row: number, column: number) => number;
  },
): Layer {
  const weights = new Float32Array(layer.weights.length);
  const bias = new Float32Array(layer.outputs);
  for (let output = 0; output < layer.outputs; output++) {
    bias[output] = layer.bias[from.outputs[output]!]!;
    for (let input = 0; input < layer.inputs; input++) {
      const to = (output * layer.inputs + input) * 9;
      const at = (from.outputs[output]! * layer.inputs + from.inputs[input]!) * 9;
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 3; column++) {
          weights[to + row * 3 + column] = layer.weights[at + from.tap(row, column)]!;
        }
      }
    }
  }
  return { ...layer, weights, bias };
}
