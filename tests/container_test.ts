import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { decodeContainer, encodeContainer } from "../codec/container.ts";
import { ContainerError } from "../codec/container_error.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { LatticeError } from "../codec/lattice/lattice_error.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import { openNncFile } from "../codec/nnc_file.ts";
import { encodePng } from "../codec/png/png.ts";
import { probe } from "../codec/probe.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { averagingEngine, noiseImage } from "./support/images.ts";
import { assertStrictPng, chunkOf } from "./support/png_structure.ts";
import { createRandom } from "./support/scene.ts";

const IMAGE = noiseImage({ width: 13, height: 11, channels: 3, seed: 4 });

/** A file whose chunk and pixels somebody changed. */
async function tampered(
  file: Uint8Array,
  change: {
    chunk?: ((data: Uint8Array) => Uint8Array) | undefined;
    pixels?: ((image: Image) => Image) | undefined;
  },
): Promise<Uint8Array> {
  const data = change.chunk?.(chunkOf(file, "nnCX")!.slice()) ?? chunkOf(file, "nnCX")!;
  const image = await decodeImage(file);
  return await encodePng(change.pixels?.(image) ?? image, { chunks: [{ type: "nnCX", data }] });
}

function setByte(index: number, value: number): (data: Uint8Array) => Uint8Array {
  return (data) => data.with(index, value);
}

Deno.test("the chunk says the same after it was written and read", () => {
  for (const lattice of ALL_LATTICES) {
    const container = { lattice, size: { width: 70_000, height: 3 }, checksum: 0xdeadbeef };
    assertEquals(decodeContainer(encodeContainer(container).data), container);
    const density = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 1);
    const dense = { ...container, density };
    assertEquals(decodeContainer(encodeContainer(dense).data), dense);
  }
});

Deno.test("the chunk is the bytes that the format's description shows", () => {
  const lattice = { name: "quincunx", ratio: 8 } as const;
  const size = { width: 0x01020304, height: 0x05060708 };
  const { type, data } = encodeContainer({ lattice, size, checksum: 0x090a0b0c });
  assertEquals(type, "nnCX");
  assertEquals([...data], [1, 1, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

Deno.test("the example that the format's description spells out is what is written", async () => {
  const text = await Deno.readTextFile(new URL("../docs/format.md", import.meta.url));
  const lines = text.slice(text.indexOf("89504e47")).split("```")[0]!.split("\n");
  const words = lines.flatMap((line) =>
    line.split(" ").filter((word) => /^([0-9a-f]{2})+$/.test(word))
  );
  const data = Uint8Array.of(10, 11, 12, 20, 21, 22, 30, 31, 32);
  const example: Image = { width: 3, height: 3, channels: 1, data, metadata: { chunks: [] } };
  assertEquals((await compress(example)).toHex(), words.join(""));
});

Deno.test("a chunk that is cut off at any byte is refused", () => {
  const density = new Uint8Array(9);
  const size = { width: 4, height: 4 };
  const { data } = encodeContainer({ lattice: ALL_LATTICES[0]!, size, checksum: 1, density });
  for (let length = 0; length < data.length; length++) {
    assertThrows(() => decodeContainer(data.subarray(0, length)), ContainerError, "cut off");
  }
});

Deno.test("a chunk that has grown is read, and what is new in it ignored", async () => {
  const file = await compress(IMAGE);
  const grown = await tampered(file, { chunk: (data) => Uint8Array.of(...data, 1, 2, 3) });
  const flagged = await tampered(file, { chunk: setByte(3, 0b11111110) });
  for (const changed of [grown, flagged]) {
    assertEquals(probe(changed).checksum, "matches");
    assertEquals(await compress(await restore(changed, averagingEngine())), file);
  }
});

Deno.test("another version is refused by number", async () => {
  const newer = await tampered(await compress(IMAGE), { chunk: setByte(0, 2) });
  const error = await assertRejects(() => restore(newer, averagingEngine()), ContainerError);
  assertStringIncludes(error.message, "version 2");
  assertStringIncludes(error.message, "get a newer one");
});

Deno.test("lattices, ratios and sizes that cannot be are refused", async () => {
  const file = await compress(IMAGE);
  const wrong: [number, number, string][] = [
    [1, 0, "lattice 0"],
    [1, 4, "lattice 4"],
    [2, 0, "ratio 2^0"],
    [2, 2, "ratio 2^2"],
    [2, 255, "ratio 2^255"],
    [4, 0x80, "2147483661×11"],
    [7, 0, "0×11"],
    [7, 15, "packs 15×11 pixels into 8×11"],
    [11, 12, "packs 13×12 pixels into 7×12"],
  ];
  for (const [index, value, message] of wrong) {
    const changed = await tampered(file, { chunk: setByte(index, value) });
    const error = assertThrows(() => probe(changed), ContainerError);
    assertStringIncludes(error.message, message);
  }
});

Deno.test("a size that fits the pixels but not the limit is refused before it is allocated", async () => {
  const file = await compress(IMAGE, { ratio: 16 });
  assertThrows(() => probe(file, { maxPixels: 142 }), ImageError, "13×11");
  assertEquals(probe(file, { maxPixels: 143 }).width, 13);
});

Deno.test("two chunks are refused", async () => {
  const chunk = { type: "nnCX", data: chunkOf(await compress(IMAGE), "nnCX")! };
  const file = await encodePng(IMAGE, { chunks: [chunk, chunk] });
  assertThrows(() => probe(file), ContainerError, "found 2");
});

Deno.test("a pixel that was touched is noticed and named, and the file restored all the same", async () => {
  const touched = await tampered(await compress(IMAGE), {
    pixels: (image) => ({ ...image, data: image.data.with(0, image.data[0]! ^ 1) }),
  });
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const restored = await restore(touched, { ...averagingEngine(), onWarning });
  assertEquals(restored.checksum, "differs");
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0]!, "are not those that were compressed");
  assertEquals(restored.data[0], IMAGE.data[0]! ^ 1);
});

Deno.test("the filling of short rows is no kept pixel: changing it changes nothing", async () => {
  const file = await compress(IMAGE);
  const filled = await tampered(file, {
    pixels: (image) => ({
      ...image,
      data: image.data.with((7 + 6) * 3, 0).with((7 + 6) * 3 + 1, 0),
    }),
  });
  assertEquals(probe(filled).checksum, "matches");
  const { data } = await restore(file, averagingEngine());
  assertEquals((await restore(filled, averagingEngine())).data, data);
});

Deno.test("the checksum survives every lossless change of colour type", async () => {
  const grey = noiseImage({ width: 9, height: 6, channels: 1, seed: 4 });
  const asChannels = (image: Image, channels: Image["channels"]): Image => {
    const data: number[] = [];
    for (let at = 0; at < image.data.length; at += image.channels) {
      const pixel = [...image.data.subarray(at, at + image.channels)];
      const colour = pixel.slice(0, image.channels < 3 ? 1 : 3);
      if (channels > 2 && colour.length === 1) colour.push(colour[0]!, colour[0]!);
      data.push(...colour, ...(channels % 2 === 0 ? [255] : []));
    }
    return { ...image, channels, data: Uint8Array.from(data) };
  };
  for (const [source, types] of [[grey, [2, 3, 4]], [IMAGE, [4]]] as const) {
    const file = await compress(source);
    const { data } = await restore(file, averagingEngine());
    for (const channels of types) {
      const rewritten = await tampered(file, { pixels: (image) => asChannels(image, channels) });
      assertEquals(assertStrictPng(rewritten)[0]!.data[9], [0, 0, 4, 2, 6][channels]);
      const restored = await restore(rewritten, averagingEngine());
      assertEquals(restored.checksum, "matches");
      const colours = asChannels({ ...grey, ...restored }, 4).data;
      assertEquals(colours, asChannels({ ...restored, channels: source.channels, data }, 4).data);
    }
  }
});

Deno.test("probing tells the facts without an engine", async () => {
  const file = await compress(IMAGE, { lattice: "quincunx", ratio: 8 });
  assertEquals(probe(file), {
    lattice: "quincunx",
    ratio: 8,
    width: 13,
    height: 11,
    packedWidth: 4,
    packedHeight: 6,
    channels: 3,
    hasChunk: true,
    checksum: "matches",
    metadata: [],
  });
});

Deno.test("a lattice or a size that is stated against the file is refused, unless it is to override", async () => {
  const file = await compress(IMAGE);
  const drawing = averagingEngine();
  const stated = [{ size: { width: 14, height: 11 } }, { lattice: "grid" }, { ratio: 8 }];
  for (const options of stated) {
    await assertRejects(() => restore(file, { ...drawing, ...options }), LatticeError, "bear out");
    assertThrows(() => openNncFile(file, options), LatticeError, "bear out");
  }
  const override = { ...drawing, override: true };
  const even = await restore(file, { ...override, size: { width: 14, height: 11 } });
  assertEquals([even.width, even.checksum], [14, "absent"]);
  const grid = await restore(file, { ...override, lattice: "grid" });
  assertEquals([grid.width, grid.height, grid.lattice.ratio], [14, 22, 4]);
  const size = { width: 15, height: 11 };
  await assertRejects(() => restore(file, { ...override, size }), LatticeError, "at most 14×11");
  await assertRejects(() => restore(file, { ...override, lattice: "hexagon" }), LatticeError);
});

Deno.test("what is stated of a file and agrees with it changes nothing", async () => {
  const file = await compress(IMAGE, { ratio: 8 });
  for (const options of [{ lattice: "quincunx" }, { ratio: 8 }, { size: IMAGE }]) {
    const restored = await restore(file, { ...averagingEngine(), ...options });
    assertEquals([restored.lattice.ratio, restored.checksum], [8, "matches"]);
  }
});

Deno.test("a chunk that the pixels refute does not stand against a size that is stated", async () => {
  const chunk = chunkOf(await compress(IMAGE), "nnCX")!;
  const packed = { ...IMAGE, width: 5, height: 4, data: new Uint8Array(5 * 4 * IMAGE.channels) };
  const file = await encodePng(packed, { chunks: [{ type: "nnCX", data: chunk }] });
  await assertRejects(() => restore(file, averagingEngine()), ContainerError, "state another size");
  const size = { width: 10, height: 4 };
  const restored = await restore(file, { ...averagingEngine(), size });
  assertEquals([restored.width, restored.height], [10, 4]);
});

Deno.test("an NNC file is not compressed again by mistake", async () => {
  const file = await compress(IMAGE);
  await assertRejects(() => compress(file), ImageError, "an NNC file already");
});

Deno.test("restoring reports progress up to the whole, over all steps", async () => {
  const file = await compress(IMAGE, { ratio: 16 });
  const seen: number[] = [];
  let total = 0;
  const onProgress = (done: number, all: number) => {
    seen.push(done);
    total = all;
  };
  await restore(file, { ...averagingEngine(), onProgress });
  assertEquals(seen.at(-1), total);
  assert(seen.every((done, index) => index === 0 || done >= seen[index - 1]!));
});

Deno.test("whatever a chunk says, a file is restored or refused by a typed error", async () => {
  const random = createRandom(12);
  const file = await compress(IMAGE);
  const original = chunkOf(file, "nnCX")!;
  const outcomes = { restored: 0, refused: 0 };
  for (let round = 0; round < 300; round++) {
    const data = original.slice(0, random() < 0.2 ? random() * 17 : 16);
    for (let change = 0; change < 2; change++) {
      const at = Math.floor(random() * data.length);
      if (at < data.length) data[at] = random() < 0.5 ? random() * 4 : random() * 256;
    }
    const changed = await encodePng(await decodeImage(file), {
      effort: "fast",
      chunks: [{ type: "nnCX", data }],
    });
    try {
      await restore(changed, averagingEngine());
      outcomes.restored++;
    } catch (error) {
      assert(error instanceof ContainerError || error instanceof ImageError, String(error));
      outcomes.refused++;
    }
  }
  assert(outcomes.restored > 10 && outcomes.refused > 100, JSON.stringify(outcomes));
});
