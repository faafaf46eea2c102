/**
 * The end of a network where several views of an image are averaged: their sums for one tile, on the device.
 *
 * @module
 */

import type { Dispatch } from "./dispatch.ts";
import type { CellExtent, Tile } from "./tile_plan.ts";
import { bindAll, type TileProgram, workgroupsOver } from "./tile_program.ts";
import type { Place, View } from "./views.ts";

/** Bytes of a sum: four levels. */
const SUM_BYTES = 16;

/** Bytes of the uniform that says whose turn it is. */
const TURN_BYTES = 56;

/** One view of one tile, among the views that are averaged. */
export interface ViewTurn {
  /** How the view lies to the image. */
  readonly view: View;
  /** Cells of its region that is computed. */
  readonly region: CellExtent;
  /** Where the region shows the tile's first cell, for each of its missing phases. */
  readonly places: readonly Place[];
  /** The tile of the image that all views are summed up for. */
  readonly tile: Tile;
  /** Where the tile's words go, counted in words. */
  readonly offset: number;
  /** Which of the views this is, from 0. */
  readonly index: number;
  /** How many views there are. */
  readonly count: number;
}

/** Sums for the tiles of a program. Construct inside error scopes. */
export class ViewAverage {
  readonly #gpu: GPUDevice;
  readonly #pipeline: GPUComputePipeline;
  readonly #turn: GPUBuffer;
  readonly #places: GPUBuffer;
  readonly #sums: GPUBuffer;
  readonly #bindings: GPUBindGroup;
  readonly #phases: number;

  /** The most words of a tile there is room for. */
  readonly words: number;

  /** Allocates and binds, for tiles of at most so many words and cells of so many missing phases. */
  constructor(
    gpu: GPUDevice,
    { program, pipeline, words, phases }: {
      program: TileProgram;
      pipeline: GPUComputePipeline;
      words: number;
      phases: number;
    },
  ) {
    this.#gpu = gpu;
    this.#pipeline = pipeline;
    this.#phases = phases;
    this.words = words;
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    const buffer = (label: string, size: number, usage: number) =>
      gpu.createBuffer({ label, size, usage: usage | COPY_DST });
    this.#turn = buffer("view", TURN_BYTES, UNIFORM);
    this.#places = buffer("places", phases * 16, STORAGE);
    this.#sums = buffer("sums", words * SUM_BYTES, STORAGE);
    this.#bindings = bindAll(gpu, {
      pipeline,
      resources: {
        ...program.ends,
        6: { buffer: this.#turn },
        7: { buffer: this.#places },
        8: { buffer: this.#sums },
      },
    });
  }

  /** Says whose turn it is. Takes effect for what is submitted afterwards. */
  begin({ view, region, places, tile, offset, index, count }: ViewTurn): void {
    const turn = new ArrayBuffer(TURN_BYTES);
    new Uint32Array(turn).set([region.width, region.height, tile.width, tile.height]);
    new Int32Array(turn, 16).set([...view.right, ...view.down]);
    new Uint32Array(turn, 32).set([offset, Number(index === 0), Number(index === count - 1)]);
    new Float32Array(turn, 44).set([1 / count]);
    new Uint32Array(turn, 48).set([Number(view.isNegative ?? false)]);
    this.#gpu.queue.writeBuffer(this.#turn, 0, turn);
    const origins = places.flatMap(({ phase, x, y }) => [x, y, phase, 0]);
    this.#gpu.queue.writeBuffer(this.#places, 0, Int32Array.from(origins));
  }

  /** Adds the view whose turn it is to the sums of a tile; the last one writes the tile's words. */
  dispatch(tile: Tile): Dispatch {
    return {
      pipeline: this.#pipeline,
      bindings: this.#bindings,
      workgroups: [...workgroupsOver(tile), this.#phases],
    };
  }

  /** Frees everything that was allocated. */
  destroy(): void {
    for (const buffer of [this.#turn, this.#places, this.#sums]) buffer.destroy();
  }
}
