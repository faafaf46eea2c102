import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { encodeDensity } from "../codec/png/density.ts";
import { ALL_LATTICES, describeLattice } from "../codec/lattice/lattice.ts";
import type { StepName } from "../codec/lattice/steps.ts";
import type { Chunk } from "../codec/image/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { EFFORTS } from "../codec/png/png_pixels.ts";
import { restore } from "../codec/restore.ts";
import { openEngine } from "../gpu/engine.ts";
import { noiseImage, randomEngine } from "./support/images.ts";
import {
  exifOf,
  exifSegment,
  jfifSegment,
  latin1,
  profileSegments,
  withSegments,
  writeJpeg,
} from "./support/jpeg_writer.ts";
import { randomNetwork } from "./support/networks.ts";

const CHUNKS: readonly Chunk[] = [
  { type: "iCCP", data: latin1("a profile\0\0compressed") },
  { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
  { type: "pHYs", data: encodeDensity({ x: 2835, y: 1417, unit: 1 }) },
  { type: "eXIf", data: exifOf(6) },
  { type: "tEXt", data: latin1("Title\0Harbour") },
  { type: "iTXt", data: latin1("XML:com.adobe.xmp\0\0\0\0\0<x/>") },
];

/** A PNG with alpha, every kind of metadata and a picture that viewers are to turn. */
function transparentPng(): Promise<Uint8Array> {
  return encodePng(noiseImage({ width: 23, height: 17, channels: 4, seed: 9, chunks: CHUNKS }));
}

/** A JPEG as a camera held sideways writes it. */
async function sidewaysJpeg(orientation: number): Promise<Uint8Array> {
  const profile = new Uint8Array(300).fill(7);
  profile.set(latin1("RGB "), 16);
  return withSegments(
    await writeJpeg(noiseImage({ width: 21, height: 15, channels: 3, seed: 4 })),
    [
      jfifSegment({ x: 300, y: 150, unit: 1 }),
      exifSegment(exifOf(orientation)),
      ...profileSegments(profile, 1),
    ],
  );
}

Deno.test("a hundred generations of a transparent image with metadata are byte for byte the first", async () => {
  const source = await transparentPng();
  for (const { name, ratio } of ALL_LATTICES) {
    const options = { lattice: name, ratio };
    const first = await compress(source, options);
    let file = first;
    for (let generation = 1; generation <= 100; generation++) {
      const restored = await restore(file, randomEngine(generation));
      assertEquals(restored.channels, 4);
      const saved = await encodePng(restored, { effort: EFFORTS[generation % EFFORTS.length]! });
      file = await compress(saved, options);
      assertEquals(file, first, `${describeLattice({ name, ratio })}, generation ${generation}`);
    }
    assertEquals((await restore(file, randomEngine(0))).metadata.chunks, CHUNKS);
  }
});

Deno.test("a hundred generations of a turned JPEG are byte for byte the first, and are turned once", async () => {
  for (const orientation of [3, 6, 7]) {
    const first = await compress(await sidewaysJpeg(orientation));
    let file = first;
    for (let generation = 1; generation <= 100; generation++) {
      const restored = await restore(file, randomEngine(generation));
      assertEquals(restored.width, orientation > 4 ? 15 : 21);
      file = await compress(await encodePng(restored, { effort: "fast" }));
      assertEquals(file, first, `orientation ${orientation}, generation ${generation}`);
    }
  }
});

Deno.test("a hundred generations through a real engine are byte for byte the first", async () => {
  const engine = await openEngine();
  try {
    const first = await compress(await transparentPng());
    let file = first;
    let previous = new Uint8Array();
    let different = 0;
    for (let generation = 1; generation <= 100; generation++) {
      const network = (step: StepName) =>
        Promise.resolve(randomNetwork(step, { seed: generation % 5 }));
      const saved = await encodePng(await restore(file, { engine, network }), { effort: "fast" });
      if (saved.some((byte, at) => byte !== previous[at])) different++;
      previous = new Uint8Array(saved);
      file = await compress(saved);
      assertEquals(file, first, `generation ${generation}`);
    }
    assert(different > 50, `only ${different} generations were drawn anew`);
  } finally {
    engine.close();
  }
});
