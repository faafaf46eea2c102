import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { averageNeighbours } from "../codec/lattice/geometries.ts";
import { ALL_LATTICES, latticeSteps } from "../codec/lattice/lattice.ts";
import { packImage } from "../codec/lattice/packing.ts";
import {
  coarseToFine,
  fineToCoarse,
  octaveBelow,
  packedImageSize,
  packedPixel,
  placedSteps,
} from "../codec/lattice/pyramid.ts";
import { defineCell, STEP_CELLS, STEP_NAMES } from "../codec/lattice/steps.ts";
import { noiseImage } from "./support/images.ts";

const SIZES = [[1, 1], [7, 5], [16, 16], [9, 1], [1, 12], [21, 34]] as const;

Deno.test("a walk names of every level its step, pixels, spacing and cells", () => {
  const size = { width: 7, height: 5 };
  const levels = fineToCoarse(size, ["grid", "quincunx"]);
  assertEquals(levels, [
    { step: "grid", size, spacing: 1, cells: { width: 4, height: 3 } },
    {
      step: "quincunx",
      size: { width: 4, height: 3 },
      spacing: 2,
      cells: { width: 2, height: 2 },
    },
  ]);
  assertEquals(coarseToFine(size, ["grid", "quincunx"]), levels.toReversed());
});

Deno.test("a step's spacing is how far apart the pixels lie among which it draws", () => {
  for (const lattice of ALL_LATTICES) {
    const levels = fineToCoarse({ width: 64, height: 64 }, latticeSteps(lattice));
    assertEquals(levels.map(({ step, spacing }) => ({ step, spacing })), placedSteps(lattice));
    for (const { size, spacing } of levels) assertEquals(size.width * spacing, 64);
  }
});

Deno.test("the packed image has the size that the walk says, and its pixels stand for the whole original", () => {
  for (const lattice of ALL_LATTICES) {
    for (const [width, height] of SIZES) {
      const packed = packImage(noiseImage({ width, height, channels: 1, seed: 1 }), lattice);
      const size = packedImageSize({ width, height }, lattice);
      assertEquals({ width: packed.width, height: packed.height }, size);
      const pixel = packedPixel(lattice);
      assertEquals(pixel.width * pixel.height, lattice.ratio);
      assertEquals(Math.ceil(width / pixel.width), size.width);
      assertEquals(Math.ceil(height / pixel.height), size.height);
    }
  }
});

Deno.test("every cell has each of its pixels once, and its kept ones in the rows of the packed image", () => {
  for (const step of STEP_NAMES) {
    const { width, height, kept, missing, packedPixel } = STEP_CELLS[step];
    assertEquals(new Set([...kept, ...missing].map(String)).size, width * height);
    assertEquals(packedPixel.width * packedPixel.height * kept.length, width * height);
    assertEquals(kept[0], [0, 0], "the corner, which no image cuts off");
  }
});

Deno.test("a step that draws what a quincunx keeps works in the same octave, and the next one below it", () => {
  const diagonal = defineCell({ width: 2, height: 2, kept: [[0, 0]], missing: [[1, 1]] });
  const octave = { size: { width: 7, height: 5 }, spacing: 1 };
  const below = octaveBelow(octave, STEP_CELLS.quincunx);
  assertEquals(below, octave);
  const quarter = { size: { width: 4, height: 3 }, spacing: 2 };
  assertEquals(octaveBelow(below, diagonal), quarter);
  assertEquals(octaveBelow(octave, STEP_CELLS.grid), quarter, "as both of them at once");
  const { kept, missing, base } = averageNeighbours(diagonal);
  assertEquals([kept, missing], [1, 1]);
  assertEquals(base[0]!.map(({ dx, dy, weight }) => [dx, dy, weight]), [
    [0, 0, 0.25],
    [1, 0, 0.25],
    [0, 1, 0.25],
    [1, 1, 0.25],
  ]);
});
