/**
 * One layer in one role, with textures of its own: what kernels are checked and timed with.
 *
 * @module
 */

import { defaultKernels } from "./kernels/training_catalogue.ts";
import type {
  BatchConvolution,
  BatchShape,
  Role,
  WeightGradient,
} from "./kernels/training_kernel.ts";
import { LayerKernels } from "./layer_kernels.ts";
import type { LayerParameters } from "./parameters.ts";
import type { Dispatch } from "../gpu/dispatch.ts";
import { DispatchFactory } from "./dispatch_factory.ts";

/** A kernel of any role. */
export type TrainingKernel = BatchConvolution | WeightGradient;

/** A kernel in one role, the layer that it computes, and on how many patches. */
export interface RoleOptions extends BatchShape {
  /** What the kernel computes of the layer. */
  readonly role: Role;
  /** The kernel that is tried. */
  readonly kernel: TrainingKernel;
  /** The layer, its parameters among all those of `parameters`. */
  readonly layer: LayerParameters;
  /** Flat, as `parameters.ts` orders them. */
  readonly parameters: Float32Array;
  /** Keeps what is compiled. */
  readonly factory: DispatchFactory;
}

/** The dispatches, and what they read and write. */
export interface RoleRun {
  /** The layer's input: read forward and for the gradient of weights. */
  readonly source: GPUTexture;
  /** What is added to the layer's output; read forward, where the layer adds anything. */
  readonly skip: GPUTexture;
  /** What the layer puts out: written forward, read for the gradient of slopes. */
  readonly activation: GPUTexture;
  /** The gradient of the convolution's output, with a border of two cells: read backward. */
  readonly gradient: GPUTexture;
  /** The gradient of the layer's input, with a border of two cells. */
  readonly sourceGradient: GPUTexture;
  /** The gradient of all parameters, flat; that of the layer is written. */
  readonly gradients: GPUBuffer;
  /** Brings the parameters into the kernel's order. */
  readonly prepare: readonly Dispatch[];
  /** What is timed. */
  readonly work: readonly Dispatch[];
  /** What is left to do after that for a result. */
  readonly finish: readonly Dispatch[];
  /** Frees everything. */
  close(): void;
}

/** Compiles and allocates. Call inside error scopes. */
export function setUpRole(gpu: GPUDevice, options: RoleOptions): RoleRun {
  const { role, kernel, layer, parameters, batch, patch } = options;
  const memory = new RoleMemory(gpu, options);
  const { inputQuads, outputQuads } = layer;
  const tensors = {
    source: memory.texture(inputQuads, 0),
    skip: memory.texture(outputQuads, 0),
    activation: memory.texture(outputQuads, 0),
    gradient: memory.texture(outputQuads, 4),
    sourceGradient: memory.texture(inputQuads, 4),
    gradients: memory.buffer(),
  };
  const values = memory.buffer();
  gpu.queue.writeBuffer(values, 0, Float32Array.from(parameters));
  const factory = new DispatchFactory(gpu, options.factory);
  const kernels = new LayerKernels(gpu, {
    layers: [layer],
    batch,
    patch,
    parameters: values,
    factory,
    kernels: { ...defaultKernels(gpu), [role]: kernel },
  });
  const { source, skip, activation, gradient, sourceGradient, gradients } = tensors;
  const dispatches = {
    forward: () => {
      const added = layer.role === "second" ? skip : undefined;
      return {
        prepare: [kernels.pack(layer, { from: values, transposed: false })],
        work: [kernels.forward(layer, { source, target: activation, skip: added })],
        finish: [],
      };
    },
    backwardData: () => {
      const spread = memory.texture(inputQuads, 2);
      // Stands for what put out the input, without a PReLU to go back through.
      const before = { ...layer, outputQuads: inputQuads, slopesAt: undefined };
      const fold = { spread, target: sourceGradient, skip: undefined, activation };
      return {
        prepare: [kernels.pack(layer, { from: values, transposed: true })],
        work: [kernels.transposed(layer, { gradient, spread })],
        finish: [kernels.fold(before, fold)],
      };
    },
    backwardWeights: () => ({
      prepare: [],
      work: kernels.parameterGradients(layer, { source, activation, gradient, gradients }),
      finish: [],
    }),
  }[role]();
  const close = () => {
    factory.destroyBound();
    memory.free();
  };
  return { ...tensors, ...dispatches, close };
}

/** What a run allocates. */
class RoleMemory {
  readonly #gpu: GPUDevice;
  readonly #options: Pick<RoleOptions, "batch" | "patch" | "parameters">;
  readonly #owned: (GPUTexture | GPUBuffer)[] = [];

  constructor(gpu: GPUDevice, options: Pick<RoleOptions, "batch" | "patch" | "parameters">) {
    this.#gpu = gpu;
    this.#options = options;
  }

  /** Activations of a batch, with a border of so many cells, both sides together. */
  texture(quads: number, border: number): GPUTexture {
    const { batch, patch } = this.#options;
    const made = this.#gpu.createTexture({
      size: [patch + border, patch + border, Math.max(batch * quads, 2)],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST,
    });
    this.#owned.push(made);
    return made;
  }

  /** A flat vector of all parameters. */
  buffer(): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const size = this.#options.parameters.byteLength;
    const made = this.#gpu.createBuffer({ size, usage });
    this.#owned.push(made);
    return made;
  }

  free(): void {
    for (const resource of this.#owned) resource.destroy();
  }
}
