import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { ImageError } from "../codec/image/image_error.ts";
import type { Image } from "../codec/image/image.ts";
import { exactShare, maxError, psnr, ssim } from "../codec/image/metrics.ts";
import { noiseImage } from "./support/images.ts";

function flat(value: number, options: { channels?: Image["channels"] | undefined } = {}): Image {
  const image = noiseImage({ width: 20, height: 15, channels: options.channels ?? 3, seed: 1 });
  return { ...image, data: image.data.map(() => value) };
}

Deno.test("an image equals itself", () => {
  const image = noiseImage({ width: 20, height: 13, channels: 3, seed: 1 });
  assertEquals(psnr(image, image), Infinity);
  assertAlmostEquals(ssim(image, image), 1, 1e-12);
  assertEquals(maxError(image, image), 0);
  assertEquals(exactShare(image, image), 1);
});

Deno.test("PSNR is 20 log10(255 / d) where every sample differs by d", () => {
  assertAlmostEquals(psnr(flat(100), flat(105)), 20 * Math.log10(255 / 5), 1e-9);
  assertAlmostEquals(psnr(flat(0), flat(255)), 0, 1e-9);
  assertEquals(maxError(flat(100), flat(90)), 10);
});

Deno.test("a mask chooses the pixels that count", () => {
  const [a, b] = [flat(10), flat(10)];
  b.data.set([10, 10, 40], 3 * 7);
  const mask = new Uint8Array(300);
  mask.set([1, 1, 1, 1], 5);
  assertAlmostEquals(psnr(a, b, { mask }), 10 * Math.log10(255 ** 2 * 12 / 900), 1e-9);
  assertEquals(exactShare(a, b, { mask }), 3 / 4);
  assertEquals(maxError(a, b, { mask }), 30);
  mask[7] = 0;
  assertEquals(psnr(a, b, { mask }), Infinity);
});

Deno.test("grey counts as equal red, green and blue, and alpha not at all", () => {
  const grey = flat(50, { channels: 1 });
  assertEquals(psnr(grey, flat(50)), Infinity);
  const transparent = flat(50, { channels: 4 });
  transparent.data[3] = 0;
  assertEquals(maxError(grey, transparent), 0);
});

Deno.test("SSIM of flat images is the luminance term alone", () => {
  const c1 = (0.01 * 255) ** 2;
  const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);
  assertAlmostEquals(ssim(flat(100), flat(120)), expected, 1e-9);
});

Deno.test("SSIM of an image and its negative is far below that of a slight noise", () => {
  const image = noiseImage({ width: 32, height: 32, channels: 1, seed: 3 });
  const negative = { ...image, data: image.data.map((value) => 255 - value) };
  const noisy = { ...image, data: image.data.map((value, at) => value ^ (at % 2)) };
  assert(ssim(image, noisy) > 0.99);
  assert(ssim(image, negative) < 0);
});

Deno.test("images smaller than SSIM's window can be compared", () => {
  const image = noiseImage({ width: 3, height: 1, channels: 3, seed: 3 });
  assertAlmostEquals(ssim(image, image), 1, 1e-12);
});

Deno.test("images of different sizes, masks of another length and empty masks are refused", () => {
  const image = flat(1);
  const other = noiseImage({ width: 15, height: 20, channels: 3, seed: 1 });
  assertThrows(() => psnr(image, other), ImageError, "20×15 and 15×20");
  assertThrows(() => ssim(image, other), ImageError);
  assertThrows(() => psnr(image, image, { mask: new Uint8Array(3) }), ImageError, "300 values");
  assertThrows(() => psnr(image, image, { mask: new Uint8Array(300) }), ImageError, "no pixel");
});

Deno.test("a level of 16 bits counts as 1/257 of one of 8, also beside an image of 8", () => {
  const grey = flat(100);
  const wide = { ...grey, low: grey.data.map(() => 100) };
  assertEquals([maxError(wide, grey), exactShare(wide, grey)], [0, 1]);
  const brighter = { ...wide, low: wide.low.map((value) => value + 1) };
  assertAlmostEquals(maxError(wide, brighter), 1 / 257, 1e-12);
  assertAlmostEquals(psnr(wide, brighter), 20 * Math.log10(65535), 1e-9);
  assertEquals(exactShare(wide, brighter), 0);
});
