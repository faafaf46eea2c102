import { assert, assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { ImageError } from "../codec/image/image_error.ts";
import { decodeImage } from "../codec/read.ts";
import { concat, latin1, withSegments, writeJpeg } from "./support/jpeg_writer.ts";
import { sceneImage } from "./support/run_nnc.ts";

const PICTURE = sceneImage({ width: 40, height: 24 });
const JPEG = await writeJpeg(PICTURE);

/** An Adobe segment: 0 says that three components are RGB, 1 that they are YCbCr, 2 that four are YCCK. */
function adobeSegment(transform: number): { marker: number; data: Uint8Array } {
  return { marker: 0xee, data: concat([latin1("Adobe\0d\0\0\0\0"), Uint8Array.of(transform)]) };
}

/** The pixels in luma and chroma, as JFIF defines them. */
function lumaChroma(data: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = data.subarray(at, at + 3) as unknown as [number, number, number];
    values.push(
      0.299 * red + 0.587 * green + 0.114 * blue,
      128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
      128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    );
  }
  return values;
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  return Array.from(a).reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

Deno.test("an Adobe marker that says YCbCr changes nothing, and neither does none at all", async () => {
  const { data } = await decodeImage(JPEG);
  assertEquals((await decodeImage(withSegments(JPEG, [adobeSegment(1)]))).data, data);
  assertEquals((await decodeImage(withSegments(JPEG, []))).data, data);
});

Deno.test("an Adobe marker that says RGB has its components taken for R, G and B", async () => {
  const { data } = await decodeImage(JPEG);
  const image = await decodeImage(withSegments(JPEG, [adobeSegment(0)]));
  assertEquals([image.channels, image.width, image.height], [3, 40, 24]);
  assert(meanDifference(image.data, lumaChroma(data)) < 1);
  assert(meanDifference(image.data, data) > 20, "the marker was not heeded");
});

Deno.test("components that are called R, G and B are taken for what they are called", async () => {
  const named = withSegments(JPEG, []).slice();
  const indexOf = (marker: number) =>
    named.findIndex((byte, at) => byte === 0xff && named[at + 1] === marker);
  const [frame, scan] = [indexOf(0xc0), indexOf(0xda)];
  latin1("RGB").forEach((letter, component) => {
    named[frame + 10 + 3 * component] = letter;
    named[scan + 5 + 2 * component] = letter;
  });
  const image = await decodeImage(named);
  assertEquals(image.data, (await decodeImage(withSegments(JPEG, [adobeSegment(0)]))).data);
});

Deno.test("four components are refused by name, with an Adobe marker and without", async () => {
  const frame = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xc0);
  const cmyk = JPEG.with(frame + 9, 4);
  for (const segments of [[], [adobeSegment(0)], [adobeSegment(2)]]) {
    await assertRejects(() => decodeImage(withSegments(cmyk, segments)), ImageError, "is CMYK");
  }
});
