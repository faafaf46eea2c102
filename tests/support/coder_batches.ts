/** Batches of coder networks, fed and judged with random outputs in the network's place. @module */

import type { Device } from "../../gpu/device.ts";
import { readBuffer } from "../../gpu/device.ts";
import { encodeDispatches } from "../../gpu/dispatch.ts";
import type { CoderBatch } from "../../train/coder_batch.ts";
import type { ForwardGraph } from "../../train/graph.ts";
import type { Crop, PhotoTiles } from "../../train/photo_tiles.ts";
import { Random } from "../../train/random.ts";
import { downloadTexels, uploadTexels } from "../../train/texels.ts";
import { randomOutputs } from "./coder_phases.ts";

/** What went in, what came out, and the running sums. */
export interface JudgedBatch {
  /** Of each crop, `[cell][phase][9]`. */
  readonly outputs: readonly Float64Array[];
  readonly input: Awaited<ReturnType<typeof downloadTexels>>;
  readonly gradient: Awaited<ReturnType<typeof downloadTexels>>;
  readonly sums: Float32Array;
}

/** Feeds crops, puts random outputs where the network's would be, and judges them. */
export async function judgeRandomOutputs({ gpu }: Device, options: {
  feed: CoderBatch;
  graph: ForwardGraph;
  tiles: PhotoTiles;
  crops: readonly Crop[];
  /** Of all crops: how many phases of cells are judged, and channels of a cell. */
  phases: number;
  channels: number;
}): Promise<JudgedBatch> {
  const { feed, graph, tiles, crops, phases, channels } = options;
  feed.setCrops(crops);
  const random = new Random(3);
  const outputs = crops.map(() =>
    Float64Array.from(
      Array.from({ length: phases / crops.length }, () => randomOutputs(random)).flat(),
      Math.fround,
    )
  );
  outputs.forEach((values, image) =>
    uploadTexels(gpu, { texture: graph.output, values, channels, image })
  );
  const encoder = gpu.createCommandEncoder();
  encodeDispatches(encoder, [feed.gather(tiles), ...feed.loss, feed.addToTotal]);
  gpu.queue.submit([encoder.finish()]);
  return {
    outputs,
    input: await downloadTexels(gpu, { texture: graph.input, border: 0 }),
    gradient: await downloadTexels(gpu, { texture: graph.outputGradient, border: 2 }),
    sums: new Float32Array((await readBuffer(gpu, { buffer: feed.total })).buffer),
  };
}
