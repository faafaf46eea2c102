import { assert, assertEquals, assertLess, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { inflateSync } from "node:zlib";
import "../platform/deno.ts";
import { openWorkers } from "../codec/workers.ts";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { adler32, joinAdler32 } from "../codec/png/adler32.ts";
import { DEFLATE_RUN } from "../codec/png/deflate_run.ts";
import { type DeflateSegment, joinDeflated, segmentOf } from "../codec/png/deflate_segments.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodePng } from "../codec/png/png_decode.ts";
import { writeHeader } from "../codec/png/png_header.ts";
import { compressPixels, EFFORTS } from "../codec/png/png_pixels.ts";
import { MAX_SINGLE_RUN, planRuns } from "../codec/png/png_runs.ts";
import { CALLING_THREAD } from "../platform/tasks.ts";
import { currentPlatform, type Thread, usePlatform } from "../platform/platform.ts";
import { WorkerPool } from "../platform/worker_pool.ts";
import { noiseImage } from "./support/images.ts";
import { rawChunks } from "./support/png_writer.ts";
import { nncCommand, Workplace } from "./support/run_nnc.ts";
import { NotedWorkers } from "./support/noted_workers.ts";
import { renderScene } from "./support/scene.ts";

/** Just above what is written as one run. */
const LARGE = noiseImage({ width: 1200, height: 900, channels: 1, seed: 3 });

/** Deflates an image in runs of so many rows. */
async function deflateRuns(
  image: Raster,
  options: { rows: number; effort: typeof EFFORTS[number] },
): Promise<DeflateSegment[]> {
  const { rows: most, effort } = options;
  const { width, height, channels, data } = image;
  const stride = width * channels;
  const segments: DeflateSegment[] = [];
  for (let top = 0; top < height; top += most) {
    const bottom = Math.min(top + most, height);
    const rows = {
      ...image,
      height: bottom - top,
      data: data.slice(top * stride, bottom * stride),
    };
    const above = top > 0 ? { above: data.slice((top - 1) * stride, top * stride) } : {};
    const place = bottom === height ? "last" : "inner";
    segments.push(await DEFLATE_RUN.work({ rows, ...above, effort, place }, () => {}));
  }
  return segments;
}

function readPixels(image: Raster, stream: Uint8Array): Uint8Array {
  const file = writeChunks([
    writeHeader(image, image),
    { type: "IDAT", data: stream },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  return decodePng(file).image.data;
}

Deno.test("segments that are joined inflate to all rows, at every channel count and effort", async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const effort of EFFORTS) {
      for (const [width, height, rows] of [[37, 41, 5], [64, 30, 1], [3, 90, 16]] as const) {
        const noise = noiseImage({ width, height, channels, seed: width });
        const flat = { ...noise, data: new Uint8Array(noise.data.length).fill(200) };
        for (const image of [noise, flat]) {
          const segments = await deflateRuns(image, { rows, effort });
          const stream = joinDeflated(segments);
          const plain = inflateSync(stream);
          assertEquals(plain.length, height * (width * channels + 1));
          assertEquals(readPixels(image, stream), image.data, `${channels} ${effort} ${rows}`);
        }
      }
    }
  }
});

Deno.test("runs of photo-like pictures come back, wherever their first row is filtered by the row above", async () => {
  for (const seed of [1, 2, 3, 4]) {
    const scene = renderScene({ width: 120, height: 96, seed });
    const stream = joinDeflated(await deflateRuns(scene, { rows: 8, effort: "default" }));
    assertEquals(readPixels(scene, stream), scene.data);
  }
});

Deno.test("streams that end at any bit of a byte can be followed by another", async () => {
  const ends = new Set<number>();
  for (let length = 1; length < 60; length++) {
    const bytes = noiseImage({ width: length, height: 1, channels: 1, seed: length }).data;
    const text = bytes.map((byte) => 65 + byte % 7);
    const image = { width: length, height: 1, channels: 1, data: text } as const;
    const stream = await DEFLATE_RUN.work(
      { rows: image, effort: "default", place: "only" },
      () => {},
    );
    const whole = { length: length + 1 };
    const { segment: inner } = segmentOf(stream.bytes, { ...whole, isLast: false });
    const { segment: last } = segmentOf(stream.bytes, { ...whole, isLast: true });
    const once = inflateSync(stream.bytes);
    const twice = inflateSync(joinDeflated([inner, last]));
    assertEquals([...twice], [...once, ...once]);
    ends.add(inner.bytes.length - last.bytes.length);
  }
  // The empty block of four bytes begins in the last byte or in one of its own.
  assertEquals([...ends].sort(), [4, 5]);
});

Deno.test("the checksum of two parts joined is that of the whole", () => {
  const { data } = noiseImage({ width: 9000, height: 2, channels: 1, seed: 5 });
  const whole = adler32(data);
  for (const at of [0, 1, 17, 3800, 3801, 17999, 18000]) {
    const [first, second] = [data.subarray(0, at), data.subarray(at)];
    const part = { adler: adler32(second), length: second.length };
    assertEquals(joinAdler32(adler32(first), part), whole, `${at}`);
    assertEquals(adler32(second, adler32(first)), whole, `${at}`);
  }
  assertEquals(adler32(new TextEncoder().encode("Wikipedia")), 0x11e60398);
});

Deno.test("images up to a megapixel are one run, larger ones are cut into runs that cover them", () => {
  assertEquals(planRuns({ width: 1024, height: 1024 }).length, 1);
  for (
    const [width, height] of [[1025, 1024], [7008, 4672], [1, 2 ** 21], [2 ** 21, 1], [40000, 40]]
  ) {
    const runs = planRuns({ width: width!, height: height! });
    assertEquals(
      runs.reduce((bottom, { top, height }) => {
        assertEquals(top, bottom);
        assert(height > 0);
        return bottom + height;
      }, 0),
      height,
    );
    const most = Math.max(MAX_SINGLE_RUN / 2, 32 * width!);
    for (const run of runs) assertLess(run.height * width!, most);
  }
});

Deno.test("the bytes do not depend on how many workers there are", async () => {
  using pool = openWorkers();
  const expected = await compressPixels(LARGE);
  assert(planRuns(LARGE).length > 1);
  assertEquals(readPixels(LARGE, expected), LARGE.data);
  for (const count of [1, 3]) {
    const workers = { count, run: pool.run.bind(pool) };
    assertEquals(await compressPixels(LARGE, { workers }), expected, `${count}`);
    assertEquals(await compressPixels(LARGE, { workers: { ...CALLING_THREAD, count } }), expected);
  }
});

Deno.test("progress moves run by run", async () => {
  const told: string[] = [];
  await compressPixels(LARGE, {
    effort: "fast",
    onProgress: (done, total) => told.push(`${done}/${total}`),
  });
  const { length } = planRuns(LARGE);
  assertEquals(told, Array.from({ length }, (_, index) => `${index + 1}/${length}`));
});

Deno.test("a signal aborts the work, here and on workers", async () => {
  using pool = openWorkers();
  for (const workers of [CALLING_THREAD, pool]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    let last = 0;
    const work = () =>
      compressPixels(LARGE, {
        workers,
        signal: controller.signal,
        onProgress(done) {
          last = done;
          controller.abort(reason);
        },
      });
    assertEquals(await assertRejects(work, Error), reason);
    assertLess(last, planRuns(LARGE).length);
  }
});

Deno.test("what a task throws on a worker is thrown by whoever waits for it, and the worker goes on", async () => {
  using pool = new WorkerPool({
    module: new URL("../codec/worker.ts", import.meta.url),
    count: 1,
    errors: [],
  });
  const unknown = { name: "no such task", work: () => Promise.resolve() };
  await assertRejects(() => pool.run(unknown, { input: 1 }), Error, 'no task "no such task"');
  const stream = await compressPixels(LARGE, { workers: pool });
  assertEquals(readPixels(LARGE, stream), LARGE.data);
});

Deno.test("a file that workers read gives the same bytes, warnings and errors", async () => {
  using workers = new NotedWorkers();
  const image = { ...renderScene({ width: 600, height: 400 }), metadata: NO_METADATA };
  const png = await encodePng(image, { effort: "fast" });
  const odd = rawChunks([
    ...readChunks(png).slice(0, 1),
    { type: "tEXt", data: Uint8Array.of(0) },
    ...readChunks(png).slice(1),
  ]);
  const outcomes = [];
  for (const options of [{}, { workers }]) {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const bytes = await compress(odd, { ...options, onWarning });
    const damaged = odd.slice(0, odd.length - 500);
    const error = await assertRejects(() => compress(damaged, options), ImageError);
    outcomes.push({ bytes, warnings, message: error.message });
  }
  assertEquals(outcomes[0]!.warnings.length, 1);
  assertEquals(outcomes[1], outcomes[0]);
  assertEquals(workers.names, ["pack file", "deflate run", "pack file"]);
});

Deno.test("where no worker can be started, the calling thread does the work", async () => {
  const expected = await compressPixels(LARGE);
  for (const count of [1, 3]) {
    const module = new URL("data:application/javascript,throw new Error()");
    using workers = new WorkerPool({ module, count, errors: [] });
    assertEquals(await compressPixels(LARGE, { workers }), expected);
    assertEquals(await compressPixels(LARGE, { workers }), expected);
  }
});

Deno.test("workers that are starting when they are let go are ended once they have started", () => {
  const before = currentPlatform().startWorker;
  let ended = 0;
  const starting: Thread = {
    onmessage: null,
    onerror: null,
    postMessage() {},
    terminate: () => void ended++,
  };
  usePlatform({ startWorker: () => starting });
  try {
    const workers = new WorkerPool({ module: new URL(import.meta.url), count: 1, errors: [] });
    workers.run({ name: "any", work: () => Promise.resolve() }, { input: 1 });
    workers[Symbol.dispose]();
    assertEquals(ended, 0);
    starting.onmessage!({ data: { ready: true } } as MessageEvent);
    assertEquals(ended, 1);
  } finally {
    usePlatform({ startWorker: before });
  }
});

Deno.test("Ctrl-C is answered while a large image is compressed, and nothing stays behind", async () => {
  using place = new Workplace();
  const image = noiseImage({ width: 4000, height: 3000, channels: 1, seed: 1 });
  Deno.writeFileSync(place.path("large.png"), await encodePng(image, { effort: "fast" }));
  const child = nncCommand(["-c", "large.png", "--effort", "max"], { cwd: place.folder }).spawn();
  const output = child.output();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  child.kill("SIGINT");
  const struck = performance.now();
  assertEquals((await output).code, 130);
  // The rest would take twice as long on the fastest of machines.
  assertLess(performance.now() - struck, 5000);
  assertEquals(place.list(), ["large.png"]);
});
