/**
 * The dispatches of one layer: forward, transposed, its parameters' gradients, and what brings its weights into the order in
 * which the kernels read them.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import { GpuError } from "../gpu/errors.ts";
import { workgroupLimits } from "../gpu/kernels/workgroup_limits.ts";
import {
  type BatchConvolution,
  type ConvolutionShape,
  type Plan,
  type TrainingKernels,
  vectors8,
  type WeightGradientPlan,
} from "./kernels/training_kernel.ts";
import type { LayerParameters } from "./parameters.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { NO_SLOPES, uniformOf, WeightPacking } from "./weight_packing.ts";
import channelSums from "./shaders/channel_sums.wgsl" with { type: "text" };
import foldShader from "./shaders/fold.wgsl" with { type: "text" };
import reduceShader from "./shaders/reduce.wgsl" with { type: "text" };

/** Most columns and rows, a thread each, of a workgroup of folding. */
const FOLDED = { columns: 64, rows: 16 } as const;

/** Columns, vectors and quads of a workgroup of the reductions. */
const REDUCED = { columns: 16, vectors: 32, quads: 16 } as const;

/** What the dispatches of all layers share. */
export interface LayerKernelOptions {
  /** Every layer that dispatches will be made for. */
  readonly layers: readonly LayerParameters[];
  /** Patches of a batch. */
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** The flat vector that is trained. */
  readonly parameters: GPUBuffer;
  /** Compiles shaders, each once, and frees what they were bound to. */
  readonly factory: DispatchFactory;
  /** The kernel of every role. */
  readonly kernels: TrainingKernels;
}

/** Makes the dispatches of layers. */
export class LayerKernels {
  readonly #gpu: GPUDevice;
  readonly #options: LayerKernelOptions;
  readonly #packing: WeightPacking;
  /** Partial sums, reused by every layer: each is reduced before the next one starts. */
  #partials: { weights: GPUBuffer; channels: GPUBuffer } | undefined;

  /** Allocates nothing yet. */
  constructor(gpu: GPUDevice, options: LayerKernelOptions) {
    this.#gpu = gpu;
    this.#options = options;
    this.#packing = new WeightPacking(gpu, options);
  }

  /** `target = convolution(source)`, then the layer's PReLU or `+ skip`. */
  forward(
    layer: LayerParameters,
    textures: { source: GPUTexture; target: GPUTexture; skip: GPUTexture | undefined },
  ): Dispatch {
    const { source, target, skip } = textures;
    const { patch, kernels } = this.#options;
    const epilogue = skip ? "add" : layer.slopesAt === undefined ? "linear" : "prelu";
    const { inputQuads, outputQuads } = layer;
    return this.#convolution(kernels.forward, {
      shape: { inputQuads, outputQuads, epilogue, edges: "replicate", side: patch },
      bindings: [source, target, this.#packing.buffer(layer, { transposed: false }), skip],
    });
  }

  /** `spread` = the transposed convolution of `gradient`, on the patch and one cell around it. */
  transposed(
    layer: LayerParameters,
    textures: { gradient: GPUTexture; spread: GPUTexture },
  ): Dispatch {
    const { gradient, spread } = textures;
    const { patch, kernels } = this.#options;
    const exchanged = { inputQuads: layer.outputQuads, outputQuads: layer.inputQuads };
    return this.#convolution(kernels.backwardData, {
      shape: { ...exchanged, epilogue: "linear", edges: "border", side: patch + 2 },
      bindings: [gradient, spread, this.#packing.buffer(layer, { transposed: true })],
    });
  }

  /** Folds `spread` back into the gradient of what `layer` computed before its activation. */
  fold(
    layer: LayerParameters,
    textures: {
      spread: GPUTexture;
      target: GPUTexture;
      skip: GPUTexture | undefined;
      activation: GPUTexture;
    },
  ): Dispatch {
    const { spread, target, skip, activation } = textures;
    const { patch, batch, parameters, factory } = this.#options;
    const prelu = layer.slopesAt !== undefined;
    const entry = skip ? (prelu ? "foldSkipPrelu" : "foldSkip") : prelu ? "foldPrelu" : "foldOnly";
    const slopes = prelu
      ? [activation, parameters, uniformOf(this.#gpu, [layer.slopesAt!, layer.outputQuads])]
      : [];
    const across = Math.ceil(patch / FOLDED.columns);
    const columns = vectors8(patch / across);
    const { threads } = workgroupLimits(this.#gpu);
    const rows = Math.min(FOLDED.rows, Math.floor(threads / columns));
    return factory.make(foldShader, {
      entry,
      bindings: [spread, target, skip, ...slopes],
      constants: { columns, rows },
      workgroups: [across, Math.ceil(patch / rows), batch * layer.outputQuads],
    });
  }

  /** The gradients of weights, bias and slopes, into their places in `gradients`. */
  parameterGradients(
    layer: LayerParameters,
    options: {
      source: GPUTexture;
      activation: GPUTexture;
      gradient: GPUTexture;
      gradients: GPUBuffer;
    },
  ): Dispatch[] {
    const { source, activation, gradient, gradients } = options;
    const { patch, batch, parameters, factory } = this.#options;
    const { inputQuads, outputQuads } = layer;
    const plan = this.#gradientPlan(layer);
    const partials = this.#partialSums();
    const { lanes, splits } = plan.reduction;
    const shape = uniformOf(this.#gpu, [
      layer.inputs,
      layer.outputs,
      inputQuads,
      outputQuads,
      plan.groupQuads,
      plan.partials,
      patch * splits,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NO_SLOPES,
    ]);
    const prelu = layer.slopesAt !== undefined;
    const { columns, vectors, quads } = REDUCED;
    return [
      this.#make(plan, [source, gradient, partials.weights]),
      factory.make(reduceShader, {
        entry: "reduceWeights",
        bindings: [partials.weights, gradients, shape],
        constants: { vectors, lanes },
        workgroups: [Math.ceil(gradientVectors(layer, plan.groupQuads) / vectors)],
      }),
      factory.make(channelSums, {
        entry: prelu ? "sumBiasAndSlopes" : "sumBias",
        bindings: [gradient, prelu ? activation : undefined, partials.channels],
        constants: { columns, images: batch },
        workgroups: [Math.ceil(patch / columns), outputQuads, splits],
      }),
      factory.make(reduceShader, {
        entry: "reduceChannels",
        bindings: [partials.channels, gradients, shape, parameters],
        constants: { quads, lanes },
        workgroups: [Math.ceil(outputQuads / quads)],
      }),
    ];
  }

  /** Brings the layer's values of the flat vector `from` into the order of its forward or its transposed kernel. */
  pack(layer: LayerParameters, options: { from: GPUBuffer; transposed: boolean }): Dispatch {
    return this.#packing.pack(layer, options);
  }

  #convolution(kernel: BatchConvolution, { shape, bindings }: {
    shape: Omit<ConvolutionShape, "batch">;
    bindings: readonly (GPUTexture | GPUBuffer | undefined)[];
  }): Dispatch {
    return this.#make(kernel.plan({ ...shape, batch: this.#options.batch }), bindings);
  }

  #make(plan: Plan, bindings: readonly (GPUTexture | GPUBuffer | undefined)[]): Dispatch {
    checkLimits(this.#gpu, plan);
    return this.#options.factory.make(plan.code, { ...plan, bindings });
  }

  #partialSums(): { weights: GPUBuffer; channels: GPUBuffer } {
    if (!this.#partials) {
      const { layers, patch } = this.#options;
      const sizes = layers.map((layer) => {
        const { partials, groupQuads, reduction } = this.#gradientPlan(layer);
        return {
          weights: partials * gradientVectors(layer, groupQuads),
          channels: patch * reduction.splits * layer.outputQuads * 2,
        };
      });
      const allocate = (key: "weights" | "channels") => {
        const size = 16 * Math.max(...sizes.map((sizes) => sizes[key]));
        return this.#gpu.createBuffer({ label: key, size, usage: GPUBufferUsage.STORAGE });
      };
      this.#partials = { weights: allocate("weights"), channels: allocate("channels") };
    }
    return this.#partials;
  }

  #gradientPlan({ inputQuads, outputQuads }: LayerParameters): WeightGradientPlan {
    const { kernels, batch, patch } = this.#options;
    return kernels.backwardWeights.plan({ inputQuads, outputQuads }, { batch, patch });
  }
}

/** `vec4f` of one partial sum of a layer's weight gradient. */
function gradientVectors(layer: LayerParameters, groupQuads: number): number {
  return layer.inputQuads * Math.ceil(layer.outputQuads / groupQuads) * groupQuads * 36;
}

/** Not every implementation notices that a shader takes more than the device has. */
function checkLimits(gpu: GPUDevice, { threads, bytes }: Plan): void {
  const limits = workgroupLimits(gpu);
  if (threads <= limits.threads && bytes <= limits.bytes) return;
  throw new GpuError(
    "unavailable",
    `The kernel takes workgroups of ${threads} threads and ${bytes} bytes; ` +
      `the device has ${limits.threads} and ${limits.bytes}`,
  );
}
