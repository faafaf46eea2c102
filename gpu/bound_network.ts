/**
 * The layers of a network on a device, bound to planes of activations and ready to run over regions of any size.
 *
 * @module
 */

import type { Activations } from "./activations.ts";
import type { BoundLayer, Convolution, PreparedLayer } from "./convolution.ts";
import { type Architecture, describeLayers } from "./network.ts";
import type { TileDispatch } from "./pieces.ts";
import type { CellExtent } from "./tile_plan.ts";

/** The layers of a network on a device. */
export interface PreparedNetwork {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** Its layers, in the order in which they run. */
  readonly layers: readonly PreparedLayer[];
  /** The kernel's convolution, which prepared the layers and binds them to activations. */
  readonly convolution: Convolution;
}

/** Chains a network's layers over three planes of hidden activations: a block reads `h` twice and writes `next`. */
export function bindLayers(
  { architecture, layers, convolution }: PreparedNetwork,
  { input, output, hidden, extent }: {
    input: Activations;
    output: Activations;
    hidden: Activations[];
    extent: GPUBuffer;
  },
): BoundLayer[] {
  let [h, inner, next] = hidden as [Activations, Activations, Activations];
  return describeLayers(architecture).map(({ role }, index) => {
    const planes = {
      head: { source: input, target: h },
      first: { source: h, target: inner },
      second: { source: inner, target: next, skip: h },
      tail: { source: h, target: output },
    }[role];
    if (role === "second") [h, next] = [next, h];
    return convolution.bind(layers[index]!, { extent, ...planes });
  });
}

/** Every layer over a region, in order. */
export function layerDispatches(
  { layers, convolution }: PreparedNetwork,
  { bound, plane }: { bound: readonly BoundLayer[]; plane: CellExtent },
): TileDispatch[] {
  const cells = plane.width * plane.height;
  return bound.map((layer, index) => {
    const { inputQuads, outputQuads } = layers[index]!.shape;
    const multiplyAdds = inputQuads * outputQuads * 16 * 9 * cells;
    return { dispatch: convolution.dispatch(layer, plane), multiplyAdds };
  });
}
