/**
 * The dispatches of one layer: forward, transposed, its parameters' gradients, and what brings its weights into the order in
 * which the kernels read them.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import { GpuError } from "../gpu/errors.ts";
import { filterFunction, FOUR, TWO } from "../gpu/kernels/winograd_transforms.ts";
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
import channelSums from "./shaders/channel_sums.wgsl" with { type: "text" };
import foldShader from "./shaders/fold.wgsl" with { type: "text" };
import packSource from "./shaders/pack.wgsl" with { type: "text" };
import reduceShader from "./shaders/reduce.wgsl" with { type: "text" };

/** The packing shader, with the transforms that it calls. */
const PACK_SHADER = packSource + filterFunction("stretch", TWO) +
  filterFunction("stretchWide", FOUR);

/** Stands in a shader's uniforms for the offset of slopes that a layer does not have. */
const NONE = 0xffffffff;

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
  readonly #packed = new Map<string, GPUBuffer>();
  /** Partial sums, reused by every layer: each is reduced before the next one starts. */
  #partials: { weights: GPUBuffer; channels: GPUBuffer } | undefined;

  /** Allocates nothing yet. */
  constructor(gpu: GPUDevice, options: LayerKernelOptions) {
    this.#gpu = gpu;
    this.#options = options;
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
      bindings: [source, target, this.#packedBuffer(layer, false), skip],
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
      bindings: [gradient, spread, this.#packedBuffer(layer, true)],
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
      ? [activation, parameters, this.#uniform([layer.slopesAt!, layer.outputQuads])]
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
    const shape = this.#uniform([
      layer.inputs,
      layer.outputs,
      inputQuads,
      outputQuads,
      plan.groupQuads,
      plan.partials,
      patch * splits,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NONE,
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
    const { from, transposed } = options;
    const [inputs, outputs] = transposed
      ? [layer.outputs, layer.inputs]
      : [layer.inputs, layer.outputs];
    const target = this.#packedBuffer(layer, transposed);
    const { taps, groupQuads } = this.#packing(layer, transposed);
    const shape = this.#uniform([
      inputs,
      outputs,
      groupQuads,
      transposed ? 1 : 0,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NONE,
    ]);
    return this.#options.factory.make(PACK_SHADER, {
      entry: { 9: "packPlain", 16: "packWinograd", 24: "packWideWinograd" }[taps],
      bindings: [from, target, shape],
      // A thread for every (input, output quad), of which groups may hold more than there are, and one for the rest.
      workgroups: [Math.ceil(target.size / 16 / taps / 64) + 1],
    });
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

  /** How weights are ordered for the layer's forward or its transposed kernel. */
  #packing(layer: LayerParameters, transposed: boolean): {
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

  #packedBuffer(layer: LayerParameters, transposed: boolean): GPUBuffer {
    const key = `${layer.name} ${transposed}`;
    let buffer = this.#packed.get(key);
    if (!buffer) {
      const { taps, groupQuads, inputQuads, outputQuads } = this.#packing(layer, transposed);
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

  #uniform(values: readonly number[]): GPUBuffer {
    const buffer = this.#gpu.createBuffer({
      size: Math.ceil(values.length / 4) * 16,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#gpu.queue.writeBuffer(buffer, 0, Uint32Array.from(values));
    return buffer;
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
