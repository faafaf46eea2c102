/**
 * What a recipe trains for: the part of a step that is not the network's own, and the judge of its weights.
 *
 * @module
 */

import type { Device } from "../gpu/device.ts";
import { CODER_CELLS, CODER_GEOMETRIES } from "../codec/lattice/coder_steps.ts";
import { NETWORK_CELLS, NETWORK_GEOMETRIES } from "../codec/lattice/within.ts";
import type { Batch } from "./batch.ts";
import { CoderBatch } from "./coder_batch.ts";
import { type AnyRecipe, cellOf, type CoderRecipe, isCoderRecipe } from "./coder_recipe.ts";
import { CoderValidation } from "./coder_validation.ts";
import { DrawingBatch } from "./drawing_batch.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import type { ForwardGraph } from "./graph.ts";
import { type CropShape, cropSize, type PhotoTiles, randomCrop } from "./photo_tiles.ts";
import { Random } from "./random.ts";
import { DEFAULT_SPACINGS, lossAt, type Recipe } from "./recipe.ts";
import { randomStep, randomTolerance } from "./tolerances.ts";
import type { Judgement } from "./score.ts";
import { Validation, type ValidationOptions } from "./validation.ts";

/** What feeds a graph in every step, and judges its output. */
export interface TrainingFeed {
  /** Cut crops, compare, and add to the running sums. */
  readonly batch: Batch;
  /** Draws the crops of a step, counted from 0, and sets what it minimises. */
  setStep(step: number, options: { random: Random; tiles: PhotoTiles }): void;
  /** The mean loss that the running sums stand for: in grey levels, in steps, or in bits a sample. */
  meanLoss(sums: Float32Array): number;
}

/** The recipe that says what is fed, the graph that takes it, and what compiles the shaders. */
export interface FeedOptions<Trained> {
  /** What is run: a recipe without stages, or a stage. */
  readonly recipe: Trained;
  /** The network that is trained. */
  readonly graph: ForwardGraph;
  /** Compiles the shaders. */
  readonly factory: DispatchFactory;
}

/** The feed of a recipe, or of one stage. */
export function openFeed(gpu: GPUDevice, options: FeedOptions<AnyRecipe>): TrainingFeed {
  const { recipe } = options;
  return isCoderRecipe(recipe)
    ? openCoderFeed(gpu, { ...options, recipe })
    : openDrawingFeed(gpu, { ...options, recipe });
}

function openDrawingFeed(gpu: GPUDevice, options: FeedOptions<Recipe>): TrainingFeed {
  const { recipe, graph, factory } = options;
  const { step, batch: count, patch } = recipe;
  const batch = new DrawingBatch(gpu, {
    isWithin: step === "within",
    ...{ geometry: NETWORK_GEOMETRIES[step], cell: NETWORK_CELLS[step] },
    ...{ batch: count, patch, graph, factory },
  });
  const shape = cropShapeOf(recipe);
  // Networks that improve lossy files draw in steps of their bins, others in shares of white.
  const unit = step === "within" ? 1 : 255;
  return {
    batch,
    setStep: (step, { random, tiles }) => {
      batch.setCrops(Array.from({ length: count }, () => randomCrop(random, { ...shape, tiles })));
      batch.setLoss(lossAt(recipe, step));
    },
    meanLoss: ([absolute = 0, , steps = 0]) =>
      unit * absolute / (Math.max(1, steps) * batch.samples),
  };
}

function openCoderFeed(gpu: GPUDevice, options: FeedOptions<CoderRecipe>): TrainingFeed {
  const { recipe, graph, factory } = options;
  const { step, batch: count, patch, nearLossless = 0, lossy } = recipe;
  const batch = new CoderBatch(gpu, {
    lossy,
    ...{ geometry: CODER_GEOMETRIES[step], cell: CODER_CELLS[step] },
    ...{ batch: count, patch, graph, factory },
  });
  const shape = cropShapeOf(recipe);
  return {
    batch,
    setStep: (_, { random, tiles }) =>
      batch.setCrops(Array.from({ length: count }, () => ({
        ...randomCrop(random, { ...shape, tiles }),
        tolerance: lossy ? randomStep(random) : randomTolerance(random, nearLossless),
      }))),
    meanLoss: ([bits = 0, , steps = 0]) => bits / (Math.max(1, steps) * batch.samples),
  };
}

function cropShapeOf(recipe: AnyRecipe): CropShape {
  const { patch, spacings = DEFAULT_SPACINGS } = recipe;
  const size = cropSize({ cell: cellOf(recipe), patch });
  return { size, spacings, ...recipe.step === "within" && { keepsPhases: true } };
}

/** Judges weights on the photos that were held back. */
export interface Judge {
  /** Judges the weights as they are. */
  judge(): Promise<Judgement>;
}

/** The judge of a run's weights, the same for all its stages. */
export function openJudge(device: Device, options: ValidationOptions<AnyRecipe>): Judge {
  const { stages } = options;
  const coders = stages.filter(isCoderRecipe);
  if (coders.length > 0) return new CoderValidation(device, { ...options, stages: coders });
  const drawing = stages.flatMap((stage) => isCoderRecipe(stage) ? [] : [stage]);
  const validation = new Validation(device, { ...options, stages: drawing });
  return { judge: async () => ({ score: await validation.psnr() }) };
}
