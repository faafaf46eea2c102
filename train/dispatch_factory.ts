/**
 * Dispatches that are set up once and submitted at every step of training.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";

/** Makes dispatches, each shader and entry point compiled once. */
export class DispatchFactory {
  readonly #gpu: GPUDevice;
  readonly #modules: Map<string, GPUShaderModule>;
  readonly #pipelines: Map<string, GPUComputePipeline>;
  readonly #bound = new Set<GPUTexture | GPUBuffer>();

  /** A factory for one device; it shares what `other` compiles, if given, but not what is bound. */
  constructor(gpu: GPUDevice, other?: DispatchFactory) {
    this.#gpu = gpu;
    this.#modules = other ? other.#modules : new Map();
    this.#pipelines = other ? other.#pipelines : new Map();
  }

  /**
   * Makes a dispatch.
   *
   * `bindings` are in the order of the shader's binding numbers; a hole (`undefined`) is a binding that the entry point
   * does not use. `constants` are values for the shader's `override` declarations.
   */
  make(code: string, options: {
    entry?: string | undefined;
    constants?: Readonly<Record<string, number>> | undefined;
    bindings: readonly (GPUTexture | GPUBuffer | undefined)[];
    workgroups: readonly [number, number?, number?];
  }): Dispatch {
    const { entry = "main", constants = {}, bindings, workgroups: [x, y = 1, z = 1] } = options;
    const pipeline = this.#pipeline(code, { entryPoint: entry, constants });
    const entries = bindings.flatMap((resource, binding) =>
      resource === undefined ? [] : [{ binding, resource: bindable(resource) }]
    );
    for (const resource of bindings) if (resource !== undefined) this.#bound.add(resource);
    const layout = pipeline.getBindGroupLayout(0);
    return {
      pipeline,
      bindings: this.#gpu.createBindGroup({ layout, entries }),
      workgroups: [x, y, z],
    };
  }

  /** Frees every texture and buffer that a dispatch was made with. */
  destroyBound(): void {
    for (const resource of this.#bound) resource.destroy();
    this.#bound.clear();
  }

  #pipeline(
    code: string,
    entry: { entryPoint: string; constants: Readonly<Record<string, number>> },
  ): GPUComputePipeline {
    const key = `${JSON.stringify(entry)}\n${code}`;
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      let module = this.#modules.get(code);
      if (!module) {
        module = this.#gpu.createShaderModule({ code });
        this.#modules.set(code, module);
      }
      pipeline = this.#gpu.createComputePipeline({
        layout: "auto",
        compute: { module, ...entry },
      });
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }
}

function bindable(resource: GPUTexture | GPUBuffer): GPUBindingResource {
  return resource instanceof GPUBuffer
    ? { buffer: resource }
    : resource.createView({ dimension: "2d-array" });
}
