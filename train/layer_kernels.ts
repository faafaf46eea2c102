/**
 * The passes of one layer: forward, transposed, its parameters' gradients, and what brings its weights into the order in
 * which the kernels read them.
 *
 * @module
 */

import { WINOGRAD_TAPS, winogradGroupQuads, winogradShader } from "../gpu/kernels/winograd.ts";
import { backwardWeightsShader } from "./kernels/backward_weights.ts";
import type { LayerParameters } from "./parameters.ts";
import type { Pass, PassFactory } from "./passes.ts";
import channelSums from "./shaders/channel_sums.wgsl" with { type: "text" };
import foldShader from "./shaders/fold.wgsl" with { type: "text" };
import packShader from "./shaders/pack.wgsl" with { type: "text" };
import reduceShader from "./shaders/reduce.wgsl" with { type: "text" };

/** Stands in a shader's uniforms for the offset of slopes that a layer does not have. */
const NONE = 0xffffffff;

/** Output quads that a thread of the weight gradient accumulates, and rows it takes at a time: the fastest measured. */
const GRADIENT_TILE = { quads: 2, rows: 2 } as const;

/** Most columns, a thread each, of a workgroup of the weight gradient, and of folding. */
const MOST_COLUMNS = 64;

/** Most threads of a convolution's workgroup. */
const MOST_THREADS = 256;

/** What the passes of all layers share. */
export interface LayerKernelOptions {
  /** Every layer that passes will be made for. */
  readonly layers: readonly LayerParameters[];
  /** Patches of a batch. */
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** The flat vector that is trained. */
  readonly parameters: GPUBuffer;
  /** Compiles the shaders. */
  readonly factory: PassFactory;
}

/** Makes the passes of layers. */
export class LayerKernels {
  readonly #gpu: GPUDevice;
  readonly #options: LayerKernelOptions;
  readonly #packed = new Map<string, GPUBuffer>();
  /** Reused by every layer: each is reduced before the next one starts. */
  readonly #partialWeights: GPUBuffer;
  readonly #partialChannels: GPUBuffer;

  /** Allocates what the layers share. */
  constructor(gpu: GPUDevice, options: LayerKernelOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const usage = GPUBufferUsage.STORAGE;
    const { layers, patch } = options;
    const weights = Math.max(...layers.map((layer) => gradientShape(layer).vectors));
    const channels = Math.max(...layers.map((layer) => layer.outputQuads * 2));
    this.#partialWeights = gpu.createBuffer({ size: patch * weights * 16, usage });
    this.#partialChannels = gpu.createBuffer({ size: patch * channels * 16, usage });
  }

  /** `target = convolution(source)`, then the layer's PReLU or `+ skip`. */
  forward(
    layer: LayerParameters,
    textures: { source: GPUTexture; target: GPUTexture; skip: GPUTexture | undefined },
  ): Pass {
    const { source, target, skip } = textures;
    const { inputQuads, outputQuads } = layer;
    const epilogue = skip ? "add" : layer.slopesAt === undefined ? "linear" : "prelu";
    const { grid, workgroups } = this.#convolutionGrid(this.#options.patch, layer);
    const code = winogradShader({ inputQuads, outputQuads, epilogue, ...grid });
    return this.#options.factory.make(code, {
      bindings: [source, target, this.#packedBuffer(layer, false), skip],
      workgroups,
    });
  }

  /** `spread` = the transposed convolution of `gradient`, on the patch and one cell around it. */
  transposed(layer: LayerParameters, textures: { gradient: GPUTexture; spread: GPUTexture }): Pass {
    const exchanged = { inputQuads: layer.outputQuads, outputQuads: layer.inputQuads };
    const { grid, workgroups } = this.#convolutionGrid(this.#options.patch + 2, exchanged);
    const code = winogradShader({ ...exchanged, epilogue: "linear", edges: "border", ...grid });
    return this.#options.factory.make(code, {
      bindings: [textures.gradient, textures.spread, this.#packedBuffer(layer, true)],
      workgroups,
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
  ): Pass {
    const { spread, target, skip, activation } = textures;
    const { patch, batch, parameters, factory } = this.#options;
    const prelu = layer.slopesAt !== undefined;
    const entry = skip ? (prelu ? "foldSkipPrelu" : "foldSkip") : prelu ? "foldPrelu" : "foldOnly";
    const slopes = prelu
      ? [activation, parameters, this.#uniform([layer.slopesAt!, layer.outputQuads])]
      : [];
    const across = Math.ceil(patch / MOST_COLUMNS);
    const columns = vectors8(patch / across);
    return factory.make(foldShader, {
      entry,
      bindings: [spread, target, skip, ...slopes],
      constants: { columns },
      workgroups: [across, Math.ceil(patch / 16), batch * layer.outputQuads],
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
  ): Pass[] {
    const { source, activation, gradient, gradients } = options;
    const { patch, parameters, factory } = this.#options;
    const { inputQuads, outputQuads } = layer;
    const { group, groups, vectors } = gradientShape(layer);
    const { rows } = GRADIENT_TILE;
    const columns = vectors8(patch / Math.ceil(patch / MOST_COLUMNS));
    const shape = this.#uniform([
      layer.inputs,
      layer.outputs,
      inputQuads,
      outputQuads,
      group,
      patch,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NONE,
    ]);
    const prelu = layer.slopesAt !== undefined;
    return [
      factory.make(backwardWeightsShader({ inputQuads, outputQuads, group, rows, columns }), {
        bindings: [source, gradient, this.#partialWeights],
        workgroups: [Math.ceil(patch / columns), inputQuads * groups],
      }),
      factory.make(reduceShader, {
        entry: "reduceWeights",
        bindings: [this.#partialWeights, gradients, shape],
        workgroups: [Math.ceil(vectors / 64)],
      }),
      factory.make(channelSums, {
        entry: prelu ? "sumBiasAndSlopes" : "sumBias",
        bindings: [gradient, prelu ? activation : undefined, this.#partialChannels],
        workgroups: [Math.ceil(patch / 16), outputQuads],
      }),
      factory.make(reduceShader, {
        entry: "reduceChannels",
        bindings: [this.#partialChannels, gradients, shape, parameters],
        workgroups: [Math.ceil(outputQuads / 16)],
      }),
    ];
  }

  /** Brings the layer's values of the flat vector `from` into the order of its forward or its transposed kernel. */
  pack(layer: LayerParameters, options: { from: GPUBuffer; transposed: boolean }): Pass {
    const { from, transposed } = options;
    const [inputs, outputs] = transposed
      ? [layer.outputs, layer.inputs]
      : [layer.inputs, layer.outputs];
    const target = this.#packedBuffer(layer, transposed);
    const shape = this.#uniform([
      inputs,
      outputs,
      winogradGroupQuads({
        inputQuads: Math.ceil(inputs / 4),
        outputQuads: Math.ceil(outputs / 4),
      }),
      transposed ? 1 : 0,
      layer.weightsAt,
      layer.biasAt,
      layer.slopesAt ?? NONE,
    ]);
    return this.#options.factory.make(packShader, {
      bindings: [from, target, shape],
      // A thread for every (input, output quad), of which groups may hold more than there are, and one for the rest.
      workgroups: [Math.ceil(target.size / 16 / WINOGRAD_TAPS / 64) + 1],
    });
  }

  #packedBuffer(layer: LayerParameters, transposed: boolean): GPUBuffer {
    const key = `${layer.name} ${transposed}`;
    let buffer = this.#packed.get(key);
    if (!buffer) {
      const [inputQuads, outputQuads] = transposed
        ? [layer.outputQuads, layer.inputQuads]
        : [layer.inputQuads, layer.outputQuads];
      const group = winogradGroupQuads({ inputQuads, outputQuads });
      const weights = Math.ceil(outputQuads / group) * inputQuads * 4 * WINOGRAD_TAPS * group;
      buffer = this.#gpu.createBuffer({
        label: key,
        size: (weights + 2 * outputQuads) * 16,
        usage: GPUBufferUsage.STORAGE,
      });
      this.#packed.set(key, buffer);
    }
    return buffer;
  }

  /** Threads of 2×2 cells that cover a square, evened out over workgroups in one row. */
  #convolutionGrid(
    side: number,
    layer: { inputQuads: number; outputQuads: number },
  ): {
    grid: { rowThreads: number; workgroup: { width: number; height: number } };
    workgroups: [number, number, number];
  } {
    const rowThreads = Math.ceil(side / 2);
    const threads = rowThreads ** 2;
    const count = Math.ceil(threads / MOST_THREADS);
    const workgroup = { width: vectors8(threads / count), height: 1 };
    const groups = Math.ceil(layer.outputQuads / winogradGroupQuads(layer));
    return {
      grid: { rowThreads, workgroup },
      workgroups: [count, 1, groups * this.#options.batch],
    };
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

/** Rounds threads up to whole vectors of eight lanes, the widest that software adapters compute with. */
function vectors8(threads: number): number {
  return Math.ceil(threads / 8) * 8;
}

function gradientShape(layer: LayerParameters): { group: number; groups: number; vectors: number } {
  const group = Math.min(GRADIENT_TILE.quads, layer.outputQuads);
  const groups = Math.ceil(layer.outputQuads / group);
  return { group, groups, vectors: layer.inputQuads * groups * 36 * group };
}
