import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { inflateSync } from "node:zlib";
import { compress } from "../codec/compress.ts";
import { encodeDensity, packDensity } from "../codec/png/density.ts";
import { ALL_LATTICES, describeLattice } from "../codec/lattice/lattice.ts";
import type { Chunk } from "../codec/image/metadata.ts";
import { findChunk, travellingMetadata } from "../codec/png/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { averagingEngine, noiseImage } from "./support/images.ts";
import {
  concat,
  exifOf,
  exifSegment,
  jfifSegment,
  latin1,
  profileSegments,
  withSegments,
  writeJpeg,
} from "./support/jpeg_writer.ts";
import { assertStrictPng, chunkOf } from "./support/png_structure.ts";

const CHUNKS: readonly Chunk[] = [
  { type: "cICP", data: Uint8Array.of(9, 16, 0, 1) },
  { type: "iCCP", data: latin1("a profile\0\0compressed") },
  { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
  { type: "cHRM", data: new Uint8Array(32).fill(1) },
  { type: "pHYs", data: encodeDensity({ x: 2835, y: 2836, unit: 1 }) },
  { type: "eXIf", data: exifOf(6) },
  { type: "tEXt", data: latin1("Title\0Harbour") },
  { type: "zTXt", data: latin1("Comment\0\0compressed") },
  { type: "iTXt", data: latin1("Author\0\0\0de-CH\0Urheber\0somebody") },
  { type: "tEXt", data: latin1("Title\0again") },
];

const IMAGE = noiseImage({ width: 11, height: 9, channels: 3, seed: 2, chunks: CHUNKS });

Deno.test("all metadata survives compressing and restoring, with every lattice", async () => {
  const source = await encodePng(IMAGE);
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const file = await compress(source, { lattice, ratio });
    assertStrictPng(file);
    const restored = await restore(file, averagingEngine());
    assertEquals(restored.metadata.chunks, CHUNKS);
    const saved = await encodePng(restored);
    assertEquals((await decodeImage(saved)).metadata.chunks, CHUNKS);
    assertEquals(await compress(saved, { lattice, ratio }), file);
  }
});

Deno.test("metadata is written before the pixels, colour first, texts last in their order", async () => {
  const shuffled = { ...IMAGE, metadata: { chunks: CHUNKS.toReversed() } };
  const types = assertStrictPng(await compress(shuffled)).map(({ type }) => type);
  assertEquals(types, [
    ...["IHDR", "nnCX", "cICP", "iCCP", "gAMA", "cHRM", "pHYs", "eXIf"],
    ...["tEXt", "iTXt", "zTXt", "tEXt", "IDAT", "IEND"],
  ]);
});

Deno.test("what PNG forbids behind the pixels comes before them and all that follows them, and stays there", async () => {
  const [text, profile] = [CHUNKS[6]!, CHUNKS[1]!];
  const source = travellingMetadata([{ ...text, behind: true }, { ...profile, behind: true }]);
  assertEquals(source.chunks, [profile, { ...text, behind: true }]);
  const saved = await encodePng({ ...IMAGE, metadata: source });
  assertEquals((await decodeImage(saved)).metadata, source);
});

Deno.test("malformed and repeated chunks are left out with a warning", () => {
  const malformed: Chunk[] = [
    { type: "sRGB", data: Uint8Array.of(4) },
    { type: "gAMA", data: new Uint8Array(3) },
    { type: "pHYs", data: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 2) },
    { type: "eXIf", data: latin1("no Exif data") },
    { type: "iCCP", data: latin1("\0\0nameless") },
    { type: "cICP", data: Uint8Array.of(1) },
    { type: "tEXt", data: latin1(" Title\0leading blank") },
    { type: "tEXt", data: latin1("no end") },
    { type: "zTXt", data: latin1("Comment\0\u0001unknown method") },
    { type: "iTXt", data: latin1("Author\0\u0002\0\0\0flag") },
    { type: "iTXt", data: latin1("Author\0\0\0a language\0\0text") },
  ];
  for (const chunk of malformed) {
    const warnings: string[] = [];
    const { chunks } = travellingMetadata([chunk], { onWarning: (text) => warnings.push(text) });
    assertEquals(chunks, [], chunk.type);
    assertEquals(warnings.length, 1, chunk.type);
    assertStringIncludes(warnings[0]!, `"${chunk.type}"`);
  }
  const twice: Chunk[] = [CHUNKS[2]!, { type: "gAMA", data: new Uint8Array(4) }];
  assertEquals(travellingMetadata(twice).chunks, [CHUNKS[2]!]);
});

Deno.test("sRGB does not stand beside a profile", () => {
  const srgb = { type: "sRGB", data: Uint8Array.of(0) };
  assertEquals(travellingMetadata([srgb]).chunks, [srgb]);
  assertEquals(travellingMetadata([srgb, CHUNKS[1]!]).chunks, [CHUNKS[1]!]);
});

Deno.test("the chunks of NNC's own files are no riddle to it", () => {
  const warnings: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  const own = ["nnCX", "nnCA", "nnCD", "nnCL"].map((type) => ({ type, data: Uint8Array.of(2) }));
  assertEquals(travellingMetadata(own, { onWarning }).chunks, []);
  assertEquals(warnings, []);
});

Deno.test("chunks that do not travel are dropped", () => {
  const others = ["bKGD", "tIME", "sPLT", "hIST", "sBIT", "nnCX", "prVt"];
  const chunks = others.map((type) => ({ type, data: new Uint8Array(7) }));
  assertEquals(travellingMetadata(chunks).chunks, []);
});

Deno.test("a packed image states how wide and high its pixels are", async () => {
  const plain = { ...IMAGE, metadata: { chunks: [] } };
  const expected = new Map([
    ["quincunx at ratio 2", [1, 2, 0]],
    ["grid at ratio 4", undefined],
    ["quincunx at ratio 8", [1, 2, 0]],
    ["grid at ratio 16", undefined],
    ["rows at ratio 2", [2, 1, 0]],
  ]);
  for (const lattice of ALL_LATTICES) {
    const file = await compress(plain, { lattice: lattice.name, ratio: lattice.ratio });
    const density = chunkOf(file, "pHYs");
    const view = density && new DataView(density.buffer, density.byteOffset);
    const stated = view && [view.getUint32(0), view.getUint32(4), view.getUint8(8)];
    assertEquals(stated, expected.get(describeLattice(lattice)), describeLattice(lattice));
  }
});

Deno.test("a density in metres is divided, an aspect stays exact", () => {
  const [quincunx] = ALL_LATTICES;
  const metres = encodeDensity({ x: 2835, y: 2835, unit: 1 });
  assertEquals(packDensity(metres, quincunx!), encodeDensity({ x: 1418, y: 2835, unit: 1 }));
  const aspect = encodeDensity({ x: 3, y: 2, unit: 0 });
  assertEquals(packDensity(aspect, quincunx!), encodeDensity({ x: 3, y: 4, unit: 0 }));
});

Deno.test("every pHYs comes back exactly, even those that cannot be doubled or halved", async () => {
  const limit = 2 ** 31 - 1;
  for (const x of [1, 2, 3, 2835, limit - 1, limit]) {
    for (const [y, unit] of [[1, 0], [limit, 0], [1, 1], [2837, 1], [limit, 1]] as const) {
      const chunks = [{ type: "pHYs", data: encodeDensity({ x, y, unit }) }];
      for (const { name: lattice, ratio } of ALL_LATTICES) {
        const file = await compress({ ...IMAGE, metadata: { chunks } }, { lattice, ratio });
        const packed = chunkOf(file, "pHYs")!;
        const view = new DataView(packed.buffer, packed.byteOffset);
        assert([0, 4].every((at) => view.getUint32(at) >= 1 && view.getUint32(at) <= limit));
        const restored = await restore(file, averagingEngine());
        assertEquals(restored.metadata.chunks, chunks);
        assertEquals(await compress(restored, { lattice, ratio }), file);
      }
    }
  }
});

Deno.test("metadata is byte for byte the same after a hundred generations", async () => {
  const first = await compress(IMAGE);
  let file = first;
  for (let generation = 0; generation < 100; generation++) {
    file = await compress(
      await encodePng(await restore(file, averagingEngine()), { effort: "fast" }),
    );
  }
  assertEquals(file, first);
});

const PICTURE = { ...IMAGE, metadata: { chunks: [] } };

Deno.test("a JPEG's Exif, profile, XMP and density become PNG chunks", async () => {
  const profile = new Uint8Array(700).map((_, at) => at * 31);
  profile.set(latin1("RGB "), 16);
  const xmp = '<x tiff:Orientation="6"/><tiff:Orientation>8</tiff:Orientation>';
  const jpeg = withSegments(await writeJpeg(PICTURE), [
    jfifSegment({ x: 72, y: 144, unit: 1 }),
    exifSegment(exifOf(6)),
    { marker: 0xe1, data: latin1(`http://ns.adobe.com/xap/1.0/\0${xmp}`) },
    ...profileSegments(profile, 3),
  ]);
  const { metadata } = await decodeImage(jpeg);
  assertEquals(metadata.chunks.map(({ type }) => type), ["iCCP", "pHYs", "eXIf", "iTXt"]);
  const stored = findChunk(metadata, "iCCP")!;
  assertEquals(stored.subarray(0, 13), latin1("ICC profile\0\0"));
  assertEquals(new Uint8Array(inflateSync(stored.subarray(13))), profile);
  assertEquals(findChunk(metadata, "eXIf"), exifOf(1));
  const turned = encodeDensity({ x: 5669, y: 2835, unit: 1 });
  assertEquals(findChunk(metadata, "pHYs"), turned, "axes are turned with the pixels");
  const upright = '<x tiff:Orientation="1"/><tiff:Orientation>1</tiff:Orientation>';
  const text = concat([latin1("XML:com.adobe.xmp\0\0\0\0\0"), latin1(upright)]);
  assertEquals(findChunk(metadata, "iTXt"), text);

  const file = await compress(jpeg);
  assertStrictPng(file);
  assertEquals((await restore(file, averagingEngine())).metadata, metadata);
});

Deno.test("a profile for another kind of pixels, or one with a part missing, is left out", async () => {
  const grey = new Uint8Array(200);
  grey.set(latin1("GRAY"), 16);
  const jpeg = await writeJpeg(PICTURE);
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const mismatched = withSegments(jpeg, profileSegments(grey, 1));
  assertEquals((await decodeImage(mismatched, { onWarning })).metadata.chunks, []);
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0]!, "profile");
  const partial = withSegments(jpeg, profileSegments(grey, 3).slice(1));
  assertEquals((await decodeImage(partial)).metadata.chunks, []);
});

Deno.test("a JPEG density without a unit is an aspect, and says nothing where it is square", async () => {
  const jpeg = await writeJpeg(PICTURE);
  const densityOf = async (density: { x: number; y: number; unit: number }) =>
    findChunk((await decodeImage(withSegments(jpeg, [jfifSegment(density)]))).metadata, "pHYs");
  assertEquals(await densityOf({ x: 1, y: 1, unit: 0 }), undefined);
  assertEquals(await densityOf({ x: 4, y: 3, unit: 0 }), encodeDensity({ x: 4, y: 3, unit: 0 }));
  assertEquals(
    await densityOf({ x: 30, y: 30, unit: 2 }),
    encodeDensity({ x: 3000, y: 3000, unit: 1 }),
  );
  assertEquals(await densityOf({ x: 0, y: 72, unit: 1 }), undefined);
});
