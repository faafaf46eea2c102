import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { stepLevel, stepOfLevel, withinCells } from "../codec/coded/within_cells.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { NETWORK_CELLS, NETWORK_GEOMETRIES } from "../codec/lattice/within.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { DrawingBatch } from "../train/drawing_batch.ts";
import { cropSize, randomCrop, uploadTiles } from "../train/photo_tiles.ts";
import { Random } from "../train/random.ts";
import { recipeArchitecture } from "../train/recipe.ts";
import { downloadTexels } from "../train/texels.ts";
import { checkRecipe } from "../train/recipe_check.ts";
import { train } from "../train/train.ts";
import { TrainingError } from "../train/training_error.ts";
import { codePhotos } from "../train/within_photos.ts";
import { DEFAULT_RECIPE, type Recipe } from "../train/recipe.ts";
import { coderForWriting } from "../weights/coder_choice.ts";
import { cropOf } from "./support/crops.ts";
import { withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";
import { SMALL, tinyPhoto, zeroGraph } from "./support/training.ts";

const RECIPE: Recipe = { ...DEFAULT_RECIPE, ...SMALL, step: "within" };

/** The colours of a raster whose alpha is something else. */
function coloursOf({ width, height, data }: Raster) {
  return { width, height, channels: 3 as const, data: data.filter((_, at) => at % 4 < 3) };
}

Deno.test(
  "a crop of a lossy file reaches the network with its phases where they are coded, in all symmetries",
  withDevice(async (device) => {
    const { gpu } = device;
    const [patch, batch] = [6, 8];
    const [geometry, cell] = [NETWORK_GEOMETRIES.within, NETWORK_CELLS.within];
    const size = cropSize({ cell, patch });
    const image = renderScene({ width: 60, height: 50, seed: 2 });
    const other = renderScene({ width: 60, height: 50, seed: 3 });
    const level = stepLevel(40);
    const unit = 255 / stepOfLevel(level);
    const data = new Uint8Array(60 * 50 * 4).fill(level);
    for (let at = 0; at < 60 * 50; at++) data.set(other.data.subarray(3 * at, 3 * at + 3), 4 * at);
    const coded: Raster = { width: 60, height: 50, channels: 4, data };
    const tiles = uploadTiles(device, [{ ...image, metadata: NO_METADATA, coded }]);
    const random = new Random(1);
    const shape = { tiles, size, spacings: [1], keepsPhases: true };
    const crops = Array.from({ length: batch }, () => randomCrop(random, shape));
    const architecture = recipeArchitecture({ channels: 4, blocks: 0 }, geometry);
    const { graph, factory } = zeroGraph(gpu, { architecture, batch, patch });
    const options = { geometry, cell, batch, patch, graph, factory, isWithin: true };
    const feed = new DrawingBatch(gpu, options);
    feed.setCrops(crops);
    feed.setLoss("squared");
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, [feed.gather(tiles), ...feed.loss]);
    gpu.queue.submit([encoder.finish()]);
    const input = await downloadTexels(gpu, { texture: graph.input, border: 0 });
    const gradient = await downloadTexels(gpu, { texture: graph.outputGradient, border: 2 });
    crops.forEach((crop, index) => {
      // A corner of the crop at an even column and row is at such of the tile.
      const places = { width: 60, height: 50, channels: 3 as const, data: placesOf(60, 50) };
      const place = cropOf(places, crop, size);
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const at = (y * size.width + x) * 3;
          const turned = crop.symmetry & 4;
          assertEquals(place.data[at]! % 2, (turned ? y : x) % 2);
          assertEquals(place.data[at + 1]! % 2, (turned ? x : y) % 2);
        }
      }
      const rows = { first: 0, end: patch };
      const known = withinCells(cropOf(coloursOf(coded), crop, size), { rows, logarithm: 40 });
      const right = withinCells(cropOf(image, crop, size), { rows, logarithm: 40 });
      for (let cellAt = 0; cellAt < patch * patch; cellAt++) {
        const [x, y] = [cellAt % patch, Math.floor(cellAt / patch)];
        for (let channel = 0; channel < 15; channel++) {
          const from = (Math.floor(channel / 3) * patch * patch + cellAt) * 4 + channel % 3;
          const found = input.at({ image: index, channels: 15, x, y, channel });
          const gain = channel < 12 ? unit : 1;
          assertAlmostEquals(found, gain * (known.data[from]! / 255 - 0.5), 1e-5);
          if (channel >= 12) continue;
          const residual = unit * (right.data[from]! - known.data[from]!) / 255;
          const slope = gradient.at({ image: index, channels: 12, x, y, channel });
          assertAlmostEquals(slope, -2 * residual / feed.samples, 1e-4 / feed.samples);
        }
      }
    });
    assert(new Set(crops.map(({ symmetry }) => symmetry)).size > 3);
  }),
);

/** Every pixel's column and row. */
function placesOf(width: number, height: number): Uint8Array {
  return Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => [Math.floor(at / 3) % width, Math.floor(at / 3 / width), 0][at % 3]!,
  );
}

Deno.test("photos are coded with steps of their own, by the seed", async () => {
  const coder = await coderForWriting(undefined, { isLossy: true });
  const images = [1, 2, 3, 4].map((seed) => tinyPhoto(seed, 40));
  const told: number[] = [];
  const onCoded = (done: number) => told.push(done);
  const code = (seed: number) =>
    codePhotos(images, { ...coder, recipe: { ...RECIPE, seed }, least: 28, onCoded });
  const photos = await code(1);
  assertEquals(told, [1, 2, 3, 4]);
  const levels = new Set(photos.map(({ coded }) => coded!.data[3]));
  assertEquals(levels.size, 4);
  for (const { data, coded } of photos) {
    const { data: restored } = coloursOf(coded!);
    assert(data.some((value, at) => value !== restored[at]));
    // A step of 32 levels moves no sample by more than it is wide.
    assert(data.every((value, at) => Math.abs(value - restored[at]!) <= 64));
  }
  assertEquals(await code(1), photos);
});

Deno.test(
  "a short run on lossy files of one tiny photo improves them",
  withDevice(async (device) => {
    const shape = { channels: 16, blocks: 1, batch: 4, patch: 12 };
    const recipe: Partial<Recipe> = {
      ...RECIPE,
      ...shape,
      steps: 120,
      optimiser: "muon",
      squaredShare: 1,
    };
    const images = [tinyPhoto(3, 48)];
    const { before, after } = await train({ device, images, validation: images, recipe });
    assert(after > before + 0.1, `${before} before, ${after} after`);
  }),
);

Deno.test("a recipe for lossy files whose stages would cut photos otherwise is refused", () => {
  checkRecipe({ ...RECIPE, reductions: [1, 2], stages: [{ rate: 1e-4 }] });
  const refusals: [Partial<Recipe>, RegExp][] = [
    [{ spacings: [2] }, /has no "spacings"/],
    [
      { stages: [{}, { reductions: [2] }] },
      /its "reductions" for all stages, found some in stage 2/,
    ],
    [{ stages: [{ largestPhoto: 9 }] }, /its "largestPhoto" for all stages, found some in stage 1/],
  ];
  for (const [change, message] of refusals) {
    assertThrows(() => checkRecipe({ ...RECIPE, ...change }), TrainingError);
    assertMatch(String(assertThrows(() => checkRecipe({ ...RECIPE, ...change }))), message);
  }
});
