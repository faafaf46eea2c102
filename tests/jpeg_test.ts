import { assert, assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { readOrientation, uprightExif } from "../codec/image/exif.ts";
import type { Image } from "../codec/image/image.ts";
import { findChunk } from "../codec/png/metadata.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { decodeImage } from "../codec/read.ts";
import { exifOf, exifSegment, withSegments, writeJpeg } from "./support/jpeg_writer.ts";
import { pixelAt } from "./support/images.ts";

/** A smooth picture without symmetries. */
function shaded(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width / width, Math.floor(pixel / width) / height];
    data.set([40 + 160 * x, 60 + 130 * y, 200 - 90 * x * y], 3 * pixel);
  }
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}

const PICTURE = shaded(19, 13);
const JPEG = await writeJpeg(PICTURE);

Deno.test("baseline and progressive, full and halved chroma, are read to the nearest levels", async () => {
  for (const progressive of [false, true]) {
    for (const subsampling of [1, 2] as const) {
      const image = await decodeImage(await writeJpeg(PICTURE, { progressive, subsampling }));
      assertEquals([image.width, image.height, image.channels], [19, 13, 3]);
      image.data.forEach((value, at) =>
        assert(Math.abs(value - PICTURE.data[at]!) <= (subsampling === 2 ? 8 : 3), `sample ${at}`)
      );
    }
  }
});

Deno.test("a grey JPEG is a grey image", async () => {
  const image = await decodeImage(await writeJpeg(PICTURE, { grey: true }));
  assertEquals([image.channels, image.data.length], [1, 19 * 13]);
  const [red, green, blue] = pixelAt(PICTURE, 9, 6) as [number, number, number];
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  assert(Math.abs(pixelAt(image, 9, 6)[0]! - luma) <= 2);
});

/** Where an upright pixel is stored, in the words of Exif's table: what the first row and column show. */
const STORED: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
};

Deno.test("each of the eight orientations is applied once, and Exif then says upright", async () => {
  const stored = await decodeImage(JPEG);
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const order of ["II", "MM"] as const) {
      const turned = withSegments(JPEG, [exifSegment(exifOf(orientation, order))]);
      const image = await decodeImage(turned);
      const expected = orientation > 4 ? [13, 19] : [19, 13];
      assertEquals([image.width, image.height], expected, `orientation ${orientation}`);
      for (let y = 0; y < image.height; y++) {
        for (let x = 0; x < image.width; x++) {
          const from = STORED[orientation]!(x, y, 19, 13);
          assertEquals(pixelAt(image, x, y), pixelAt(stored, ...from), `${orientation} ${x} ${y}`);
        }
      }
      const exif = findChunk(image.metadata, "eXIf")!;
      assertEquals(exif, exifOf(1, order));
      const file = await compress(turned);
      assertEquals(await compress({ ...image }), file);
    }
  }
});

Deno.test("Exif without an orientation, or with one that does not exist, counts as upright", () => {
  assertEquals(readOrientation(exifOf(0)), 1);
  assertEquals(readOrientation(exifOf(9)), 1);
  const exif = exifOf(6);
  for (let length = 0; length < exif.length; length++) {
    const cut = exif.subarray(0, length);
    assertEquals(uprightExif(cut).length, length);
    assert([1, 6].includes(readOrientation(cut)));
  }
});

Deno.test("CMYK, 12 bits and arithmetic coding are refused by name", async () => {
  const frame = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xc0);
  const arithmetic = JPEG.with(frame + 1, 0xc9);
  await assertRejects(() => decodeImage(arithmetic), ImageError, "frame c9");
  const deep = JPEG.with(frame + 4, 12);
  await assertRejects(() => decodeImage(deep), ImageError, "12 bits");
  const cmyk = JPEG.with(frame + 9, 4);
  await assertRejects(() => decodeImage(cmyk), ImageError, "convert it to RGB");
});

Deno.test("a JPEG that claims more pixels than it can hold is refused before it is decoded", async () => {
  const frame = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xc0);
  const huge = JPEG.slice();
  huge.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  await assertRejects(() => decodeImage(huge), ImageError, "at most 400000000 pixels");
  const large = JPEG.slice();
  large.set([0x40, 0x00, 0x40, 0x00], frame + 5);
  await assertRejects(() => decodeImage(large), ImageError, "more than");
});

Deno.test("a JPEG that is cut off before its scans end is refused", async () => {
  const progressive = await writeJpeg(PICTURE, { progressive: true });
  for (const jpeg of [JPEG, progressive]) {
    for (let length = 3; length < jpeg.length - 2; length += length < jpeg.length - 40 ? 7 : 1) {
      await assertRejects(() => decodeImage(jpeg.subarray(0, length)), ImageError, "cut off");
    }
  }
});

Deno.test("a damaged JPEG is refused, and the next file decodes all the same", async () => {
  const expected = await decodeImage(JPEG);
  const scan = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xda) + 14;
  const damaged = JPEG.slice();
  damaged.fill(0xa5, scan + 8, scan + 60);
  await assertRejects(() => decodeImage(damaged), ImageError, "pixels are missing or wrong");
  const tables = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xc4);
  await assertRejects(() => decodeImage(JPEG.with(tables + 5, 0xff)), ImageError, "Huffman");
  assertEquals(await decodeImage(JPEG), expected);
});
