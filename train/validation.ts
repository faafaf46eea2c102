/**
 * How well a network restores photos that it does not learn from.
 *
 * The score follows the published benchmarks: the error of a photo is taken over its pixels, and the PSNRs of photos are
 * averaged. The mean over the PSNRs of small crops, which it once was, belongs to smooth crops: a sky restored at 55 dB
 * instead of 50 outweighed all of a photo's details.
 *
 * @module
 */

import { NETWORK_CELLS, NETWORK_GEOMETRIES } from "../codec/lattice/within.ts";
import type { Image } from "../codec/image/image.ts";
import type { Device } from "../gpu/device.ts";
import { layersOfPatch } from "./batch_check.ts";
import { type AnyRecipe, cellOf } from "./coder_recipe.ts";
import { CropJudge } from "./crop_judge.ts";
import { DrawingBatch } from "./drawing_batch.ts";
import { buildForwardGraph } from "./graph.ts";
import type { TrainingKernels } from "./kernels/training_kernel.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { DEFAULT_REDUCTIONS, DEFAULT_SPACINGS, type Recipe, recipeArchitecture } from "./recipe.ts";
import { reduce } from "./reductions.ts";
import {
  type Crop,
  cropSize,
  leastSide,
  type TrainingPhoto,
  uploadTiles,
  validationCrops,
} from "./photo_tiles.ts";

/** Crops that are looked at, at least one a tile; rounded up to whole batches. */
const CROPS = 192;

/** Crops that are restored together, if the device has textures of that many layers. */
const BATCH = 8;

/** Longest side of a crop in cells. Whatever patches a stage has, its score compares with that of the others. */
const MOST_CELLS = 46;

/** Least mean squared error that counts: a tile restored better than 60 dB is no better than that. */
const LEAST_ERROR = 1e-6;

/** What is judged, and by what. */
export interface ValidationOptions<Trained> {
  /** The stages of the run; all are judged alike. */
  readonly stages: readonly Trained[];
  /** The photos, in full size. */
  readonly photos: readonly TrainingPhoto[];
  /** The weights that are judged: flat, `f32`. */
  readonly parameters: GPUBuffer;
  /** Compiles shaders, each once, and frees what they were bound to. */
  readonly factory: DispatchFactory;
  /** The kernel of every role. */
  readonly kernels: TrainingKernels;
}

/** Judges the same weights again and again, by the same crops. */
export class Validation {
  readonly #judge: CropJudge;
  readonly #crops: readonly Crop[];
  readonly #unitOf: (layer: number) => number;

  /** Uploads the photos, at every size that one of the stages learns from, and builds the dispatches. */
  constructor(device: Device, options: ValidationOptions<Recipe>) {
    const { stages, photos, parameters, factory, kernels } = options;
    const { gpu } = device;
    const recipe = stages[0]!;
    const { step, spacings = DEFAULT_SPACINGS } = recipe;
    const geometry = NETWORK_GEOMETRIES[step];
    const cell = NETWORK_CELLS[step];
    const isWithin = step === "within";
    const architecture = recipeArchitecture(recipe, geometry);
    const patch = validationPatch(recipe, photos);
    const most = Math.floor(gpu.limits.maxTextureArrayLayers / layersOfPatch(recipe));
    const patches = Math.max(1, Math.min(BATCH, most));
    const shape = { batch: patches, patch, factory };
    const graph = buildForwardGraph(gpu, { architecture, parameters, kernels, ...shape });
    const tiles = uploadTiles(device, isWithin ? photos : atAllSizes(photos, { stages, patch }));
    const batch = new DrawingBatch(gpu, { geometry, cell, graph, isWithin, ...shape });
    batch.setLoss("squared");
    this.#unitOf = (layer) => tiles.steps ? tiles.steps[layer]! / 255 : 1;
    const count = Math.ceil(Math.max(CROPS, tiles.sizes.length) / patches) * patches;
    const size = cropSize({ cell, patch });
    this.#crops = validationCrops(tiles, { size, spacings, count, keepsPhases: isWithin });
    this.#judge = new CropJudge(gpu, { batch, graph, parameters, tiles });
  }

  /** PSNR in dB over missing pixels: mean over tiles of up to 512 × 512 pixels, the errors of a tile's crops pooled. */
  async psnr(): Promise<number> {
    const errors = await this.#judge.means(this.#crops);
    return meanPsnr(
      this.#crops.map(({ layer }, crop) => ({
        layer,
        error: errors[crop]![1] * this.#unitOf(layer) ** 2,
      })),
    );
  }
}

/** Mean PSNR in dB over layers, each from the mean of its squared errors. */
export function meanPsnr(errors: readonly { layer: number; error: number }[]): number {
  const layers = Map.groupBy(errors, ({ layer }) => layer);
  let decibels = 0;
  for (const found of layers.values()) {
    const mean = found.reduce((sum, { error }) => sum + error, 0) / found.length;
    decibels -= 10 * Math.log10(Math.max(mean, LEAST_ERROR));
  }
  return decibels / layers.size;
}

/** Side in cells of the crops: the longest that fits every photo as it is. */
export function validationPatch(recipe: AnyRecipe, photos: readonly Image[]): number {
  const { spacings = DEFAULT_SPACINGS } = recipe;
  const cell = cellOf(recipe);
  const shortest = Math.min(...photos.map(({ width, height }) => Math.min(width, height)));
  let patch = MOST_CELLS;
  while (patch > 1 && leastSide({ cell, patch, spacings }) > shortest) patch--;
  return patch;
}

/** Every photo reduced as the stages reduce theirs, as far as a crop fits; as it is where none does. */
function atAllSizes(
  photos: readonly Image[],
  { stages, patch }: { stages: readonly Recipe[]; patch: number },
): Image[] {
  const { step, spacings = DEFAULT_SPACINGS } = stages[0]!;
  const least = leastSide({ cell: NETWORK_CELLS[step], patch, spacings });
  const factors = [
    ...new Set(stages.flatMap(({ reductions = DEFAULT_REDUCTIONS }) => reductions)),
  ];
  return photos.flatMap((photo) => {
    const side = Math.min(photo.width, photo.height);
    const fitting = factors.filter((factor) => Math.floor(side / factor) >= least);
    return (fitting.length > 0 ? fitting : [1])
      .map((factor) => factor === 1 ? photo : reduce(photo, factor));
  });
}
