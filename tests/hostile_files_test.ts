import { assert, assertRejects, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { deflateSync } from "node:zlib";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { travellingMetadata } from "../codec/png/metadata.ts";
import { writeChunks } from "../codec/png/png_chunks.ts";
import { probe } from "../codec/probe.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { decodeCheckpoint } from "../train/checkpoint.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import { TrainingError } from "../train/training_error.ts";
import { encodeSafetensors } from "../weights/safetensors.ts";
import { decodeSafetensors } from "../weights/safetensors.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { averagingEngine } from "./support/images.ts";
import { concat, latin1, writeJpeg } from "./support/jpeg_writer.ts";
import { bigEndian } from "./support/png_writer.ts";
import { sceneImage } from "./support/run_nnc.ts";

/** A PNG of one chunk of pixels, whatever size it claims. */
function claimingPng(width: number, height: number): Uint8Array {
  const header = Uint8Array.of(...bigEndian(width), ...bigEndian(height), 8, 2, 0, 0, 0);
  return writeChunks([
    { type: "IHDR", data: header },
    { type: "IDAT", data: new Uint8Array(deflateSync(new Uint8Array(300))) },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
}

/** Runs `work` and returns the largest buffer that was asked for meanwhile, in bytes. */
async function largestAllocation(work: () => unknown): Promise<number> {
  let largest = 0;
  const { ArrayBuffer: Plain, Uint8Array: Bytes } = globalThis;
  const watch = <Type extends new (...args: never[]) => unknown>(type: Type) =>
    new Proxy(type, {
      construct(target, [size, ...rest], newTarget) {
        if (typeof size === "number") largest = Math.max(largest, size);
        return Reflect.construct(target, [size, ...rest], newTarget);
      },
    });
  Object.assign(globalThis, { ArrayBuffer: watch(Plain), Uint8Array: watch(Bytes) });
  try {
    await work();
  } finally {
    Object.assign(globalThis, { ArrayBuffer: Plain, Uint8Array: Bytes });
  }
  return largest;
}

Deno.test("a file of 100 bytes that claims 60000×60000 pixels is refused before anything is allocated", async () => {
  const file = claimingPng(60000, 60000);
  assert(file.length <= 100, `the file has ${file.length} bytes`);
  const seen = await largestAllocation(() => new Uint8Array(50_000));
  assert(seen === 50_000, `the watch saw ${seen} of 50000 bytes`);
  const largest = await largestAllocation(async () => {
    for (const read of [decodeImage, compress, (bytes: Uint8Array) => restore(bytes, engine)]) {
      await assertRejects(() => read(file), ImageError, "60000×60000 pixels; at most 400000000");
    }
    assertThrows(() => probe(file), ImageError, "60000×60000 pixels; at most 400000000");
  });
  assert(largest < 10_000, `${largest} bytes were allocated`);
});

Deno.test("a claim within the limit is refused too where the bytes cannot hold it", async () => {
  const largest = await largestAllocation(async () => {
    await assertRejects(() => decodeImage(claimingPng(20000, 19999)), ImageError, "has only");
    const jpeg = await writeJpeg(sceneImage());
    const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
    jpeg.set([20000 >> 8, 20000 & 255, 20000 >> 8, 20000 & 255], frame + 5);
    await assertRejects(() => decodeImage(jpeg), ImageError, "more than");
  });
  assert(largest < 1_000_000, `${largest} bytes were allocated`);
});

const engine = averagingEngine();

Deno.test("pixels are not inflated beyond what the header states", async () => {
  const header = Uint8Array.of(...bigEndian(4), ...bigEndian(4), 8, 0, 0, 0, 0);
  const bomb = new Uint8Array(deflateSync(new Uint8Array(2 ** 24)));
  const file = writeChunks([
    { type: "IHDR", data: header },
    { type: "IDAT", data: bomb },
    { type: "IEND", data: new Uint8Array(0) },
  ]);
  const largest = await largestAllocation(() => decodeImage(file));
  assert(largest < 100_000, `${largest} bytes were allocated`);
});

Deno.test("a text in a language of 200,000 letters is left out", () => {
  const language = new Uint8Array(200_000).fill(97);
  const data = concat([latin1("Title\0\0\0"), language, latin1("\0\0text")]);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const { chunks } = travellingMetadata([{ type: "iTXt", data }], { onWarning });
  assert(chunks.length === 0 && warnings[0]?.includes('"iTXt" is left out'), warnings[0]);
});

Deno.test("a JPEG whose scans would keep a decoder busy for hours is refused", async () => {
  const jpeg = await writeJpeg(sceneImage(), { progressive: true });
  const start = jpeg.findLastIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
  const scan = jpeg.subarray(start, jpeg.length - 2);
  const many = concat([jpeg.subarray(0, start), ...Array(300).fill(scan), jpeg.subarray(-2)]);
  await assertRejects(() => decodeImage(many), ImageError, "scans, and at most 200 are read");
});

Deno.test("a PNG and a JPEG of more parts than memory holds are refused", async () => {
  const part = { type: "zzZz", data: new Uint8Array(0) };
  const png = writeChunks([
    { type: "IHDR", data: new Uint8Array(13) },
    ...Array(2 ** 20).fill(part),
  ]);
  await assertRejects(() => decodeImage(png), ImageError, "more than 1048576 chunks");
  const jpeg = new Uint8Array(2 + 4 * 2 ** 19);
  for (let at = 2; at < jpeg.length; at += 4) jpeg.set([0xff, 0xfe, 0, 2], at);
  jpeg.set([0xff, 0xd8]);
  await assertRejects(() => decodeImage(jpeg), ImageError, "more than 262144 segments");
});

Deno.test("a file's names cannot command the terminal that an error is shown on", () => {
  const named = (name: string) => {
    const tensors = new Map([[name, { shape: [1], values: Float32Array.of(1) }]]);
    const bytes = encodeSafetensors({ tensors, metadata: new Map() });
    // The one value of the file is no number.
    return concat([bytes.subarray(0, -4), Uint8Array.of(0, 0, 192, 127)]);
  };
  const names = ["\x1b[2J", "\u009b2J", "\u202egnp.exe"];
  for (const name of names) {
    const error = assertThrows(() => decodeSafetensors(named(name)), WeightsError);
    assert(!/[\p{Cc}\p{Cf}]/u.test(error.message), JSON.stringify(error.message));
    assert(/\\u\{(1b|9b|202e)\}/.test(error.message), error.message);
  }
  assertThrows(
    () => decodeSafetensors(named("a".repeat(201))),
    WeightsError,
    "at most 200 letters",
  );
});

Deno.test("whatever is wrong with a checkpoint's recipe or progress, it is a TrainingError that says so", () => {
  const write = (recipe: unknown, progress: unknown) =>
    encodeSafetensors({
      tensors: new Map(),
      metadata: new Map([
        ["format", "nnc checkpoint 1"],
        ["recipe", JSON.stringify(recipe)],
        ["progress", JSON.stringify(progress)],
      ]),
    });
  const progress = { step: 1, random: 1, best: 30, before: 29 };
  const unprintable = { toString: 1, valueOf: 1 };
  const recipes: [change: Record<string, unknown>, part: string][] = [
    [{ channels: 6000 }, '"channels" must be'],
    [{ channels: 6 }, "multiple of 4"],
    [{ blocks: undefined }, '"blocks" must be'],
    [{ blocks: unprintable }, '"blocks" must be'],
    [{ rate: "0.001" }, '"rate" must be a number'],
    [{ rate: unprintable }, '"rate" must be a number'],
    [{ averageDecay: "a".repeat(5000) }, '"averageDecay" must be'],
    [{ step: ["quincunx"] }, '"step"'],
    [{ step: unprintable }, '"step"'],
    [{ step: "a".repeat(5000) }, '"step"'],
    [{ tier: 7 }, '"tier"'],
  ];
  for (const [change, part] of recipes) {
    const bytes = write({ ...DEFAULT_RECIPE, ...change }, progress);
    const error = assertThrows(() => decodeCheckpoint(bytes), TrainingError, part);
    assert(error.message.length < 300, error.message);
  }
  for (
    const change of [{ step: -1 }, { step: 0.5 }, { random: 1e300 }, { best: null }, {
      sinceBest: -1,
    }]
  ) {
    const bytes = write(DEFAULT_RECIPE, { ...progress, ...change });
    assertThrows(() => decodeCheckpoint(bytes), TrainingError, `"${Object.keys(change)[0]}"`);
  }
});

Deno.test("a JPEG too large for its decoder is not called damaged", async () => {
  const jpeg = await writeJpeg(sceneImage(), { progressive: true });
  const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc2);
  jpeg.set([20000 >> 8, 20000 & 255, 20000 >> 8, 20000 & 255], frame + 5);
  const comment = new Uint8Array(2 + 0xffff);
  comment.set([0xff, 0xfe, 0xff, 0xff]);
  // Comments make the file long enough for its claim.
  const file = concat([jpeg.subarray(0, 2), ...Array(12).fill(comment), jpeg.subarray(2)]);
  await assertRejects(() => decodeImage(file), ImageError, "too large for its decoder");
});
