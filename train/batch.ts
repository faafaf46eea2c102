/**
 * What stands around the graph in a step, whatever it learns: crops in, loss out.
 *
 * @module
 */

import type { StepCell } from "../codec/lattice/steps.ts";
import type { Dispatch } from "../gpu/dispatch.ts";
import type { Geometry } from "../gpu/geometry.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { bindGatherShape } from "./gather_buffers.ts";
import type { ForwardGraph } from "./graph.ts";
import type { Crop, PhotoTiles } from "./photo_tiles.ts";
import columnsShader from "./shaders/columns.wgsl" with { type: "text" };
import cropsShader from "./shaders/crops.wgsl" with { type: "text" };
import lossTotalShader from "./shaders/loss_total.wgsl" with { type: "text" };

/** Size of a crop as `crops.wgsl` reads it: six numbers of 32 bits. */
const CROP_BYTES = 24;

/** The lattice step, the size of a batch, and the graph that it feeds and judges. */
export interface BatchOptions {
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

/** How crops become what a kind of network is given, and what its output is held against. */
export interface BatchGatherOptions {
  /** What follows `crops.wgsl`. */
  readonly shader: string;
  /** Values for its `override` declarations. */
  readonly constants?: Readonly<Record<string, number>> | undefined;
  /** Texels of a cell of the network's input. */
  readonly inputQuads: number;
  /** Texels of a cell of what its output is held against. */
  readonly targetQuads: number;
  /**
   * Texels of a cell that a crop's threads share in a buffer, for which they are one workgroup. Default: none, and a thread is
   * enough for a cell.
   */
  readonly sharedQuads?: number | undefined;
  /** Whether it takes the tiles as lossy files give them back as well. Default: no. */
  readonly takesCoded?: boolean | undefined;
}

/** The buffers and dispatches that feed a graph and judge its output. */
export abstract class Batch {
  /** Compare the graph's output with what it should be; write its gradient and `partials`. */
  abstract readonly loss: readonly Dispatch[];
  /** Two sums a column of a patch, of which the first is what the loss counts: `[batch][patch]`. */
  readonly partials: GPUBuffer;
  /** Running sums since they were last cleared: both sums, and how many batches. */
  readonly total: GPUBuffer;
  /** Adds `partials` to `total`. */
  readonly addToTotal: Dispatch;
  /** Samples that a batch is judged by. */
  readonly samples: number;
  /** Patches of a batch. */
  readonly patches: number;

  readonly #gpu: GPUDevice;
  readonly #options: BatchOptions;
  readonly #gather: BatchGatherOptions;
  readonly #crops: GPUBuffer;
  readonly #targets: GPUTexture;

  /** Allocates everything. */
  constructor(gpu: GPUDevice, options: BatchOptions & { gather: BatchGatherOptions }) {
    const { batch, patch, factory, geometry, gather } = options;
    const buffer = (size: number) =>
      gpu.createBuffer({
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
    this.#gpu = gpu;
    this.#options = options;
    this.#gather = gather;
    this.samples = batch * patch * patch * geometry.missing * 3;
    this.patches = batch;
    this.#crops = buffer(batch * CROP_BYTES);
    this.partials = buffer(batch * patch * 8);
    this.total = buffer(16);
    this.#targets = gpu.createTexture({
      size: [patch, patch, batch * gather.targetQuads],
      format: "rgba32float",
      usage: GPUTextureUsage.STORAGE_BINDING,
    });
    this.addToTotal = factory.make(lossTotalShader, {
      bindings: [this.partials, this.total],
      workgroups: [1],
    });
  }

  /** The dispatch that cuts the current crops out of `tiles` into the graph's input. */
  gather(tiles: PhotoTiles): Dispatch {
    const { batch, patch, graph, factory, geometry, cell } = this.#options;
    const { shader, constants, inputQuads, targetQuads, sharedQuads, takesCoded } = this.#gather;
    const shape = bindGatherShape(this.#gpu, { geometry, cell, patch, inputQuads, targetQuads });
    const blocks = sharedQuads ? 1 : Math.ceil(patch / 16);
    const shared = sharedQuads
      ? [this.#gpu.createBuffer({
        size: batch * patch * patch * sharedQuads * 16,
        usage: GPUBufferUsage.STORAGE,
      })]
      : [];
    return factory.make(cropsShader + shader, {
      constants,
      bindings: [
        tiles.texture,
        this.#crops,
        ...shape,
        graph.input,
        this.#targets,
        ...shared,
        ...takesCoded ? [tiles.coded] : [],
      ],
      workgroups: [blocks, blocks, batch],
    });
  }

  /** Sets the crops that the next gather takes; fewer than a batch repeat the first. */
  setCrops(crops: readonly Crop[]): void {
    const values = Array.from({ length: this.patches }, (_, index) => {
      const { layer, x, y, symmetry, spacing, tolerance = 0 } = crops[index] ?? crops[0]!;
      return [layer, x, y, symmetry, spacing, tolerance];
    });
    this.#gpu.queue.writeBuffer(this.#crops, 0, Uint32Array.from(values.flat()));
  }

  /** The dispatch of a shader that follows `columns.wgsl`; `bindings` are its own. */
  protected judge(shader: string, options: {
    constants?: Readonly<Record<string, number>> | undefined;
    bindings?: readonly GPUBuffer[] | undefined;
  }): Dispatch {
    const { batch, patch, graph, factory } = this.#options;
    const { constants, bindings = [] } = options;
    return factory.make(columnsShader + shader, {
      constants: { SHARE: 1 / this.samples, ...constants },
      bindings: [graph.output, this.#targets, graph.outputGradient, this.partials, ...bindings],
      workgroups: [Math.ceil(patch / 16), batch],
    });
  }
}
