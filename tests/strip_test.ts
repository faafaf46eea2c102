import { assertEquals, assertNotEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import { compress } from "../codec/compress.ts";
import { encodeDensity } from "../codec/png/density.ts";
import { readOrientation } from "../codec/image/exif.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES } from "../codec/lattice/lattice.ts";
import type { Chunk } from "../codec/image/metadata.ts";
import { displayMetadata, findChunk } from "../codec/png/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { restore } from "../codec/restore.ts";
import { compressCoded, readCoded } from "../weights/coded.ts";
import { averagingEngine, noiseImage } from "./support/images.ts";
import { exifOf, exifSegment, latin1, withSegments, writeJpeg } from "./support/jpeg_writer.ts";
import { Workplace } from "./support/run_nnc.ts";

const COLOUR: readonly Chunk[] = [
  { type: "cICP", data: Uint8Array.of(9, 16, 0, 1) },
  { type: "mDCV", data: new Uint8Array(24).fill(3) },
  { type: "cLLI", data: new Uint8Array(8).fill(2) },
  { type: "iCCP", data: latin1("a profile\0\0compressed") },
  { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
  { type: "cHRM", data: new Uint8Array(32).fill(1) },
];

const PRIVATE: readonly Chunk[] = [
  { type: "pHYs", data: encodeDensity({ x: 2835, y: 2835, unit: 1 }) },
  { type: "eXIf", data: exifOf(1) },
  { type: "tEXt", data: latin1("Location\0home") },
  { type: "iTXt", data: latin1("XML:com.adobe.xmp\0\0\0\0\0<x/>") },
];

function imageWith(chunks: readonly Chunk[]): Image {
  return noiseImage({ width: 12, height: 9, channels: 3, seed: 6, chunks });
}

Deno.test("stripping leaves colour and nothing that tells of the taker", async () => {
  const image = imageWith([...COLOUR, ...PRIVATE]);
  for (const { name: lattice, ratio } of ALL_LATTICES) {
    const file = await compress(image, { lattice, ratio, strip: true });
    const restored = await restore(file, averagingEngine());
    assertEquals(restored.metadata.chunks, COLOUR);
    const text = new TextDecoder("latin1").decode(file);
    for (const secret of ["NNC\0", "home", "xmp", "eXIf", "tEXt"]) {
      assertEquals(text.includes(secret), false, secret);
    }
    assertNotEquals(await compress(image, { lattice, ratio }), file);
  }
});

Deno.test("what was stripped compresses to the same file again, with and without stripping", async () => {
  const file = await compress(imageWith([...COLOUR, ...PRIVATE]), { strip: true });
  const saved = await encodePng(await restore(file, averagingEngine()));
  assertEquals(await compress(saved, { strip: true }), file);
  assertEquals(await compress(saved), file);
});

Deno.test("pixels that are not square stay so", async () => {
  const aspect = { type: "pHYs", data: encodeDensity({ x: 3, y: 2, unit: 0 }) };
  const file = await compress(imageWith([aspect]), { strip: true });
  assertEquals((await restore(file, averagingEngine())).metadata.chunks, [aspect]);
});

Deno.test("an orientation that a viewer has yet to apply stays, alone", () => {
  for (let orientation = 2; orientation <= 8; orientation++) {
    const metadata = { chunks: [{ type: "eXIf", data: exifOf(orientation, "II") }] };
    const stripped = displayMetadata(metadata);
    const exif = findChunk(stripped, "eXIf")!;
    assertEquals([exif.length, readOrientation(exif)], [26, orientation]);
    assertEquals(displayMetadata(stripped), stripped);
  }
});

Deno.test("nnc -c --strip takes the Exif data out of a JPEG, turned upright", async () => {
  using place = new Workplace();
  const jpeg = withSegments(await writeJpeg(imageWith([])), [exifSegment(exifOf(6))]);
  Deno.writeFileSync(place.path("photo.jpg"), jpeg);
  await place.exits(0, "-c", "photo.jpg", "--strip");
  const file = Deno.readFileSync(place.path("photo.nnc"));
  const restored = await readCoded(file);
  assertEquals([restored.width, restored.height], [9, 12]);
  assertEquals(restored.metadata.chunks, []);
  const upright = await decodeImage(jpeg);
  const bare = { ...upright, metadata: { chunks: [] } };
  assertEquals(file, new Uint8Array(await compressCoded(bare, { quality: DEFAULT_QUALITY })));
});
