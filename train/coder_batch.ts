/**
 * What stands around the graph in a step of a coder network: crops in, bits out.
 *
 * @module
 */

import type { StepCell } from "../codec/lattice/steps.ts";
import type { Dispatch } from "../gpu/dispatch.ts";
import type { Geometry } from "../gpu/geometry.ts";
import {
  INPUT_CENTRE,
  INPUT_UNIT,
  LOG_SCALES,
  MEAN_UNIT,
  WIDTH_UNIT,
} from "../weights/coder_units.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { bindGatherShape } from "./gather_buffers.ts";
import type { ForwardGraph } from "./graph.ts";
import type { Crop, PhotoTiles } from "./photo_tiles.ts";
import coderGatherShader from "./shaders/coder_gather.wgsl" with { type: "text" };
import coderLossShader from "./shaders/coder_loss.wgsl" with { type: "text" };
import lossTotalShader from "./shaders/loss_total.wgsl" with { type: "text" };

/** Size of a crop as `coder_gather.wgsl` reads it: six numbers of 32 bits. */
const CROP_BYTES = 24;

/** A crop whose samples are known within a tolerance. */
export interface CoderCrop extends Crop {
  /** Half the bin width, rounded down; 0 for samples that are known exactly. */
  readonly tolerance: number;
}

/** What a batch is made from and for. */
export interface CoderBatchOptions {
  /** The step's phases and fixed interpolation. */
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
export class CoderBatch {
  /** One (bits, 0) a column of a patch: `[batch][patch]`. */
  readonly partials: GPUBuffer;
  /** Running sums since they were last cleared: (bits, 0, batches). */
  readonly total: GPUBuffer;
  /** Compare the graph's output with what is to be coded; write its gradient and `partials`. */
  readonly loss: readonly Dispatch[];
  /** Adds `partials` to `total`. */
  readonly addToTotal: Dispatch;
  /** Samples that a batch codes. */
  readonly samples: number;

  readonly #gpu: GPUDevice;
  readonly #options: CoderBatchOptions;
  readonly #crops: GPUBuffer;
  readonly #targets: GPUTexture;

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: CoderBatchOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const { batch, patch, graph, factory, geometry: { missing } } = options;
    const buffer = (size: number) =>
      gpu.createBuffer({
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
    this.samples = batch * patch * patch * missing * 3;
    this.#crops = buffer(batch * CROP_BYTES);
    this.partials = buffer(batch * patch * 8);
    this.total = buffer(16);
    this.#targets = gpu.createTexture({
      size: [patch, patch, batch * missing * 2],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING,
    });
    const [least, most] = LOG_SCALES;
    this.loss = [
      factory.make(coderLossShader, {
        constants: {
          MEAN_UNIT,
          LEAST_LOG_SCALE: least,
          MOST_LOG_SCALE: most,
          MISSING: missing,
          SHARE: 1 / this.samples,
        },
        bindings: [graph.output, this.#targets, graph.outputGradient, this.partials],
        workgroups: [Math.ceil(patch / 16), batch],
      }),
    ];
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
      inputQuads: Math.ceil((geometry.kept * 3 + 1) / 4),
      outputQuads: geometry.missing * 2,
    });
    const blocks = Math.ceil(patch / 16);
    return factory.make(coderGatherShader, {
      constants: { INPUT_CENTRE, INPUT_UNIT, WIDTH_UNIT },
      bindings: [tiles.texture, this.#crops, ...shape, graph.input, this.#targets],
      workgroups: [blocks, blocks, batch],
    });
  }

  /** Sets the crops that the next gather takes; fewer than a batch repeat the first. */
  setCrops(crops: readonly CoderCrop[]): void {
    const values = Array.from({ length: this.#options.batch }, (_, index) => {
      const { layer, x, y, symmetry, spacing, tolerance } = crops[index] ?? crops[0]!;
      return [layer, x, y, symmetry, spacing, tolerance];
    });
    this.#gpu.queue.writeBuffer(this.#crops, 0, Uint32Array.from(values.flat()));
  }
}
