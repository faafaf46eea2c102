import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { averagingEngine } from "./support/images.ts";
import { type RawPng, writeRawPng } from "./support/png_writer.ts";
import { Workplace } from "./support/run_nnc.ts";
import { createRandom } from "./support/scene.ts";

const KINDS = [
  { colourType: 0, samples: 1, channels: 1 },
  { colourType: 2, samples: 3, channels: 3 },
  { colourType: 4, samples: 2, channels: 2 },
  { colourType: 6, samples: 4, channels: 4 },
] as const;

/** A PNG of 16 bits a sample, with the extremes and the borders between levels among its samples. */
function widePng(kind: { colourType: number; samples: number }): RawPng & { values: Uint16Array } {
  const [width, height] = [11, 7];
  const random = createRandom(4);
  const borders = [0, 128, 129, 385, 386, 65406, 65407, 65535];
  const values = Uint16Array.from(
    { length: width * height * kind.samples },
    (_, at) => borders[at] ?? random() * 65536,
  );
  return { ...kind, width, height, bitDepth: 16, values };
}

Deno.test("16 bits a sample are rounded to the nearest 8 where that is asked for", async () => {
  for (const kind of KINDS) {
    for (const interlaced of [false, true]) {
      const png = widePng(kind);
      const warnings: string[] = [];
      const onWarning = (message: string) => warnings.push(message);
      const image = await decodeImage(writeRawPng({ ...png, interlaced }), { depth: 8, onWarning });
      assertEquals(image.channels, kind.channels);
      assertEquals(
        [...image.data],
        [...png.values].map((value) => Math.round(value * 255 / 65535)),
      );
      assertEquals(warnings.length, 1);
      assertStringIncludes(warnings[0]!, "16 bits a sample were rounded to 8");
    }
  }
});

Deno.test("what tRNS makes transparent is compared before 16 bits are rounded", async () => {
  const png = widePng(KINDS[0]);
  png.values.set([0x1234, 0x1235, 0x1234]);
  const chunks = [{ type: "tRNS", data: Uint8Array.of(0x12, 0x34) }];
  const image = await decodeImage(writeRawPng({ ...png, chunks }), { depth: 8 });
  assertEquals([image.channels, ...image.data.subarray(0, 6)], [2, 18, 0, 18, 255, 18, 0]);
  const rgb = widePng(KINDS[1]);
  rgb.values.set([1, 2, 3, 1, 2, 4]);
  const key = [{ type: "tRNS", data: Uint8Array.of(0, 1, 0, 2, 0, 3) }];
  const keyed = await decodeImage(writeRawPng({ ...rgb, chunks: key }), { depth: 8 });
  assertEquals([...keyed.data.subarray(0, 8)], [0, 0, 0, 0, 0, 0, 0, 255]);
});

Deno.test("16 bits are refused where rounding is not asked for", async () => {
  const bytes = writeRawPng(widePng(KINDS[1]));
  await assertRejects(() => decodeImage(bytes), ImageError, "16 bits a sample");
  await assertRejects(() => compress(bytes), ImageError, "16 bits a sample");
});

Deno.test("a depth of 8 changes nothing where there are 8 bits or fewer", async () => {
  for (const bitDepth of [2, 8]) {
    const values = Uint8Array.from({ length: 12 }, (_, at) => at % 4);
    const bytes = writeRawPng({ width: 4, height: 3, colourType: 0, samples: 1, bitDepth, values });
    assertEquals(await decodeImage(bytes, { depth: 8 }), await decodeImage(bytes));
  }
});

Deno.test("a rounded photo compresses to the same file once restored", async () => {
  for (const kind of KINDS) {
    const file = await compress(writeRawPng(widePng(kind)), { depth: 8 });
    const restored = await encodePng(await restore(file, averagingEngine()));
    assertEquals(await compress(restored, { depth: 8 }), file);
  }
});

Deno.test("nnc refuses 16 bits by naming --depth 8, and says so where it rounds them", async () => {
  using place = new Workplace();
  Deno.writeFileSync(place.path("wide.png"), writeRawPng(widePng(KINDS[1])));
  const refused = await place.exits(1, "-c", "wide.png");
  assertStringIncludes(refused.stderr, '"wide.png" failed. The image has 16 bits a sample');
  assertStringIncludes(refused.stderr, "--lossless");
  assertStringIncludes(refused.stderr, "--depth 8");
  assertEquals(place.list(), ["wide.png"]);
  const rounded = await place.exits(0, "-c", "wide.png", "--depth", "8");
  assertStringIncludes(rounded.stderr, "16 bits a sample were rounded to 8");
  await place.exits(2, "-c", "wide.png", "--depth", "10");
});

Deno.test("nnc keeps 16 bits a sample with --lossless, tells of them, and compares them", async () => {
  using place = new Workplace();
  const source = writeRawPng(widePng(KINDS[1]));
  Deno.writeFileSync(place.path("wide.png"), source);
  await place.exits(0, "-c", "wide.png", "--lossless");
  const info = JSON.parse((await place.exits(0, "info", "wide.nnc", "--json")).stdout);
  assertEquals([info.depth, info.guarantee], [16, "lossless"]);
  await place.exits(0, "-d", "wide.nnc", "-o", "again.png");
  const [before, after] = await Promise.all(
    ["wide.png", "again.png"].map(async (name) =>
      await decodeImage(Deno.readFileSync(place.path(name)), { depth: 16 })
    ),
  );
  assertEquals(after, before);
  const compared = await place.exits(0, "compare", "wide.png", "again.png", "--json");
  const { psnr, exactShare } = JSON.parse(compared.stdout);
  assertEquals([psnr, exactShare], [null, 1]);
  await place.exits(0, "-c", "again.png", "--lossless");
  assertEquals(
    Deno.readFileSync(place.path("again.nnc")),
    Deno.readFileSync(place.path("wide.nnc")),
  );
  const rounded = await place.exits(
    0,
    "-c",
    "wide.png",
    "--lossless",
    "--depth",
    "8",
    "-o",
    "8.nnc",
  );
  assertStringIncludes(rounded.stderr, "rounded to 8");
  const refused = await place.exits(1, "-c", "wide.png", "--max-error", "2", "-o", "near.nnc");
  assertStringIncludes(refused.stderr, "--lossless");
});
