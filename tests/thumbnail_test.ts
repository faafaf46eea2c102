/** Small pictures of files, by as little of them as suffices. @module */

import { deepEqual, equal, ok } from "node:assert/strict";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { encodeCoded, type EncodeOptions } from "../codec/coded_encoder.ts";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { psnr } from "../codec/image/metrics.ts";
import { scaleDown, sizeWithin } from "../codec/image/scale_down.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { openNncFile } from "../codec/nnc_file.ts";
import { decodeImage } from "../codec/read.ts";
import { thumbnailOfKept, thumbnailOfSteps } from "../codec/thumbnail.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import { cutOut, widePhoto } from "./support/coded_kinds.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const SIZE = { width: 301, height: 203 };
const scene = sceneImage(SIZE);
const asImage = (raster: Raster): Image => ({ ...raster, metadata: NO_METADATA });
const density = { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) };
const title = { type: "tEXt", data: new TextEncoder().encode("Title\0Harbour") };
const gamma = { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) };

/** The image itself in that size. */
function reduced(image: Image, longest: number): Image {
  return asImage(scaleDown(image, sizeWithin(image, longest)));
}

Deno.test("the longer side gets so many pixels, the other by the shape, and nothing grows", () => {
  deepEqual(sizeWithin({ width: 4000, height: 3000 }, 256), { width: 256, height: 192 });
  deepEqual(sizeWithin({ width: 301, height: 2000 }, 100), { width: 15, height: 100 });
  deepEqual(sizeWithin({ width: 1, height: 5000 }, 128), { width: 1, height: 128 });
  deepEqual(sizeWithin({ width: 60, height: 40 }, 256), { width: 60, height: 40 });
});

Deno.test("a pixel is the mean of the light that it covers, and what is flat stays as it was", () => {
  const data = Uint8Array.from({ length: 24 }, (_, at) => at % 2 === 0 ? 0 : 255);
  const stripes: Raster = { width: 12, height: 2, channels: 1, data };
  deepEqual([...scaleDown(stripes, { width: 6, height: 1 }).data], new Array(6).fill(188));
  for (let value = 0; value < 256; value++) {
    const flat: Raster = { width: 7, height: 5, channels: 1, data: new Uint8Array(35).fill(value) };
    const small = scaleDown(flat, { width: 3, height: 2 });
    deepEqual([...small.data], new Array(6).fill(value));
  }
});

Deno.test("pixels that lie in two count for both by their share", () => {
  const ends: Raster = {
    width: 3,
    height: 1,
    channels: 2,
    data: Uint8Array.of(9, 255, 9, 0, 9, 0),
  };
  const { data } = scaleDown(ends, { width: 2, height: 1 });
  deepEqual([...data], [9, 170, 0, 0], "two thirds of the first are opaque, none of the second");
});

Deno.test("colours that nobody sees tint nothing", () => {
  const data = Uint8Array.of(200, 10, 10, 255, 0, 255, 0, 0);
  const { data: small } = scaleDown({ width: 2, height: 1, channels: 4, data }, {
    width: 1,
    height: 1,
  });
  deepEqual([...small], [200, 10, 10, 128]);
});

Deno.test("kept pixels alone give the thumbnail of classic files, in the original's shape", async () => {
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const file = openNncFile(await compress(scene, { lattice, ratio, effort: "fast" }));
    const longest = ratio > 4 ? 75 : 128;
    const small = thumbnailOfKept(file, longest);
    ok(small, `${lattice} ${ratio}`);
    deepEqual(sizeWithin(SIZE, longest), { width: small.width, height: small.height });
    const score = psnr(small, reduced(scene, longest));
    // Of rows and at high ratios most of the area is never seen.
    ok(score > (ratio === 2 ? 28 : 22), `${lattice} ${ratio}: ${score} dB`);
    equal(thumbnailOfKept(file, 256), undefined, "more pixels than were kept");
  }
});

Deno.test("the coarse steps of coded files give their thumbnails, and no finer ones are decoded", async () => {
  const photo = softPhoto(SIZE);
  const source = await encodeCoded(
    { ...photo, metadata: { chunks: [gamma, density, title] } },
    CODING,
  );
  for (const longest of [20, 38, 40, 75, 76, 150, 151, 300, 500]) {
    let decoded = 0;
    const small = await thumbnailOfSteps(source, {
      ...CODING,
      longest,
      onProgress: (done) => decoded = done,
    });
    ok(small);
    deepEqual({ width: small.width, height: small.height }, sizeWithin(SIZE, longest));
    const wanted = sizeWithin(SIZE, 1.5 * longest);
    const spacing = [8, 4, 2, 1].find((step) =>
      Math.ceil(301 / step) >= wanted.width && Math.ceil(203 / step) >= wanted.height
    )!;
    const pixels = Math.ceil(301 / spacing) * Math.ceil(203 / spacing);
    ok(spacing === 8 || decoded === pixels, `${longest}: ${decoded} pixels, not ${pixels}`);
    deepEqual(small.metadata.chunks, [gamma]);
  }
  const whole = await thumbnailOfSteps(source, { ...CODING, longest: 301 });
  deepEqual(whole!.data, photo.data);
});

Deno.test("coded files of every kind have thumbnails, with their alpha", async () => {
  const cases: { image: Image; options?: Partial<EncodeOptions> }[] = [
    { image: softPhoto(SIZE, { channels: 1 }) },
    { image: cutOut(SIZE, 4) },
    { image: cutOut(SIZE, 2) },
    { image: widePhoto(SIZE, { channels: 3 }) },
    { image: widePhoto({ width: 5, height: 4 }, { channels: 3 }) },
    { image: softPhoto({ width: 1, height: 9 }) },
    { image: softPhoto(SIZE), options: { maxError: 3 } },
    { image: softPhoto(SIZE), options: { ratio: 8 } },
    { image: softPhoto(SIZE), options: { lossy: { step: 2 * STEP_PARTS, chroma: 16, ratio: 45 } } },
  ];
  for (const { image, options } of cases) {
    const source = await encodeCoded(image, { ...CODING, ...options });
    const small = await thumbnailOfSteps(source, { ...CODING, longest: 70 });
    ok(small);
    equal(small.channels, image.channels);
    const score = psnr(small, reduced({ ...image, low: undefined }, 70));
    ok(score > 24, `${JSON.stringify(options)}: ${score} dB`);
  }
});

Deno.test("what a file lacks behind its coarse steps its thumbnail does not need", async () => {
  const source = await encodeCoded(softPhoto(SIZE), CODING);
  const expected = await thumbnailOfSteps(source, { ...CODING, longest: 70 });
  const cut = await thumbnailOfSteps(source.subarray(0, source.length * 0.6), {
    ...CODING,
    longest: 70,
  });
  deepEqual(cut, expected);
  const short = source.subarray(0, source.length * 0.6);
  equal(await thumbnailOfSteps(short, { ...CODING, longest: 300 }), undefined);
});

Deno.test("restore --thumbnail writes a small PNG under a name of its own, drawing where it must", async () => {
  using place = new Workplace();
  const photo = await place.addScene("photo.png", { width: 90, height: 60 });
  await place.exits(0, "-c", "photo.png");
  await place.exits(0, "-c", "photo.png", "--coded", "--ratio", "16", "-o", "sparse.nnc");
  const line = await place.exits(0, "-d", "photo.nnc", "sparse.nnc", "--thumbnail", "80", "--json");
  const [kept, sparse] = line.stdout.trim().split("\n").map((text) => JSON.parse(text));
  deepEqual(
    [kept.output, kept.width, kept.networks, sparse.output],
    ["photo.thumbnail.png", 90, { quincunx: "draft" }, "sparse.thumbnail.png"],
  );
  for (const name of ["photo", "sparse"]) {
    const small = await decodeImage(Deno.readFileSync(place.path(`${name}.thumbnail.png`)));
    deepEqual([small.width, small.height], [80, 53]);
    ok(psnr(small, reduced(photo, 80)) > (name === "photo" ? 30 : 15));
  }
  const tiny = await place.exits(0, "-d", "photo.nnc", "--thumbnail", "32", "-o", "tiny", "--json");
  equal(JSON.parse(tiny.stdout).networks, undefined, "nothing is drawn");
  equal(Deno.statSync(place.path("tiny")).isFile, true, "a name without an ending is a file");
});
