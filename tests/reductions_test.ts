import { assert, assertEquals, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import type { Image } from "../codec/image/image.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { DEFAULT_RECIPE, type Recipe } from "../train/recipe.ts";
import { checkRecipe } from "../train/recipe_check.ts";
import { reduce, reducePhotos } from "../train/reductions.ts";
import { TrainingError } from "../train/training_error.ts";

function photo(width: number, height: number, channels: 1 | 3 = 3): Image {
  const data = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 37) % 256);
  return { width, height, channels, data, metadata: NO_METADATA };
}

const sizes = (images: readonly Image[]) => images.map(({ width, height }) => [width, height]);

Deno.test("a reduced photo has the rounded means of its squares, what is left over cut off", () => {
  const data = Uint8Array.of(1, 2, 9, 3, 4, 9, 9, 9, 9, 255, 255, 9, 255, 255, 9);
  const image: Image = { width: 3, height: 5, channels: 1, data, metadata: NO_METADATA };
  const { width, height, data: found } = reduce(image, 2);
  assertEquals([width, height], [1, 2]);
  assertEquals([...found], [3, 132]);
  const colours = reduce(photo(4, 2), 2);
  const mean = (...at: number[]) =>
    Math.floor(at.reduce((sum, index) => sum + photo(4, 2).data[index]!, 0) / 4 + 0.5);
  assertEquals(
    [...colours.data],
    [0, 1, 2, 6, 7, 8].map((at) => mean(at, at + 3, at + 12, at + 15)),
  );
});

Deno.test("photos are taken at every reduction that leaves enough of them and not too much", () => {
  const images = [photo(200, 100), photo(64, 64), photo(30, 30)];
  const recipe = { reductions: [1, 2], largestPhoto: 5000 };
  assertEquals(sizes(reducePhotos(images, { recipe, least: 30 })), [
    [64, 64],
    [30, 30],
    [100, 50],
    [32, 32],
  ]);
  assertEquals(reducePhotos(images, { recipe: {}, least: 30 }), images);
});

Deno.test("a photo that is too small as it is stays, to be refused by name", () => {
  const images = [photo(8, 8)];
  assertEquals(reducePhotos(images, { recipe: { reductions: [1] }, least: 30 }), images);
});

Deno.test("a recipe that leaves no photo is refused", () => {
  const error = assertThrows(
    () =>
      reducePhotos([photo(100, 100)], {
        recipe: { reductions: [1, 4], largestPhoto: 1000 },
        least: 30,
      }),
    TrainingError,
  );
  assert(/No photo is left.*reduced by 1 or 4.*1000 pixels.*below 30/s.test(error.message));
});

Deno.test("reductions, the largest photo and the optimiser are checked, in stages too", () => {
  for (
    const [wrong, message] of [
      [{ reductions: [] }, '"reductions" must be a list'],
      [{ reductions: [2, 2] }, '"reductions" must be a list'],
      [{ stages: [{}, { reductions: [9] }] }, '"reductions" in stage 2'],
      [{ largestPhoto: 0 }, '"largestPhoto" must be a whole number'],
      [{ stages: [{ largestPhoto: 1.5 }] }, '"largestPhoto" in stage 1'],
      [{ optimiser: "sgd" }, '"optimiser" must be "adam" or "muon"'],
      [{ stages: [{ optimiser: 3 }] }, '"optimiser" in stage 1'],
    ] as const
  ) {
    const recipe = { ...DEFAULT_RECIPE, ...wrong } as unknown as Recipe;
    assertThrows(() => checkRecipe(recipe), TrainingError, message);
  }
  checkRecipe({
    ...DEFAULT_RECIPE,
    optimiser: "muon",
    stages: [{}, { optimiser: "adam", reductions: [1, 2], largestPhoto: 1e6 }],
  });
});
