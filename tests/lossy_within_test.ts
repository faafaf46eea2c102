import { deepEqual, equal, notDeepEqual, ok, rejects } from "node:assert/strict";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { canImprove, improveWithin } from "../codec/coded_improve.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { stepLevel } from "../codec/coded/within_cells.ts";
import { openEngine } from "../gpu/engine.ts";
import type { Cells } from "../gpu/geometry.ts";
import { compressCoded, NO_METADATA, psnr, readCoded, restore } from "../mod.ts";
import { AT_ONCE, CODING as PAUSING, softPhoto } from "./support/coded_files.ts";
import { averagingEngine, randomEngine } from "./support/images.ts";
import { renderScene } from "./support/scene.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";

const CODING = { ...PAUSING, workers: AT_ONCE };
const READING = { ...CODING, wantsRoom: true };
const LOSSY = { step: 16 * STEP_PARTS, chroma: 16, ratio: 45 };
const NETWORK = randomNetwork("within", { channels: 8, blocks: 1 });

Deno.test("every device, tile and strip improves a file alike, but for roundings", async () => {
  const image = softPhoto({ width: 83, height: 61 }, { channels: 4, seed: 2 });
  const file = await decodeCoded(await encodeCoded(image, { ...CODING, lossy: LOSSY }), READING);
  const improve = async (kernel: string, options: { tile?: number; stripCells?: number } = {}) => {
    const engine = await openEngine({ kernel });
    const improved = await improveWithin(file, { engine, network: NETWORK, ...options });
    engine.close();
    return improved.image;
  };
  const expected = await improve("reference");
  notDeepEqual(expected.data, file.image.data);
  for (let at = 3; at < image.data.length; at += 4) equal(expected.data[at], image.data[at]);
  deepEqual(await improve("reference", { stripCells: 100 }), expected);
  for (const options of [{}, { tile: 16 }, { tile: 16, stripCells: 500 }]) {
    const found = await improve("strip", options);
    // Where rounding takes a sample to another level, all three of its pixel may find another place in their bins.
    const different = found.data.filter((value, at) => value !== expected.data[at]);
    ok(different.length < 0.01 * found.data.length, `${different.length} differ`);
  }
});

Deno.test("a network that adds nothing leaves what stands for the bins", async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    const image = softPhoto({ width: 31, height: 22 }, { channels, seed: 3 });
    const file = await decodeCoded(await encodeCoded(image, { ...CODING, lossy: LOSSY }), READING);
    const within = () => Promise.resolve(NETWORK);
    deepEqual((await restoreCoded(file, { ...averagingEngine(), within })).data, file.image.data);
  }
});

Deno.test("a network that draws the photo gives it back as near as the bins have it", async () => {
  const image = softPhoto({ width: 40, height: 28 }, { seed: 5 });
  const bytes = await encodeCoded(image, { ...CODING, lossy: LOSSY });
  const file = await decodeCoded(bytes, READING);
  const exact: typeof NETWORK_ENGINE = { restoreCells: (_, { kept }) => drawAs(image, kept) };
  const improved = await improveWithin(file, { engine: exact, network: NETWORK });
  // The photo lies in its bins, of which tenths of a step are told.
  ok(psnr(improved.image, image) > 50);
  ok(psnr(file.image, image) < 30);
});

Deno.test("what would come back grey, and so be coded as grey, is left in its colours", async () => {
  const soft = softPhoto({ width: 33, height: 21 }, { channels: 1, seed: 6 });
  const data = new Uint8Array(soft.data.length * 3);
  soft.data.forEach((value, at) => data.fill(value, 3 * at, 3 * at + 3));
  // One pixel that every octave has, so that the file is of colours.
  data.set([30, 60, 31]);
  const image = { ...soft, channels: 3 as const, data };
  const bytes = await encodeCoded(image, { ...CODING, lossy: LOSSY });
  const file = await decodeCoded(bytes, READING);
  equal(file.header.isGrey, false);
  const grey = { ...file, room: { ...file.room!, data: file.room!.data.map(() => 255) } };
  const engine: typeof NETWORK_ENGINE = {
    restoreCells: (_, { kept }) => {
      const drawn = { ...kept, phases: 4, data: kept.data.slice(0, kept.data.length / 5 * 4) };
      for (let at = 0; at < drawn.data.length; at += 4) {
        drawn.data.fill(drawn.data[at + 1]!, at, at + 4);
      }
      return Promise.resolve(drawn);
    },
  };
  equal(await improveWithin(grey, { engine, network: NETWORK }), grey);
  const improved = await improveWithin(file, { engine, network: NETWORK });
  deepEqual(await encodeCoded(improved.image, { ...CODING, lossy: LOSSY }), bytes);
});

Deno.test("files that are lossless or within a largest error are left alone, as are what leaves no room", async () => {
  const image = softPhoto({ width: 30, height: 20 });
  for (const maxError of [0, 3]) {
    const file = await decodeCoded(await encodeCoded(image, { ...CODING, maxError }), READING);
    equal(file.room, undefined);
    equal(canImprove(file), false);
  }
  const lossy = await encodeCoded(image, { ...CODING, lossy: LOSSY });
  equal(canImprove(await decodeCoded(lossy, CODING)), false);
  equal(canImprove(await decodeCoded(lossy, READING)), true);
  equal(canImprove(await decodeCoded(lossy, { ...READING, steps: 0 })), false);
});

Deno.test("improving tells how far it is, and ends when it is asked to", async () => {
  const image = softPhoto({ width: 60, height: 40 }, { seed: 7 });
  const file = await decodeCoded(await encodeCoded(image, { ...CODING, lossy: LOSSY }), READING);
  const { engine } = randomEngine(1);
  const told: number[] = [];
  const onProgress = (done: number, total: number) => {
    equal(total, 30 * 20);
    told.push(done);
  };
  await improveWithin(file, { engine, network: NETWORK, stripCells: 150, onProgress });
  deepEqual(told, [150, 300, 450, 600]);
  const stop = new AbortController();
  const processor = await openEngine({ kernel: "reference" });
  const run = improveWithin(file, {
    ...{ engine: processor, network: NETWORK, stripCells: 150, signal: stop.signal },
    onProgress: () => stop.abort(new Error("That is enough")),
  });
  await rejects(run, /That is enough/);
});

Deno.test("restoring improves lossy files with the network of its tier, or one's own; draft leaves them", async () => {
  const photo = { ...renderScene({ width: 72, height: 50, seed: 4 }), metadata: NO_METADATA };
  const file = await compressCoded(photo, { quality: 40 });
  const engine = await openEngine({ kernel: "reference" });
  const plain = await readCoded(file);
  deepEqual((await restore(file, { engine, tier: "draft" })).data, plain.data);
  const drawn = new Set<string>();
  for (const tier of [undefined, "high", "max"]) {
    const told: number[] = [];
    const onProgress = (done: number, total: number) => told.push(done / total);
    const restored = await restore(file, { engine, tier, onProgress });
    equal(restored.quality, 40);
    deepEqual(told, told.toSorted((a, b) => a - b));
    equal(told.at(-1), 1);
    deepEqual(await compressCoded(restored, { quality: 40 }), file);
    notDeepEqual(restored.data, plain.data);
    drawn.add(restored.data.toString());
  }
  equal(drawn.size, 2, "the best network improves once, as high does");
  const network = { network: NETWORK, info: testInfo("within") };
  const own = await restore(file, { engine, network, tier: "draft" });
  equal(drawn.has(own.data.toString()), false);
  deepEqual(await compressCoded(own, { quality: 40 }), file);
  await rejects(restore(file, { engine, tier: "quick" }), /There is no tier "quick"/);
  engine.close();
});

Deno.test("steps are told as levels that differ, from the finest to the coarsest", () => {
  const levels = Array.from({ length: 96 + 7 + 1 }, (_, at) => stepLevel(at - 7));
  equal(new Set(levels).size, levels.length);
  ok(levels.every((level) => level > 0 && level < 256));
});

const NETWORK_ENGINE = randomEngine(1).engine;

/** Cells with a photo's own pixels. */
function drawAs(
  { width, height, data }: { width: number; height: number; data: Uint8Array },
  { width: across, height: down }: Cells,
): Promise<Cells> {
  const drawn = new Uint8Array(4 * across * down * 4);
  [[0, 0], [1, 1], [1, 0], [0, 1]].forEach(([x, y], phase) => {
    for (let cell = 0; cell < across * down; cell++) {
      const column = 2 * (cell % across) + x!;
      const row = 2 * Math.floor(cell / across) + y!;
      if (column >= width || row >= height) continue;
      const from = (row * width + column) * 3;
      drawn.set(data.subarray(from, from + 3), (phase * across * down + cell) * 4);
    }
  });
  return Promise.resolve({ width: across, height: down, phases: 4, data: drawn });
}
