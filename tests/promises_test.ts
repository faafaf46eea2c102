import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { ContainerError } from "../codec/container_error.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES, describeLattice } from "../codec/lattice/lattice.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import {
  averagingEngine,
  type Case,
  isKept,
  latticeCases,
  noiseImage,
  pixelAt,
  randomEngine,
} from "./support/images.ts";
import { decodeByImageScript } from "./support/imagescript.ts";
import { isInstalled, run } from "./support/run.ts";
import { assertStrictPng } from "./support/png_structure.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

async function compressCase({ image, lattice }: Case): Promise<Uint8Array> {
  return await compress(image, { lattice: lattice.name, ratio: lattice.ratio });
}

/** A pixel as R, G, B, A, whatever the channels. */
function colourAt(image: Image, x: number, y: number): number[] {
  const pixel = pixelAt(image, x, y);
  const alpha = image.channels % 2 === 0 ? pixel.at(-1)! : 255;
  return image.channels < 3 ? [pixel[0]!, pixel[0]!, pixel[0]!, alpha] : [
    ...pixel.slice(0, 3),
    alpha,
  ];
}

Deno.test("1: a kept pixel is never changed, whatever the network draws", async () => {
  for (const item of latticeCases({ seed: 1, perPair: 6 })) {
    const restored = await restore(await compressCase(item), randomEngine(item.seed));
    const { width, height } = item.image;
    assertEquals([restored.width, restored.height], [width, height], item.name);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (!isKept(item.lattice, x, y)) continue;
        assertEquals(
          colourAt(restored, x, y),
          colourAt(item.image, x, y),
          `${item.name} ${x} ${y}`,
        );
      }
    }
  }
});

Deno.test("1: colours under zero alpha are kept like all others", async () => {
  const image = noiseImage({ width: 9, height: 7, channels: 4, seed: 5 });
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 0;
  const restored = await restore(await compress(image), averagingEngine());
  for (const [x, y] of [[0, 0], [1, 1], [8, 6], [4, 2]] as const) {
    assertEquals(pixelAt(restored, x, y), pixelAt(image, x, y));
  }
});

Deno.test("2: what is restored compresses to the same bytes, whatever the network draws", async () => {
  for (const item of latticeCases({ seed: 2, perPair: 4 })) {
    const file = await compressCase(item);
    const restored = await restore(file, randomEngine(item.seed));
    assertEquals(await compressCase({ ...item, image: restored }), file, item.name);
    const saved = await encodePng(restored, { effort: "fast" });
    const again = await compress(saved, { lattice: item.lattice.name, ratio: item.lattice.ratio });
    assertEquals(again, file, `${item.name}, by way of a PNG`);
  }
});

Deno.test("2: a hundred generations are byte for byte the first", async () => {
  for (const lattice of ALL_LATTICES) {
    const options = { lattice: lattice.name, ratio: lattice.ratio };
    const first = await compress(
      noiseImage({ width: 23, height: 17, channels: 3, seed: 9 }),
      options,
    );
    let file = first;
    for (let generation = 1; generation <= 100; generation++) {
      const restored = await restore(file, randomEngine(generation));
      file = await compress(await encodePng(restored, { effort: "fast" }), options);
      assertEquals(file, first, `${describeLattice(lattice)}, generation ${generation}`);
    }
  }
});

Deno.test("2: alpha that is opaque at every kept pixel is not stored, and stays away", async () => {
  const image = noiseImage({ width: 8, height: 6, channels: 4, seed: 3 });
  for (let pixel = 0; pixel < 48; pixel++) {
    const kept = isKept({ name: "quincunx", ratio: 2 }, pixel % 8, Math.floor(pixel / 8));
    if (kept) image.data[4 * pixel + 3] = 255;
  }
  const file = await compress(image);
  assertEquals((await decodeImage(file)).channels, 3);
  assertEquals(await compress(await restore(file, averagingEngine())), file);
});

Deno.test("2: the bytes are the same on every machine", async () => {
  const image = noiseImage({ width: 61, height: 47, channels: 3, seed: 11 });
  const digests = {
    fast: "a421e6a029c08410",
    default: "6fecad84d13b9870",
    max: "6fecad84d13b9870",
  };
  for (const [effort, expected] of Object.entries(digests)) {
    const file = await compress(image, { effort: effort as keyof typeof digests });
    const digest = await crypto.subtle.digest("SHA-256", file as BufferSource);
    assertEquals(new Uint8Array(digest).toHex().slice(0, 16), expected, effort);
  }
});

Deno.test("3: every file is a PNG by the rules, in the colour type of its source", async () => {
  for (const item of latticeCases({ seed: 3, perPair: 3 })) {
    const file = await compressCase(item);
    const types = assertStrictPng(file, item.name).map(({ type }) => type);
    const density = item.lattice.name === "grid" ? [] : ["pHYs"];
    assertEquals(types, ["IHDR", "nnCX", ...density, "IDAT", "IEND"], item.name);
    const shown = await decodeImage(file);
    // Alpha of a few kept pixels can be opaque by chance.
    if (item.image.channels % 2 === 1) assertEquals(shown.channels, item.image.channels, item.name);
  }
});

Deno.test("3: ImageScript opens every file and shows the kept pixels", async () => {
  for (const item of latticeCases({ seed: 4, perPair: 1 })) {
    const file = await compressCase(item);
    assertShown(file, await decodeImage(file), item.name);
  }
});

Deno.test("3: ImageScript opens every PNG that we write, at every effort, and refuses a damaged one", async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    const image = noiseImage({ width: 31, height: 18, channels, seed: channels });
    for (const effort of ["fast", "default", "max"] as const) {
      assertShown(await encodePng(image, { effort }), image, `${channels} channels, ${effort}`);
    }
  }
  const damaged = await compress(noiseImage({ width: 31, height: 18, channels: 3, seed: 7 }));
  damaged[damaged.length - 30]! ^= 1;
  assertThrows(() => decodeByImageScript(damaged), Error, "cannot decode");
});

function assertShown(file: Uint8Array, expected: Image, name: string): void {
  const { width, height } = expected;
  const shown = decodeByImageScript(file);
  assertEquals([shown.width, shown.height], [width, height], name);
  const colours = Array.from(
    { length: width * height },
    (_, pixel) => colourAt(expected, pixel % width, Math.floor(pixel / width)),
  );
  assertEquals(shown.rgba, Uint8Array.from(colours.flat()), name);
}

const pngcheck = await isInstalled("pngcheck");

Deno.test({
  name: "3: pngcheck passes every file" + (pngcheck ? "" : " (skipped: pngcheck is not installed)"),
  ignore: !pngcheck,
  async fn() {
    using folder = new TemporaryFolder();
    const cases = latticeCases({ seed: 5, perPair: 1 });
    for (const [index, item] of cases.entries()) {
      await Deno.writeFile(`${folder.path}/${index}.png`, await compressCase(item));
    }
    const args = ["-q", ...cases.map((_, index) => `${folder.path}/${index}.png`)];
    const { code, stdout } = await run("pngcheck", { args });
    assertEquals(code, 0, stdout);
  },
});

Deno.test("3: a file that lost its chunk is restored by the lattice that is stated, and not unasked", async () => {
  const rows = noiseImage({ width: 10, height: 4, channels: 3, seed: 8 });
  const file = await encodePng(rows);
  await assertRejects(() => restore(file, averagingEngine()), ContainerError, "never compressed");
  const restored = await restore(file, { ...averagingEngine(), lattice: "rows" });
  assertEquals(
    [restored.width, restored.height, restored.hasChunk, restored.checksum],
    [10, 8, false, "absent"],
  );
  for (let y = 0; y < 4; y++) {
    assertEquals(pixelAt(restored, 3, 2 * y), pixelAt(rows, 3, y));
  }
});

Deno.test("3: a file that lost its chunk restores exactly once its lattice and size are stated", async () => {
  for (const item of latticeCases({ seed: 6, perPair: 1 })) {
    const file = await compressCase(item);
    const stripped = await encodePng(await decodeImage(file));
    const { width, height } = item.image;
    const { name: lattice, ratio } = item.lattice;
    const stated = { ...averagingEngine(), lattice, ratio, size: { width, height } };
    const { data } = await restore(file, averagingEngine());
    assertEquals((await restore(stripped, stated)).data, data, item.name);
  }
});

Deno.test("4: a file names no network: its bytes do not depend on who restored what before", async () => {
  const file = await compress(noiseImage({ width: 12, height: 12, channels: 3, seed: 1 }));
  const drawn = await restore(file, randomEngine(1));
  const averaged = await restore(file, averagingEngine());
  assert(drawn.data.some((value, at) => value !== averaged.data[at]));
  assertEquals(await compress(drawn), await compress(averaged));
  assertEquals([...assertStrictPng(file)[1]!.data.subarray(0, 12)], [
    1,
    1,
    1,
    0,
    0,
    0,
    0,
    12,
    0,
    0,
    0,
    12,
  ]);
});
