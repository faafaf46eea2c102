import { assertEquals, assertRejects, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress, compressImage } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import { openNncFile } from "../codec/nnc_file.ts";
import { canonicalMetadata, replaceChunk, travellingMetadata } from "../codec/png/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { probe } from "../codec/probe.ts";
import { restore } from "../codec/restore.ts";
import { averagingEngine, noiseImage } from "./support/images.ts";
import { NotedWorkers } from "./support/noted_workers.ts";

const IMAGE = noiseImage({ width: 13, height: 11, channels: 3, seed: 4 });

/** Neither NNC nor PNG knows it as one of its own. */
const FOREIGN = { type: "teST", data: Uint8Array.of(1, 2, 3) };

/** The same PNG with another chunk behind its header, or with other pixels. */
function edited(
  file: Uint8Array,
  edit: { added?: typeof FOREIGN | undefined; pixels?: Uint8Array | undefined },
): Uint8Array {
  const { added, pixels } = edit;
  return writeChunks(
    readChunks(file).flatMap((chunk) => {
      if (chunk.type === "IHDR" && added) return [chunk, added];
      return chunk.type === "IDAT" && pixels ? [{ type: "IDAT", data: pixels }] : [chunk];
    }),
  );
}

Deno.test("a file opens without its pixels, which are decoded when they are asked for", async () => {
  const file = openNncFile(edited(await compress(IMAGE), { pixels: Uint8Array.of(1, 2, 3) }));
  assertEquals(file.size, { width: 13, height: 11 });
  assertEquals(file.packedSize, { width: 7, height: 11 });
  assertThrows(() => file.readPixels(), ImageError);
});

Deno.test("a file that was opened is restored as its bytes are, any number of times", async () => {
  const drawing = averagingEngine();
  for (const { name, ratio } of ALL_LATTICES) {
    const bytes = await compress(IMAGE, { lattice: name, ratio });
    const file = openNncFile(bytes);
    const restored = await restore(bytes, drawing);
    assertEquals(await restore(file, drawing), restored);
    assertEquals(await restore(file, drawing), restored);
  }
});

Deno.test("pixels of a large file are read, sorted and joined by workers, and are the same, as are warnings and errors", async () => {
  using workers = new NotedWorkers();
  const image = noiseImage({ width: 811, height: 661, channels: 4, seed: 4 });
  const fine = await compress(image, { ratio: 2, effort: "fast" });
  const coarse = await compress(image, { ratio: 8, effort: "fast" });
  const { width, height } = openNncFile(fine).packedSize;
  const other = noiseImage({ width, height, channels: 4, seed: 5 });
  const chunks = readChunks(await encodePng(other, { effort: "fast" }));
  const pixels = chunks.find(({ type }) => type === "IDAT")!.data;
  const outcomes = [];
  for (const options of [averagingEngine(), { ...averagingEngine(), workers }]) {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const changed = await restore(edited(fine, { pixels }), { ...options, onWarning });
    const damaged = edited(fine, { pixels: pixels.subarray(0, 9999) });
    const { message } = await assertRejects(() => restore(damaged, options), ImageError);
    outcomes.push({ changed, warnings, message, levels: await restore(coarse, options) });
  }
  assertEquals(outcomes[0]!.warnings.length, 1);
  assertEquals(outcomes[1], outcomes[0]);
  const level = ["show cells", "join level"];
  assertEquals(workers.names, ["read pixels", ...level, "read pixels", ...level, ...level]);
});

Deno.test("what is wrong with a file is told once, whoever opens it", async () => {
  const png = edited(await encodePng(IMAGE), { added: FOREIGN });
  const nnc = edited(await compress(IMAGE), { added: FOREIGN });
  const image = { ...IMAGE, metadata: { chunks: [FOREIGN] } };
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const told = async (work: () => unknown) => {
    warnings.length = 0;
    await work();
    return warnings.length;
  };
  assertEquals(await told(() => compress(png, { onWarning })), 1);
  assertEquals(await told(() => compress(image, { onWarning })), 1);
  assertEquals(await told(() => probe(nnc, { onWarning })), 1);
  assertEquals(await told(() => restore(nnc, { ...averagingEngine(), onWarning })), 1);
  const opened = () => restore(openNncFile(nnc, { onWarning }), averagingEngine());
  assertEquals(await told(opened), 1);
});

Deno.test("compressing says of its file what the file says of itself", async () => {
  for (const { name, ratio } of ALL_LATTICES) {
    const { bytes, lattice, size } = await compressImage(IMAGE, { lattice: name, ratio });
    const facts = probe(bytes);
    assertEquals(lattice, { name: facts.lattice, ratio: facts.ratio });
    assertEquals(size, { width: facts.width, height: facts.height });
    assertEquals(await compress(IMAGE, { lattice: name, ratio }), bytes);
  }
});

Deno.test("metadata stays canonical where one chunk is replaced", () => {
  const density = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0);
  const gamma = { type: "gAMA", data: new Uint8Array(4) };
  const exif = { type: "eXIf", data: Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8) };
  const text = { type: "tEXt", data: new TextEncoder().encode("Title\0Harbour") };
  for (const chunks of [[], [gamma], [exif], [text], [gamma, exif, text, text]]) {
    const metadata = travellingMetadata(chunks);
    const dense = replaceChunk(metadata, { type: "pHYs", data: density });
    const given = travellingMetadata([...chunks, { type: "pHYs", data: density }]);
    assertEquals(dense, canonicalMetadata(given));
    const again = replaceChunk(dense, { type: "pHYs", data: density.with(3, 9) });
    assertEquals(again.chunks.map(({ type }) => type), dense.chunks.map(({ type }) => type));
    assertEquals(replaceChunk(dense, { type: "pHYs", data: undefined }), metadata);
  }
});
