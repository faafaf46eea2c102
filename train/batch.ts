/**
 * What stands around the graph in a step: crops in, loss out.
 *
 * @module
 */

import type { Dispatch } from "../gpu/dispatch.ts";
import type { Geometry } from "../gpu/geometry.ts";
import type { StepCell } from "../codec/lattice/steps.ts";
import { bindGatherShape } from "./gather_buffers.ts";
import type { ForwardGraph } from "./graph.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import type { Loss } from "./recipe.ts";
import type { Crop, PhotoTiles } from "./photo_tiles.ts";
import gatherShader from "./shaders/gather.wgsl" with { type: "text" };
import lossShader from "./shaders/loss.wgsl" with { type: "text" };
import psnrGradientShader from "./shaders/psnr_gradient.wgsl" with { type: "text" };
import lossTotalShader from "./shaders/loss_total.wgsl" with { type: "text" };

/** Size of a crop as `gather.wgsl` reads it: five numbers of 32 bits. */
const CROP_BYTES = 20;

/** Losses as the shaders number them. */
const LOSSES: Readonly<Record<Loss, number>> = { absolute: 1, squared: 2, psnr: 3 };

/** The lattice step, the size of a batch, and the graph that it feeds and judges. */
export interface BatchOptions {
  /** The lattice step's phases and fixed interpolation. */
  readonly geometry: Geometry;
  /** Where in a cell those phases lie. */
  readonly cell: StepCell;
  /** Patches of a batch. */
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
  /** The graph that the batch fills the input of, and whose output it judges. */
  readonly graph: ForwardGraph;
  /** Compiles shaders, each once, and frees what they were bound to. */
  readonly factory: DispatchFactory;
}

/** The buffers and dispatches that feed a graph and judge its output. */
export class Batch {
  /** One (sum of absolute differences, sum of squares) a column of a patch: `[batch][patch]`. */
  readonly partials: GPUBuffer;
  /** Running sums since they were last cleared. */
  readonly total: GPUBuffer;
  /** Compare the graph's output with what it should be; write its gradient and `partials`. */
  readonly loss: readonly Dispatch[];
  /** Adds `partials` to `total`. */
  readonly addToTotal: Dispatch;
  /** Samples that a batch is compared on. */
  readonly samples: number;

  readonly #gpu: GPUDevice;
  readonly #options: BatchOptions;
  readonly #crops: GPUBuffer;
  readonly #residual: GPUTexture;
  readonly #lossOptions: GPUBuffer;

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: BatchOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const { batch, patch, graph, factory, geometry } = options;
    const buffer = (size: number, usage: number) =>
      gpu.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
    this.samples = batch * patch * patch * geometry.missing * 3;
    this.#crops = buffer(batch * CROP_BYTES, GPUBufferUsage.STORAGE);
    this.partials = buffer(batch * patch * 8, GPUBufferUsage.STORAGE);
    this.total = buffer(16, GPUBufferUsage.STORAGE);
    this.#lossOptions = buffer(16, GPUBufferUsage.UNIFORM);
    this.#residual = gpu.createTexture({
      size: [patch, patch, graph.output.depthOrArrayLayers],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING,
    });
    const judge = {
      bindings: [
        graph.output,
        this.#residual,
        graph.outputGradient,
        this.partials,
        this.#lossOptions,
      ],
      workgroups: [Math.ceil(patch / 16), batch],
    } as const;
    this.loss = [factory.make(lossShader, judge), factory.make(psnrGradientShader, judge)];
    this.addToTotal = factory.make(lossTotalShader, {
      bindings: [this.partials, this.total],
      workgroups: [1],
    });
  }

  /** The dispatch that cuts the current crops out of `tiles` into the graph's input. */
  gather(tiles: PhotoTiles): Dispatch {
    const { batch, patch, graph, factory, geometry, cell } = this.#options;
    const shape = bindGatherShape(this.#gpu, {
      ...{ geometry, cell, patch },
      inputQuads: Math.ceil(geometry.kept * 3 / 4),
      outputQuads: Math.ceil(geometry.missing * 3 / 4),
    });
    const blocks = Math.ceil(patch / 16);
    return factory.make(gatherShader, {
      bindings: [
        tiles.texture,
        this.#crops,
        ...shape,
        graph.input,
        this.#residual,
      ],
      workgroups: [blocks, blocks, batch],
    });
  }

  /** Sets the crops that the next gather takes; fewer than a batch repeat the first. */
  setCrops(crops: readonly Crop[]): void {
    const values = Array.from({ length: this.#options.batch }, (_, index) => {
      const { layer, x, y, symmetry, spacing } = crops[index] ?? crops[0]!;
      return [layer, x, y, symmetry, spacing];
    });
    this.#gpu.queue.writeBuffer(this.#crops, 0, Uint32Array.from(values.flat()));
  }

  /** Sets which loss the next step minimises. */
  setLoss(loss: Loss): void {
    const options = new DataView(new ArrayBuffer(16));
    options.setUint32(0, LOSSES[loss], true);
    options.setFloat32(4, 1 / this.samples, true);
    this.#gpu.queue.writeBuffer(this.#lossOptions, 0, options.buffer);
  }
}
