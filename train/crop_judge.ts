/**
 * What a network's output is worth, crop by crop, with the weights as they are.
 *
 * @module
 */

import { readBuffer } from "../gpu/device.ts";
import { type Dispatch, encodeDispatches } from "../gpu/dispatch.ts";
import type { Batch } from "./batch.ts";
import type { ForwardGraph } from "./graph.ts";
import type { Crop, PhotoTiles } from "./photo_tiles.ts";

/** What is judged, by what, and on what. */
export interface CropJudgeOptions {
  /** Feeds the graph, and judges its output. */
  readonly batch: Batch;
  /** The network that is judged. */
  readonly graph: ForwardGraph;
  /** Its weights: flat, `f32`. */
  readonly parameters: GPUBuffer;
  /** The photos that crops are cut out of. */
  readonly tiles: PhotoTiles;
}

/** Judges the same weights again and again. */
export class CropJudge {
  readonly #gpu: GPUDevice;
  readonly #batch: Batch;
  readonly #dispatches: readonly Dispatch[];

  /** Builds the dispatches. */
  constructor(gpu: GPUDevice, { batch, graph, parameters, tiles }: CropJudgeOptions) {
    this.#gpu = gpu;
    this.#batch = batch;
    this.#dispatches = [
      batch.gather(tiles),
      ...graph.packForward(parameters),
      ...graph.forward,
      ...batch.loss,
    ];
  }

  /** Both sums of each crop, whole batches of them, divided by its samples. */
  async means(crops: readonly Crop[]): Promise<[number, number][]> {
    const { partials, patches, samples } = this.#batch;
    const { size } = partials;
    const results = this.#gpu.createBuffer({
      size: size * crops.length / patches,
      usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    for (let from = 0; from < crops.length; from += patches) {
      this.#batch.setCrops(crops.slice(from, from + patches));
      const encoder = this.#gpu.createCommandEncoder();
      encodeDispatches(encoder, this.#dispatches);
      encoder.copyBufferToBuffer(partials, 0, results, size * from / patches, size);
      this.#gpu.queue.submit([encoder.finish()]);
    }
    const sums = new Float32Array((await readBuffer(this.#gpu, { buffer: results })).buffer);
    results.destroy();
    const columns = sums.length / 2 / crops.length;
    const share = samples / patches;
    return crops.map((_, crop) => {
      let [first, second] = [0, 0];
      for (let column = crop * columns; column < (crop + 1) * columns; column++) {
        first += sums[2 * column]!;
        second += sums[2 * column + 1]!;
      }
      return [first / share, second / share];
    });
  }
}
