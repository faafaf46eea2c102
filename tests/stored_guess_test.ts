import "../platform/deno.ts";
import { deepEqual, ok } from "node:assert/strict";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import type { Image } from "../codec/image/image.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { encodePng } from "../codec/png/png.ts";
import { compressPixels } from "../codec/png/png_pixels.ts";
import { couldBeSmallerStored } from "../codec/stored_guess.ts";
import { Random } from "../train/random.ts";
import { coderForWriting } from "../weights/coder_choice.ts";

const SIZE = { width: 240, height: 200 };
const random = new Random(8);
const PALETTE = Array.from({ length: 256 }, () => [0, 0, 0].map(() => random.below(256)));

function paint(colour: (x: number, y: number) => readonly number[]): Image {
  const data = new Uint8Array(SIZE.width * SIZE.height * 3);
  for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel++) {
    data.set(colour(pixel % SIZE.width, Math.floor(pixel / SIZE.width)), 3 * pixel);
  }
  return { ...SIZE, channels: 3, data, metadata: NO_METADATA };
}

/** A gradient with noise, as a photo has it. */
const noisy = (x: number, y: number) =>
  [x, y, (x + y) / 2].map((value) => Math.min(255, Math.floor(value + 9 * random.next())));

/** Pictures that deflate fast to far more than they need. */
const DRAWINGS: Record<string, Image> = {
  "four colours at random": paint(() => PALETTE[random.below(4)]!),
  "a palette at random": paint(() => PALETTE[random.below(256)]!),
  "shapes": paint((x, y) => PALETTE[(x * x + y * y) % 30_000 < 9000 ? 1 : (x >> 5) % 3]!),
  "ordered dithering": paint((x, y) =>
    noisy(x, y).map((value) => value + ((x & 3) * 5 + (y & 3) * 3) % 16 * 12 > 220 ? 255 : 0)
  ),
  "lines of text": paint((x, y) =>
    y % 18 < 12 && (x * 31 + y * 7) % 97 < 20 ? [0, 0, 0] : [255, 255, 255]
  ),
  "a screenshot with a photo": paint((x, y) => x < 70 && y < 60 ? noisy(x, y) : [250, 250, y % 9]),
};

Deno.test("no drawing gets larger than it is as a PNG, however badly it deflates fast", async () => {
  const coder = await coderForWriting("default");
  for (const [name, image] of Object.entries(DRAWINGS)) {
    const file = await encodeCoded(image, coder);
    const overhead = file.length - (await encodePng(image)).length;
    ok(overhead <= 60, `${name}: ${overhead} bytes more`);
    deepEqual(probeCoded(file).header.octaves, 0, name);
  }
});

Deno.test("of pictures that a PNG makes larger by far, none is made", async () => {
  const photo = paint(noisy);
  const grey: Raster = {
    ...SIZE,
    channels: 1,
    data: photo.data.filter((_, index) => index % 3 === 1),
  };
  for (const image of [photo, grey]) {
    const stored = (await compressPixels(image)).length;
    ok(!await couldBeSmallerStored(image, { coded: stored / 1.6 }));
    ok(await couldBeSmallerStored(image, { coded: stored / 1.02 }));
  }
});

Deno.test("of a large picture a part is looked at, and all of it guessed", async () => {
  const large = { width: 1500, height: 1000, channels: 3 as const };
  const data = new Uint8Array(1500 * 1000 * 3);
  for (let at = 0; at < data.length; at++) data[at] = (at >> 14) + random.below(at % 7 + 2);
  const fast = (await compressPixels({ ...large, data }, { effort: "fast" })).length;
  ok(!await couldBeSmallerStored({ ...large, data }, { coded: fast / 1.55 }));
  ok(await couldBeSmallerStored({ ...large, data }, { coded: fast / 1.35 }));
});
