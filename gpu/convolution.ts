/**
 * Convolution layers on the device: shaders compiled once a shape, weights uploaded once a layer.
 *
 * @module
 */

import type { Activations } from "./activations.ts";
import type { Dispatch } from "./dispatch.ts";
import { type ConvKernel, type LayerShape, quadsOf, type Storage } from "./kernels/conv_kernel.ts";
import { type Epilogue, isAdding, isExact } from "./kernels/epilogue.ts";
import { type ConvLayer, packWeights } from "./kernels/pack_weights.ts";

/** A layer ready to run. */
export interface PreparedLayer {
  /** Its shape: what its shader was written for. */
  readonly shape: LayerShape;
  /** The compiled shader, shared by all layers of its shape. */
  readonly pipeline: GPUComputePipeline;
  /** Its values, as the kernel binds them. */
  readonly weights: GPUBindingResource;
  /** The texture or buffer that holds them, to be destroyed in the end. */
  readonly owner: GPUTexture | GPUBuffer;
}

/** A layer with what it reads and writes. */
export interface BoundLayer {
  /** Its shape: what its shader was written for. */
  readonly shape: LayerShape;
  /** The compiled shader, shared by all layers of its shape. */
  readonly pipeline: GPUComputePipeline;
  /** Its activations, weights and uniforms, as group 0 of the shader. */
  readonly bindings: GPUBindGroup;
}

const convolutions = new WeakMap<GPUDevice, Map<ConvKernel, Convolution>>();

/** The convolution of a kernel on a device, with all that was compiled for it before. Call inside error scopes. */
export function convolutionFor(gpu: GPUDevice, kernel: ConvKernel): Convolution {
  const known = convolutions.get(gpu) ?? new Map<ConvKernel, Convolution>();
  convolutions.set(gpu, known);
  const convolution = known.get(kernel) ?? new Convolution(gpu, kernel);
  known.set(kernel, convolution);
  return convolution;
}

/** Compiles and binds the layers of one kernel on one device. */
export class Convolution {
  readonly #gpu: GPUDevice;
  readonly #layout: GPUBindGroupLayout;
  readonly #pipelineLayout: GPUPipelineLayout;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  /** The kernel that computes. */
  readonly kernel: ConvKernel;

  /** Prepares nothing but the layout; shaders are compiled as layers ask for them. */
  constructor(gpu: GPUDevice, kernel: ConvKernel) {
    this.#gpu = gpu;
    this.kernel = kernel;
    this.#layout = gpu.createBindGroupLayout({
      label: `${kernel.name} bindings`,
      entries: [
        { binding: 0, ...readAccess(kernel.activations) },
        { binding: 1, ...writeAccess(kernel.activations) },
        { binding: 2, ...weightAccess(kernel.weights) },
        { binding: 3, ...readAccess(kernel.activations) },
        { binding: 4, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform" } },
      ],
    });
    this.#pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
  }

  /** Compiles a layer's shader, if no layer of that shape came before, and uploads its values. */
  prepare(layer: ConvLayer, epilogue: Epilogue): PreparedLayer {
    if ("shifts" in layer !== isExact(epilogue)) {
      throw new RangeError(
        "Exact layers must come with an exact epilogue, and others with another",
      );
    }
    const shape: LayerShape = {
      inputQuads: quadsOf(layer.inputs),
      outputQuads: quadsOf(layer.outputs),
      epilogue,
    };
    const pipeline = this.#pipelineFor(shape);
    const { values, width, height } = packWeights(layer, { kernel: this.kernel, shape });
    if (this.kernel.weights === "buffer") {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
      const owner = this.#gpu.createBuffer({ label: "weights", size: values.byteLength, usage });
      this.#gpu.queue.writeBuffer(owner, 0, values);
      return { shape, pipeline, weights: { buffer: owner }, owner };
    }
    const owner = this.#gpu.createTexture({
      label: "weights",
      size: { width, height },
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_DST,
    });
    this.#gpu.queue.writeTexture({ texture: owner }, values, { bytesPerRow: width * 16 }, {
      width,
      height,
    });
    return { shape, pipeline, weights: owner.createView(), owner };
  }

  /**
   * Binds a layer to its activations. `skip` is what an epilogue that adds adds; `extent` is a uniform buffer that
   * begins with the width and height of the plane.
   */
  bind(
    layer: PreparedLayer,
    { source, target, skip, extent }: {
      source: Activations;
      target: Activations;
      skip?: Activations | undefined;
      extent: GPUBuffer;
    },
  ): BoundLayer {
    const { shape, pipeline } = layer;
    if (source.quads !== shape.inputQuads || target.quads !== shape.outputQuads) {
      throw new RangeError(
        `The layer maps ${shape.inputQuads} to ${shape.outputQuads} quads, ` +
          `found ${source.quads} and ${target.quads}`,
      );
    }
    if (isAdding(shape.epilogue) !== (skip !== undefined)) {
      throw new RangeError(
        "Activations to add must come with an epilogue that adds, and only then",
      );
    }
    const resources = [
      source.resource,
      target.resource,
      layer.weights,
      (skip ?? source).resource,
      { buffer: extent },
    ];
    const bindings = this.#gpu.createBindGroup({
      layout: this.#layout,
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
    return { shape, pipeline, bindings };
  }

  /** What to encode to run a bound layer on a plane. */
  dispatch(layer: BoundLayer, plane: { width: number; height: number }): Dispatch {
    const { shape, pipeline, bindings } = layer;
    return { pipeline, bindings, workgroups: this.kernel.workgroups(shape, plane) };
  }

  #pipelineFor(shape: LayerShape): GPUComputePipeline {
    const key = `${shape.inputQuads}-${shape.outputQuads}-${shape.epilogue}`;
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      const label = `${this.kernel.name} ${key}`;
      const module = this.#gpu.createShaderModule({ label, code: this.kernel.shader(shape) });
      const constants = this.kernel.constants?.(shape) ?? {};
      pipeline = this.#gpu.createComputePipeline({
        label,
        layout: this.#pipelineLayout,
        compute: { module, entryPoint: "main", constants },
      });
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }
}

type Access = Omit<GPUBindGroupLayoutEntry, "binding">;

function textureAccess(
  access: GPUStorageTextureAccess,
  viewDimension: GPUTextureViewDimension,
): Access {
  return {
    visibility: GPUShaderStage.COMPUTE,
    storageTexture: { access, format: "rgba32float", viewDimension },
  };
}

function bufferAccess(type: GPUBufferBindingType): Access {
  return { visibility: GPUShaderStage.COMPUTE, buffer: { type } };
}

function readAccess(storage: Storage): Access {
  return storage === "texture"
    ? textureAccess("read-only", "2d-array")
    : bufferAccess("read-only-storage");
}

function writeAccess(storage: Storage): Access {
  return storage === "texture" ? textureAccess("write-only", "2d-array") : bufferAccess("storage");
}

function weightAccess(storage: Storage): Access {
  return storage === "texture"
    ? textureAccess("read-only", "2d")
    : bufferAccess("read-only-storage");
}
