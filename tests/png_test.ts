import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { optimise } from "npm:@jsquash/oxipng@2.3.0/codec/pkg/squoosh_oxipng.js";
import { deflateSync } from "node:zlib";
import { ImageError } from "../codec/image/image_error.ts";
import type { Channels } from "../codec/lattice/raster.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodePng } from "../codec/png/png_decode.ts";
import { EFFORTS } from "../codec/png/png_pixels.ts";
import { decodeImage } from "../codec/read.ts";
import { noiseImage } from "./support/images.ts";
import { assertStrictPng } from "./support/png_structure.ts";
import { bigEndian, rawChunks, type RawPng, writeRawPng } from "./support/png_writer.ts";
import { createRandom, renderScene } from "./support/scene.ts";

const SIZES = [[1, 1], [5, 3], [9, 17], [1, 8], [40, 2]] as const;

/** Every colour type and bit depth of PNG up to 8 bits, with the channels that it decodes to. */
const KINDS = [
  { colourType: 0, samples: 1, depths: [1, 2, 4, 8], channels: 1 },
  { colourType: 2, samples: 3, depths: [8], channels: 3 },
  { colourType: 3, samples: 1, depths: [1, 2, 4, 8], channels: 3 },
  { colourType: 4, samples: 2, depths: [8], channels: 2 },
  { colourType: 6, samples: 4, depths: [8], channels: 4 },
] as const;

const PALETTE = Uint8Array.from({ length: 256 * 3 }, (_, at) => at * 89 + 7);

/** A raw PNG of random samples. */
function randomPng(
  kind: { colourType: number; samples: number },
  options: { bitDepth: number; width: number; height: number; seed: number },
): RawPng {
  const { bitDepth, width, height } = options;
  const random = createRandom(options.seed);
  const length = width * height * kind.samples;
  const values = Uint8Array.from({ length }, () => random() * 2 ** bitDepth);
  const palette = { type: "PLTE", data: PALETTE.subarray(0, 3 * 2 ** bitDepth) };
  const chunks = kind.colourType === 3 ? [palette] : [];
  return { ...kind, width, height, bitDepth, values, chunks };
}

/** What a raw PNG without transparency stands for. */
function meaningOf(png: RawPng): Uint8Array {
  const levels = 2 ** png.bitDepth - 1;
  if (png.colourType !== 3) return Uint8Array.from(png.values, (value) => value * 255 / levels);
  return Uint8Array.from([...png.values].flatMap((index) => [
    ...PALETTE.subarray(3 * index, 3 * index + 3),
  ]));
}

Deno.test("every colour type, bit depth, filter and interlacing is read exactly", async () => {
  for (const kind of KINDS) {
    for (const bitDepth of kind.depths) {
      for (const [seed, [width, height]] of SIZES.entries()) {
        const png = randomPng(kind, { bitDepth, width, height, seed });
        for (const interlaced of [false, true]) {
          const bytes = writeRawPng({ ...png, interlaced, split: 11 });
          const image = await decodeImage(bytes);
          const name =
            `type ${kind.colourType}, ${bitDepth} bits, ${width}×${height}, ${interlaced}`;
          assertEquals([image.width, image.height], [width, height], name);
          assertEquals(image.channels, kind.channels, name);
          assertEquals(image.data, meaningOf(png), name);
        }
      }
    }
  }
});

Deno.test("tRNS becomes alpha, compared with the samples as they are stored", async () => {
  const grey = randomPng(KINDS[0], { bitDepth: 2, width: 6, height: 4, seed: 1 });
  const greyAlpha = await decodeImage(writeRawPng({
    ...grey,
    chunks: [{ type: "tRNS", data: Uint8Array.of(0, 2) }],
  }));
  assertEquals(greyAlpha.channels, 2);
  assertEquals(
    [...greyAlpha.data],
    [...grey.values].flatMap((value) => [value * 85, value === 2 ? 0 : 255]),
  );

  const rgb = randomPng(KINDS[1], { bitDepth: 8, width: 3, height: 2, seed: 1 });
  const [red, green, blue] = rgb.values;
  const keyed = { type: "tRNS", data: Uint8Array.of(0, red!, 0, green!, 0, blue!) };
  const rgba = await decodeImage(writeRawPng({ ...rgb, chunks: [keyed] }));
  assertEquals([...rgba.data.subarray(0, 8)], [
    red!,
    green!,
    blue!,
    0,
    ...rgb.values.subarray(3, 6),
    255,
  ]);

  const indexed = randomPng(KINDS[2], { bitDepth: 2, width: 5, height: 5, seed: 1 });
  const alphas = { type: "tRNS", data: Uint8Array.of(9, 0) };
  const looked = await decodeImage(
    writeRawPng({ ...indexed, chunks: [...indexed.chunks!, alphas] }),
  );
  indexed.values.forEach((index, pixel) =>
    assertEquals(looked.data[4 * pixel + 3], [9, 0, 255, 255][index])
  );
});

Deno.test("what is written is read again, with every effort, and is a PNG by the rules", async () => {
  for (const effort of EFFORTS) {
    for (const channels of [1, 2, 3, 4] as const) {
      for (const [seed, [width, height]] of SIZES.entries()) {
        const image = noiseImage({ width, height, channels, seed });
        const bytes = await encodePng(image, { effort });
        assertStrictPng(bytes);
        assertEquals(await decodeImage(bytes), image);
      }
    }
  }
});

Deno.test("the colour type is kept, however few colours there are", async () => {
  for (const effort of EFFORTS) {
    for (const [channels, colourType] of [[1, 0], [2, 4], [3, 2], [4, 6]] as const) {
      const data = new Uint8Array(32 * 32 * channels).fill(255);
      const image = { ...noiseImage({ width: 32, height: 32, channels, seed: 1 }), data };
      const bytes = await encodePng(image, { effort });
      assertEquals([...assertStrictPng(bytes)[0]!.data.subarray(8, 10)], [8, colourType]);
      assertEquals((await decodeImage(bytes)).data, data);
    }
  }
});

Deno.test("more effort makes smooth pictures smaller", async () => {
  const data = Uint8Array.from({ length: 96 * 96 }, (_, at) => {
    const [x, y] = [at % 96, Math.floor(at / 96)];
    return 128 + 60 * Math.sin(x / 9) + 60 * Math.sin(y / 7);
  });
  const image = { ...noiseImage({ width: 96, height: 96, channels: 1, seed: 1 }), data };
  const sizes = await Promise.all(
    EFFORTS.map(async (effort) => (await encodePng(image, { effort })).length),
  );
  assertEquals(sizes, sizes.toSorted((a, b) => b - a));
  assertEquals(sizes[1]! < sizes[0]!, true);
});

Deno.test("a photo-like picture is within 2 % of what oxipng makes of it at level 4", async () => {
  for (const seed of [1, 2]) {
    const scene = renderScene({ width: 160, height: 120, seed });
    const image = { ...scene, metadata: NO_METADATA };
    const bytes = await encodePng(image);
    const best = optimise(await encodePng(image, { effort: "fast" }), 4, false, false);
    assertEquals(
      bytes.length <= 1.02 * best.length,
      true,
      `${bytes.length} and ${best.length} bytes`,
    );
  }
});

Deno.test("images whose samples do not agree with their size are not written", async () => {
  const image = noiseImage({ width: 4, height: 4, channels: 3, seed: 1 });
  await assertRejects(
    () => encodePng({ ...image, width: 5 }),
    ImageError,
    "has 60 samples, found 48",
  );
  await assertRejects(() => encodePng({ ...image, channels: 5 as Channels }), ImageError);
  await assertRejects(() => encodePng({ ...image, width: 0 }), ImageError);
});

const SMALL = writeRawPng(randomPng(KINDS[1], { bitDepth: 8, width: 6, height: 6, seed: 3 }));

/** A PNG of chunks whose checksums are right, whatever they hold. */
function forged(
  header: { width: number; height: number; tail?: readonly number[] | undefined },
  ...chunks: { type: string; data: Uint8Array }[]
): Uint8Array {
  const { width, height, tail = [8, 2, 0, 0, 0] } = header;
  const data = Uint8Array.of(...bigEndian(width), ...bigEndian(height), ...tail);
  return rawChunks([{ type: "IHDR", data }, ...chunks, { type: "IEND", data: new Uint8Array(0) }]);
}

function pixels(length: number): { type: string; data: Uint8Array } {
  return { type: "IDAT", data: new Uint8Array(deflateSync(new Uint8Array(length))) };
}

Deno.test("a small file that claims a huge image is refused before anything is allocated", async () => {
  const before = Deno.memoryUsage().external;
  const huge = forged({ width: 60_000, height: 60_000 }, pixels(10));
  await assertRejects(() => decodeImage(huge), ImageError, "60000×60000");
  const claims = forged({ width: 20_000, height: 19_000 }, pixels(10));
  await assertRejects(() => decodeImage(claims), ImageError, "only");
  await assertRejects(
    () => decodeImage(forged({ width: 2 ** 31, height: 1 }, pixels(9))),
    ImageError,
  );
  const allowed = forged({ width: 60_000, height: 60_000 }, pixels(10));
  await assertRejects(() => decodeImage(allowed, { maxPixels: 4e9 }), ImageError, "only");
  assertEquals(Deno.memoryUsage().external - before < 1e8, true);
});

Deno.test("pixels are not inflated beyond what the header says", async () => {
  const bomb = forged({ width: 6, height: 6 }, pixels(50_000_000));
  const before = Deno.memoryUsage().external;
  assertEquals((await decodeImage(bomb)).data, new Uint8Array(6 * 6 * 3));
  assertEquals(Deno.memoryUsage().external - before < 1e7, true);
});

Deno.test("files that hold more than 8 bits or several images are refused with what to do", async () => {
  const deep = forged({ width: 2, height: 2, tail: [16, 2, 0, 0, 0] }, pixels(26));
  await assertRejects(() => decodeImage(deep), ImageError, '"depth: 8" rounds a source');
  const animated = forged(
    { width: 2, height: 2 },
    { type: "acTL", data: Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0) },
    pixels(14),
  );
  await assertRejects(() => decodeImage(animated), ImageError, "save a single frame first");
});

Deno.test("files that are no PNG or JPEG are refused by name", async () => {
  const named: [string, string][] = [
    ["GIF89a", "a GIF"],
    ["RIFF1234WEBPVP8 ", "a WebP"],
    ["\0\0\0\x1cftypheic", "a HEIC"],
    ["hello, world", "no image that is known"],
  ];
  for (const [start, name] of named) {
    const bytes = Uint8Array.from(start, (letter) => letter.charCodeAt(0));
    const error = await assertRejects(() => decodeImage(bytes), ImageError);
    assertStringIncludes(error.message, name);
    assertStringIncludes(error.message, "convert it first");
  }
  await assertRejects(() => decodeImage(new Uint8Array(0)), ImageError, "empty; get it again");
});

Deno.test("a file that is cut off before its pixels end is refused", () => {
  for (let length = 8; length < SMALL.length - 12; length++) {
    assertThrows(() => decodePng(SMALL.subarray(0, length)), ImageError);
  }
});

Deno.test("a file with any byte changed is refused", () => {
  for (let at = 0; at < SMALL.length - 12; at++) {
    assertThrows(() => decodePng(SMALL.with(at, SMALL[at]! ^ 0x55)), ImageError);
  }
});

Deno.test("what the specification forbids is refused", async () => {
  const rows = pixels(14);
  const wrong: [Uint8Array, string][] = [
    [forged({ width: 2, height: 2, tail: [3, 2, 0, 0, 0] }, rows), "no colour type 2 of 3 bits"],
    [forged({ width: 2, height: 2, tail: [8, 5, 0, 0, 0] }, rows), "no colour type 5"],
    [forged({ width: 2, height: 2, tail: [8, 2, 1, 0, 0] }, rows), "compression 1"],
    [forged({ width: 2, height: 2, tail: [8, 2, 0, 0, 2] }, rows), "interlace 2"],
    [forged({ width: 2, height: 2, tail: [8, 2, 0, 0] }, rows), "13 bytes"],
    [forged({ width: 0, height: 2 }, rows), "0×2"],
    [forged({ width: 2, height: 2 }, pixels(13)), "take 14 bytes, found 13"],
    [forged({ width: 2, height: 2 }), "only 0 bytes"],
    [forged({ width: 2, height: 2, tail: [8, 3, 0, 0, 0] }, pixels(6)), "PLTE"],
    [forged({ width: 2, height: 2 }, { type: "tRNS", data: new Uint8Array(2) }, rows), "6 bytes"],
    [writeRawPng({ ...raw(2, 2), filterOf: () => 5 }), "filters 0 to 4, found 5"],
    [rawChunks([pixels(4), { type: "IEND", data: new Uint8Array(0) }]), '"IHDR"'],
  ];
  for (const [bytes, message] of wrong) {
    const error = await assertRejects(() => decodeImage(bytes), ImageError);
    assertStringIncludes(error.message, message);
  }
});

function raw(width: number, height: number): RawPng {
  return randomPng(KINDS[1], { bitDepth: 8, width, height, seed: 1 });
}
