/**
 * How many bits a coder network needs for photos that it does not learn from.
 *
 * @module
 */

import { CODER_CELLS, CODER_GEOMETRIES } from "../codec/lattice/coder_steps.ts";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import type { Device } from "../gpu/device.ts";
import { CoderBatch } from "./coder_batch.ts";
import { architectureOf, type CoderRecipe } from "./coder_recipe.ts";
import { CropJudge } from "./crop_judge.ts";
import { buildForwardGraph } from "./graph.ts";
import {
  type Crop,
  cropSize,
  type PhotoTiles,
  uploadTiles,
  validationCrops,
} from "./photo_tiles.ts";
import { DEFAULT_SPACINGS } from "./recipe.ts";
import type { Judgement } from "./score.ts";
import { type ValidationOptions, validationPatch } from "./validation.ts";

/** Crops that are looked at, at least one a tile and spacing; rounded up to whole batches. */
const CROPS = 192;

/** How often crops may cover the photos, on average: more of them would look at the same again. */
const COVERS = 2;

/** Crops that are coded together. */
const BATCH = 8;

/** The tolerances that networks which learn for some are looked at with, besides lossless. */
const TOLERANCES: readonly number[] = [1, 2, 6];

/** The steps that networks for lossy files are looked at with, in levels. */
const LOSSY_STEPS: readonly number[] = [2, 6, 16];

/** What a crop costs. */
export interface CropCost {
  /** Its spacing. */
  readonly spacing: number;
  /** Bits a sample. */
  readonly bits: number;
}

/** Judges the same weights again and again, by the same crops. */
export class CoderValidation {
  readonly #judge: CropJudge;
  readonly #crops: readonly Crop[];
  readonly #tolerances: readonly number[];
  readonly #lossy: boolean;

  /** Uploads the photos as they are, whatever sizes the stages learn from, and builds the dispatches. */
  constructor(device: Device, options: ValidationOptions<CoderRecipe>) {
    const { stages, photos, parameters, factory, kernels } = options;
    const { gpu } = device;
    const recipe = stages[0]!;
    const { step, spacings = DEFAULT_SPACINGS, lossy = false } = recipe;
    const cell = CODER_CELLS[step];
    const patch = validationPatch(recipe, photos);
    const shape = { batch: BATCH, patch, factory };
    const architecture = architectureOf(recipe);
    const graph = buildForwardGraph(gpu, { architecture, parameters, kernels, ...shape });
    const tiles = uploadTiles(device, photos);
    this.#lossy = lossy;
    const batch = new CoderBatch(gpu, {
      lossy,
      geometry: CODER_GEOMETRIES[step],
      cell,
      graph,
      ...shape,
    });
    this.#tolerances = stages.some(({ nearLossless = 0 }) => nearLossless > 0) ? TOLERANCES : [];
    this.#crops = cropsOf(tiles, { size: cropSize({ cell, patch }), spacings });
    this.#judge = new CropJudge(gpu, { batch, graph, parameters, tiles });
  }

  /**
   * Judges by the bits a sample that lossless files would spend on the step: samples are pooled over the photos, and spacings
   * count as many times as an image has pixels of them. Networks for lossy files are judged by the mean of some steps, errors
   * counted for what they are worth.
   */
  async judge(): Promise<Judgement> {
    if (this.#lossy) return await this.#judgeSteps();
    const lossless = await this.#costs({ tolerance: 0 });
    const details: Record<string, number> = {};
    const bySpacing = Map.groupBy(lossless, ({ spacing }) => spacing);
    if (bySpacing.size > 1) {
      for (const [spacing, costs] of bySpacing) {
        details[`spacing ${spacing}`] = weighBySpacing(costs);
      }
    }
    for (const tolerance of this.#tolerances) {
      details[`within ${tolerance}`] = weighBySpacing(await this.#costs({ tolerance }));
    }
    const score = weighBySpacing(lossless);
    return Object.keys(details).length > 0 ? { score, details } : { score };
  }

  async #judgeSteps(): Promise<Judgement> {
    const details: Record<string, number> = {};
    for (const step of LOSSY_STEPS) {
      details[`step ${step}`] = weighBySpacing(await this.#costs({ tolerance: step * STEP_PARTS }));
    }
    const costs = Object.values(details);
    return { score: costs.reduce((sum, cost) => sum + cost, 0) / costs.length, details };
  }

  /** Bits a sample of every crop. */
  async #costs({ tolerance }: { tolerance: number }): Promise<CropCost[]> {
    const bits = await this.#judge.means(this.#crops.map((crop) => ({ ...crop, tolerance })));
    return this.#crops.map(({ spacing }, crop) => ({ spacing, bits: bits[crop]![0] }));
  }
}

/** Mean of the costs of crops, each spacing's by its share of an image's samples. */
export function weighBySpacing(costs: readonly CropCost[]): number {
  const [sum, weights] = [...Map.groupBy(costs, ({ spacing }) => spacing)].reduce(
    ([sum, weights], [spacing, found]) => {
      const weight = 1 / spacing ** 2;
      const mean = found.reduce((total, { bits }) => total + bits, 0) / found.length;
      return [sum + weight * mean, weights + weight];
    },
    [0, 0],
  );
  return sum / weights;
}

/** The crops of every spacing, spread over all tiles; whole batches. */
function cropsOf(
  tiles: PhotoTiles,
  { size, spacings }: { size: { width: number; height: number }; spacings: readonly number[] },
): Crop[] {
  return spacings.flatMap((spacing) => {
    const area = size.width * size.height * spacing ** 2;
    const cover = tiles.sizes.reduce((sum, { width, height }) => sum + width * height / area, 0);
    const most = Math.min(CROPS / spacings.length, COVERS * cover);
    const count = Math.ceil(Math.max(most, tiles.sizes.length) / BATCH) * BATCH;
    return validationCrops(tiles, { size, spacings: [spacing], count });
  });
}
