/**
 * First layers that do not see the level of a colour.
 *
 * A network draws the difference from what lies between the kept pixels, which does not change when all of them grow
 * brighter alike. Weights that sum to zero over all samples of a colour take no notice of such a change, so nothing has
 * to be learnt against it.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import type { Architecture } from "../gpu/network.ts";
import { layoutParameters } from "./parameters.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import centreShader from "./shaders/centre_head.wgsl" with { type: "text" };

const COLOURS = 3;

/** Which weights are centred. */
export interface CentredHeadOptions {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** How many of its inputs are colours, phase after phase; what stands behind them has no level. */
  readonly coloured: number;
}

/** Takes the mean off the first layer's weights for every output and colour, in a flat vector of parameters. */
export function centreHead(
  parameters: Float32Array,
  { architecture, coloured }: CentredHeadOptions,
): void {
  const { weightsAt, inputs, outputs } = layoutParameters(architecture).layers[0]!;
  for (let output = 0; output < outputs; output++) {
    for (let colour = 0; colour < COLOURS; colour++) {
      const places: number[] = [];
      for (let input = colour; input < coloured; input += COLOURS) {
        for (let tap = 0; tap < 9; tap++) {
          places.push(weightsAt + (output * inputs + input) * 9 + tap);
        }
      }
      const mean = places.reduce((sum, at) => sum + parameters[at]!, 0) / places.length;
      for (const at of places) parameters[at]! -= mean;
    }
  }
}

/** The dispatches that do the same to each of some flat vectors on the device. */
export function centreHeadDispatches(
  options: CentredHeadOptions & {
    readonly vectors: readonly GPUBuffer[];
    readonly factory: DispatchFactory;
  },
): Dispatch[] {
  const { architecture, coloured, vectors, factory } = options;
  const { weightsAt, inputs, outputs } = layoutParameters(architecture).layers[0]!;
  const constants = {
    WEIGHTS_AT: weightsAt,
    INPUTS: inputs,
    COLOURED: coloured,
    OUTPUTS: outputs,
  };
  return vectors.map((vector) =>
    factory.make(centreShader, {
      constants,
      bindings: [vector],
      workgroups: [Math.ceil(outputs * COLOURS / 64)],
    })
  );
}
