/**
 * A training run on a device: steps, validation, and the state that a checkpoint holds.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { STEP_CELLS } from "../codec/lattice/steps.ts";
import type { Image } from "../codec/image/image.ts";
import { type Device, readBuffer, withErrorScopes } from "../gpu/device.ts";
import { type Dispatch, encodeDispatches } from "../gpu/dispatch.ts";
import type { Architecture, Network } from "../gpu/network.ts";
import { Batch } from "./batch.ts";
import { centreHeadDispatches } from "./centred_head.ts";
import { buildGraph } from "./graph.ts";
import { type KernelChoice, recordKernels, selectTrainingKernels } from "./kernel_selection.ts";
import type { RecordedKernels, TrainingKernels } from "./kernels/training_kernel.ts";
import { Optimiser, type OptimiserState } from "./optimiser.ts";
import { hiddenMatrices, layoutParameters, lowerBounds, unflattenNetwork } from "./parameters.ts";
import type { Matrices } from "./muon.ts";
import { DispatchFactory } from "./dispatch_factory.ts";
import { checkPhotos, leastSideOfStages } from "./photo_check.ts";
import { Random } from "./random.ts";
import {
  DEFAULT_SPACINGS,
  learningRate,
  lossAt,
  type Recipe,
  recipeArchitecture,
} from "./recipe.ts";
import { reducePhotos } from "./reductions.ts";
import {
  type CropShape,
  cropSize,
  type PhotoTiles,
  randomCrop,
  uploadTiles,
} from "./photo_tiles.ts";
import { Validation } from "./validation.ts";

/** Everything that must survive for a run to go on exactly where it stopped. */
export interface TrainerState extends OptimiserState {
  /** Steps done of the recipe, or of its stage. */
  readonly step: number;
  /** State of the generator that picks crops. */
  readonly random: number;
}

/** Mean losses over the training batches since they were last asked for. */
export interface TrainingLoss {
  /** Mean absolute difference, in grey levels of 255. */
  readonly absolute: number;
  /** PSNR in dB over the missing pixels. */
  readonly psnr: number;
}

/** Runs the steps of a recipe without stages, or of one stage. */
export class Trainer {
  readonly #gpu: GPUDevice;
  readonly #recipe: Recipe;
  readonly #factory: DispatchFactory;
  readonly #random: Random;
  readonly #batch: Batch;
  readonly #optimiser: Optimiser;
  readonly #tiles: PhotoTiles;
  readonly #stepDispatches: readonly Dispatch[];
  readonly #validation: Validation;
  #step: number;

  /** The kernels that compute. */
  readonly kernels: RecordedKernels;

  private constructor(
    device: Device,
    options: {
      recipe: Recipe;
      state: TrainerState;
      tiles: PhotoTiles;
      validation: readonly Image[];
      stages: readonly Recipe[];
      factory: DispatchFactory;
      kernels: TrainingKernels;
    },
  ) {
    const { recipe, state, tiles, validation, stages, factory, kernels } = options;
    const { batch, patch } = recipe;
    const { gpu } = device;
    this.#gpu = gpu;
    this.#recipe = recipe;
    this.#tiles = tiles;
    this.#step = state.step;
    this.#random = new Random(state.random);
    const geometry = GEOMETRIES[recipe.step];
    const cell = STEP_CELLS[recipe.step];
    const architecture = recipeArchitecture(recipe, geometry);
    const { length } = layoutParameters(architecture);
    this.#factory = factory;
    this.kernels = recordKernels(device, kernels);
    this.#optimiser = new Optimiser(gpu, { state, bounds: lowerBounds(architecture) });
    const { parameters, averages } = this.#optimiser.buffers;
    const graph = buildGraph(gpu, { architecture, batch, patch, parameters, factory, kernels });
    this.#batch = new Batch(gpu, { geometry, cell, batch, patch, graph, factory });
    const { gradients } = graph;
    const centre = (vectors: readonly GPUBuffer[]) =>
      recipe.centredHead ? centreHeadDispatches({ architecture, vectors, factory }) : [];
    this.#stepDispatches = [
      this.#batch.gather(tiles),
      ...graph.packForward(parameters),
      ...graph.packBackward,
      ...graph.forward,
      ...this.#batch.loss,
      this.#batch.addToTotal,
      ...graph.backward,
      ...centre([gradients]),
      ...this.#optimiser.dispatches({
        gradients,
        factory,
        length,
        ...matricesOf(recipe, architecture),
      }),
      ...centre([parameters, averages]),
    ];
    this.#validation = new Validation(device, {
      stages,
      photos: validation,
      parameters: averages,
      factory,
      kernels,
    });
  }

  /**
   * Checks the photos, then chooses kernels, uploads the photos and builds everything.
   *
   * `stages` are those of the run, so that a photo too small for a later one is found at once and all are judged alike;
   * default: the recipe alone.
   *
   * @throws {TrainingError} if a photo is too small for a crop, or a stage leaves all photos out.
   * @throws {GpuError} if the device fails, or computes wrongly with every kernel.
   */
  static async open(device: Device, options: {
    recipe: Recipe;
    state: TrainerState;
    images: readonly Image[];
    validation: readonly Image[];
    stages?: readonly Recipe[];
    kernels?: KernelChoice;
  }): Promise<Trainer> {
    const { recipe, state, images, validation, stages = [recipe] } = options;
    checkPhotos(stages, { images, validation });
    const photos = reducePhotos(images, { recipe, least: leastSideOfStages(stages) });
    const factory = new DispatchFactory(device.gpu);
    const architecture = recipeArchitecture(recipe, GEOMETRIES[recipe.step]);
    const shape = { architecture, batch: recipe.batch, patch: recipe.patch, factory };
    const { kernels } = await selectTrainingKernels(device, { ...options.kernels, ...shape });
    return await withErrorScopes(
      { gpu: device.gpu, what: "Setting up training" },
      () =>
        new Trainer(device, {
          recipe,
          state,
          tiles: uploadTiles(device, photos),
          validation,
          stages,
          factory,
          kernels,
        }),
    );
  }

  /** Steps done so far. */
  get step(): number {
    return this.#step;
  }

  /**
   * Does `count` steps and waits for them.
   *
   * @throws {GpuError} if the device fails.
   */
  async advance(count: number): Promise<void> {
    await withErrorScopes({ gpu: this.#gpu, what: "Training" }, () => {
      for (let index = 0; index < count; index++) this.#submitStep();
    });
    await this.#gpu.queue.onSubmittedWorkDone();
  }

  #submitStep(): void {
    const { batch, averageDecay } = this.#recipe;
    const shape = { ...this.#cropShape, tiles: this.#tiles };
    this.#batch.setCrops(Array.from({ length: batch }, () => randomCrop(this.#random, shape)));
    this.#batch.setLoss(lossAt(this.#recipe, this.#step));
    this.#optimiser.setStep(this.#step, {
      rate: learningRate(this.#recipe, this.#step),
      averageDecay,
    });
    const encoder = this.#gpu.createCommandEncoder();
    encodeDispatches(encoder, this.#stepDispatches);
    this.#gpu.queue.submit([encoder.finish()]);
    this.#step++;
  }

  /** The mean loss of the steps since this was last called. */
  async takeLoss(): Promise<TrainingLoss> {
    const bytes = await readBuffer(this.#gpu, { buffer: this.#batch.total });
    this.#gpu.queue.writeBuffer(this.#batch.total, 0, new Float32Array(4));
    const [absolute = 0, squared = 0, steps = 0] = new Float32Array(bytes.buffer);
    const samples = Math.max(1, steps) * this.#batch.samples;
    return { absolute: 255 * absolute / samples, psnr: -10 * Math.log10(squared / samples) };
  }

  /** PSNR in dB of the averaged weights over crops of the validation photos, see `validation.ts`. */
  validate(): Promise<number> {
    return this.#validation.psnr();
  }

  /** Reads back everything that a checkpoint needs. */
  async readState(): Promise<TrainerState> {
    const { parameters, moments, averages, clip } = this.#optimiser.buffers;
    const { length } = layoutParameters(this.#architecture);
    const read = async (buffer: GPUBuffer, count: number) =>
      new Float32Array((await readBuffer(this.#gpu, { buffer })).buffer).slice(0, count);
    return {
      step: this.#step,
      random: this.#random.state,
      parameters: await read(parameters, length),
      moments: await read(moments, length * 2),
      averages: await read(averages, length),
      clip: await read(clip, 3),
    };
  }

  /** The network with the averaged weights: the result so far. */
  async readNetwork(): Promise<Network> {
    const { averages } = await this.readState();
    return unflattenNetwork(this.#architecture, averages);
  }

  get #cropShape(): CropShape {
    const { step, patch, spacings = DEFAULT_SPACINGS } = this.#recipe;
    return { size: cropSize({ cell: STEP_CELLS[step], patch }), spacings };
  }

  get #architecture(): Network["architecture"] {
    return recipeArchitecture(this.#recipe, GEOMETRIES[this.#recipe.step]);
  }

  /** Frees the photos and everything that the steps work with. */
  close(): void {
    this.#factory.destroyBound();
  }
}

function matricesOf(
  { optimiser }: Recipe,
  architecture: Architecture,
): { matrices?: Matrices } {
  const matrices = optimiser === "muon" ? hiddenMatrices(architecture) : undefined;
  return matrices ? { matrices } : {};
}
