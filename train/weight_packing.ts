/**
 * Weights in the order in which the training kernels read them, in a buffer for each layer and direction.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import { filterFunction, FOUR, TWO } from "../gpu/kernels/winograd_transforms.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import type { TrainingKernels } from "./kernels/training_kernel.ts";
import type { LayerParameters } from "./parameters.ts";
import packSource from "./shaders/pack.wgsl" with { type: "text" };

/** The packing shader, with the transforms that it calls. */
const PACK_SHADER = packSource + filterFunction("stretch", TWO) +
  filterFunction("stretchWide", FOUR);

/** Stands in a shader's uniforms for the offset of slopes that a layer does not have. */
export const NO_SLOPES = 0xffffffff;

/** The packed weights of all layers. */
export class WeightPacking {
  readonly #gpu: GPUDevice;
  readonly #options: { readonly factory: DispatchFactory; readonly kernels: TrainingKernels };
  readonly #packed = new Map<string, GPUBuffer>();

  /** Allocates nothing yet. */
  constructor(
    gpu: GPUDevice,
    options: { readonly factory: DispatchFactory; readonly kernels: TrainingKernels },
  ) {
    this.#gpu = gpu;
    this.#options = options;
  }

  /** Brings the layer's values of the flat vector `from` into the order of its forward or its transposed kernel. */
  pack(
    layer: LayerParameters,
    { from, transposed }: { from: GPUBuffer; transposed: boolean },
  ): Dispatch {
    const [inputs, outputs] = transposed
      ? [layer.outputs, layer.inputs]
      : [layer.inputs, layer.outputs];
    const target = this.buffer(layer, { transposed });
    const { taps, groupQuads } = this.#order(layer, transposed);
    const shape = uniformOf(this.#gpu, [
      inputs,
      outputs,
      groupQuads,
      transposed ? 1 : 0,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NO_SLOPES,
    ]);
    return this.#options.factory.make(PACK_SHADER, {
      entry: { 9: "packPlain", 16: "packWinograd", 24: "packWideWinograd" }[taps],
      bindings: [from, target, shape],
      // A thread for every (input, output quad), of which groups may hold more than there are, and one for the rest.
      workgroups: [Math.ceil(target.size / 16 / taps / 64) + 1],
    });
  }

  /** Where the packed weights lie, with bias and slopes behind them. */
  buffer(layer: LayerParameters, { transposed }: { transposed: boolean }): GPUBuffer {
    const key = `${layer.name} ${transposed}`;
    let buffer = this.#packed.get(key);
    if (!buffer) {
      const { taps, groupQuads, inputQuads, outputQuads } = this.#order(layer, transposed);
      const weights = Math.ceil(outputQuads / groupQuads) * groupQuads * inputQuads * 4 * taps;
      buffer = this.#gpu.createBuffer({
        label: key,
        size: (weights + 2 * outputQuads) * 16,
        usage: GPUBufferUsage.STORAGE,
      });
      this.#packed.set(key, buffer);
    }
    return buffer;
  }

  #order(layer: LayerParameters, transposed: boolean): {
    taps: 9 | 16 | 24;
    groupQuads: number;
    inputQuads: number;
    outputQuads: number;
  } {
    const { forward, backwardData } = this.#options.kernels;
    const { taps, groupQuads } = transposed ? backwardData : forward;
    const [inputQuads, outputQuads] = transposed
      ? [layer.outputQuads, layer.inputQuads]
      : [layer.inputQuads, layer.outputQuads];
    const shape = { inputQuads, outputQuads };
    return { taps: taps(shape), groupQuads: groupQuads(shape), ...shape };
  }
}

/** Whole numbers as a uniform of a shader. */
export function uniformOf(gpu: GPUDevice, values: readonly number[]): GPUBuffer {
  const buffer = gpu.createBuffer({
    size: Math.ceil(values.length / 4) * 16,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  gpu.queue.writeBuffer(buffer, 0, Uint32Array.from(values));
  return buffer;
}
