import { assertAlmostEquals, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { splitCells } from "../codec/lattice/cells.ts";
import type { Image } from "../codec/image/image.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { STEP_CELLS } from "../codec/lattice/steps.ts";
import type { Device } from "../gpu/device.ts";
import { defaultKernels } from "../train/kernels/training_catalogue.ts";
import { layoutParameters } from "../train/parameters.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { DEFAULT_RECIPE, type Recipe, recipeArchitecture } from "../train/recipe.ts";
import { reduce } from "../train/reductions.ts";
import { cropSize, validationCrops } from "../train/photo_tiles.ts";
import { meanPsnr, Validation } from "../train/validation.ts";
import { cropOf, interpolate } from "./support/crops.ts";
import { withDevice } from "./support/device.ts";
import { renderScene } from "./support/scene.ts";

const STEP = "rows";
const RECIPE: Recipe = { ...DEFAULT_RECIPE, step: STEP, channels: 4, blocks: 0, patch: 6 };

function photo(width: number, height: number) {
  const scene = renderScene({ width, height, seed: width });
  return { ...scene, metadata: { chunks: [] } };
}

/** The score of a network without weights, which is the fixed interpolation. */
async function scoreOf(
  device: Device,
  { stages, photos }: { stages: readonly Recipe[]; photos: readonly Image[] },
): Promise<number> {
  const { length } = layoutParameters(recipeArchitecture(RECIPE, GEOMETRIES[STEP]));
  const parameters = device.gpu.createBuffer({ size: length * 4, usage: GPUBufferUsage.STORAGE });
  const factory = new DispatchFactory(device.gpu);
  const kernels = defaultKernels(device.gpu);
  return await new Validation(device, { stages, photos, parameters, factory, kernels }).psnr();
}

Deno.test("a tile's PSNR is that of its mean error, and tiles count alike, up to 60 dB", () => {
  const one = [{ layer: 0, error: 1e-2 }, { layer: 0, error: 1e-4 }];
  assertAlmostEquals(meanPsnr(one), -10 * Math.log10(5.05e-3), 1e-12);
  const two = [...one, { layer: 4, error: 1e-3 }];
  assertAlmostEquals(meanPsnr(two), (meanPsnr(one) + 30) / 2, 1e-12);
  assertEquals(meanPsnr([{ layer: 0, error: 0 }]), 60);
});

Deno.test(
  "validation is the mean PSNR of the photos, at each size that a stage learns from and a crop fits",
  withDevice(async (device) => {
    const [small, large] = [photo(50, 61), photo(120, 104)];
    const stages = [RECIPE, { ...RECIPE, reductions: [1, 2], patch: 9 }];
    const found = await scoreOf(device, { stages, photos: [small, large] });
    // Crops are 50 pixels high, so the small photo does not come at half size.
    const tiles = [small, large, reduce(large, 2)] as ReturnType<typeof photo>[];
    const patch = 25;
    const size = cropSize({ cell: STEP_CELLS[STEP], patch });
    const crops = validationCrops(
      { texture: {} as GPUTexture, sizes: tiles.map(({ width, height }) => ({ width, height })) },
      { size, spacings: [1], count: 192 },
    );
    const geometry = GEOMETRIES[STEP];
    const errors = crops.map((crop) => {
      const cut = { ...cropOf(tiles[crop.layer]!, crop, size), metadata: { chunks: [] } };
      const { kept, missing } = splitCells(cut, STEP);
      let squared = 0;
      for (let at = 0; at < patch * patch * 3; at++) {
        const [x, y, c] = [Math.floor(at / 3) % patch, Math.floor(at / 3 / patch), at % 3];
        const target = missing.data[(y * patch + x) * 4 + c]! / 255;
        squared += (target - interpolate(geometry, kept, { phase: 0, x, y, c })) ** 2;
      }
      return { layer: crop.layer, error: squared / (patch * patch * 3) };
    });
    assertEquals(new Set(errors.map(({ layer }) => layer)).size, 3);
    assertAlmostEquals(found, meanPsnr(errors), 1e-4);
  }),
);

Deno.test(
  "a photo too small for any size that stages learn from is judged as it is",
  withDevice(async (device) => {
    const photos = [photo(40, 40)];
    const reduced = [{ ...RECIPE, reductions: [4] }];
    assertEquals(
      await scoreOf(device, { stages: reduced, photos }),
      await scoreOf(device, { stages: [RECIPE], photos }),
    );
  }),
);
