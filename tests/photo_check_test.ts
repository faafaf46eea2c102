import { assertEquals, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { checkPhotos, leastSideOfStages } from "../train/photo_check.ts";
import { DEFAULT_RECIPE, type Recipe } from "../train/recipe.ts";
import { TrainingError } from "../train/training_error.ts";

const RECIPE: Recipe = { ...DEFAULT_RECIPE, step: "grid", patch: 10, spacings: [1] };

function photo(side: number) {
  const data = new Uint8Array(side * side);
  return { width: side, height: side, channels: 1 as const, data, metadata: NO_METADATA };
}

function refuse(stages: Recipe[], sides: { images: number[]; validation: number[] }, why: string) {
  const [images, validation] = [sides.images.map(photo), sides.validation.map(photo)];
  assertThrows(() => checkPhotos(stages, { images, validation }), TrainingError, why);
}

Deno.test("the smallest photo is what the widest crop of any stage fits into", () => {
  assertEquals(leastSideOfStages([RECIPE]), 20);
  assertEquals(leastSideOfStages([{ ...RECIPE, patch: 15 }, RECIPE]), 30);
  assertEquals(leastSideOfStages([{ ...RECIPE, spacings: [1, 2] }, RECIPE]), 39);
});

Deno.test("photos of exactly the smallest size are taken, and smaller ones refused with theirs", () => {
  checkPhotos([RECIPE], { images: [photo(20)], validation: [photo(20)] });
  refuse([RECIPE], { images: [40, 19], validation: [20] }, "19×19 pixels is too small");
  refuse([RECIPE], { images: [20], validation: [19] }, "at least 20 pixels");
  refuse([RECIPE, { ...RECIPE, patch: 11 }], { images: [20], validation: [40] }, "at least 22");
});

Deno.test("a stage that leaves all photos out is found before the first", () => {
  const later = { ...RECIPE, largestPhoto: 500 };
  refuse([RECIPE, later], { images: [40], validation: [40] }, "No photo is left to train on");
  checkPhotos([RECIPE, later], { images: [40, 22].map(photo), validation: [photo(40)] });
});

Deno.test("crops that span more than a tile are refused", () => {
  const wide = { ...RECIPE, patch: 150, spacings: [1, 2] };
  refuse([wide], { images: [700], validation: [700] }, "these would span 599");
});
