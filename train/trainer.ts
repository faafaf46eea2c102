/**
 * A training run on a device: steps, validation, and the state that a checkpoint holds.
 *
 * @module
 */

import { type Device, readBuffer, withErrorScopes } from "../gpu/device.ts";
import { type Dispatch, encodeDispatches } from "../gpu/dispatch.ts";
import type { Architecture, Network } from "../gpu/network.ts";
import { checkBatches } from "./batch_check.ts";
import { centreHeadDispatches } from "./centred_head.ts";
import { type AnyRecipe, architectureOf, colouredInputs } from "./coder_recipe.ts";
import { buildGraph } from "./graph.ts";
import { type KernelChoice, recordKernels, selectTrainingKernels } from "./kernel_selection.ts";
import type { RecordedKernels, TrainingKernels } from "./kernels/training_kernel.ts";
import { Optimiser, type OptimiserState } from "./optimiser.ts";
import { hiddenMatrices, layoutParameters, lowerBounds, unflattenNetwork } from "./parameters.ts";
import type { Matrices } from "./muon.ts";
import { DispatchFactory } from "./dispatch_factory.ts";
import { checkPhotos, leastSideOfStages } from "./photo_check.ts";
import { Random } from "./random.ts";
import { learningRate } from "./recipe.ts";
import { reducePhotos } from "./reductions.ts";
import { type PhotoTiles, type TrainingPhoto, uploadTiles } from "./photo_tiles.ts";
import type { Judgement } from "./score.ts";
import { type Judge, openFeed, openJudge, type TrainingFeed } from "./task.ts";

/** Everything that must survive for a run to go on exactly where it stopped. */
export interface TrainerState extends OptimiserState {
  /** Steps done of the recipe, or of its stage. */
  readonly step: number;
  /** State of the generator that picks crops. */
  readonly random: number;
}

/** Runs the steps of a recipe without stages, or of one stage. */
export class Trainer {
  readonly #gpu: GPUDevice;
  readonly #recipe: AnyRecipe;
  readonly #factory: DispatchFactory;
  readonly #random: Random;
  readonly #feed: TrainingFeed;
  readonly #optimiser: Optimiser;
  readonly #tiles: PhotoTiles;
  readonly #stepDispatches: readonly Dispatch[];
  readonly #judge: Judge;
  #step: number;

  /** The kernels that compute. */
  readonly kernels: RecordedKernels;

  private constructor(
    device: Device,
    options: {
      recipe: AnyRecipe;
      state: TrainerState;
      tiles: PhotoTiles;
      validation: readonly TrainingPhoto[];
      stages: readonly AnyRecipe[];
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
    const architecture = architectureOf(recipe);
    const { length } = layoutParameters(architecture);
    this.#factory = factory;
    this.kernels = recordKernels(device, kernels);
    this.#optimiser = new Optimiser(gpu, { state, bounds: lowerBounds(architecture) });
    const { parameters, averages } = this.#optimiser.buffers;
    const graph = buildGraph(gpu, { architecture, batch, patch, parameters, factory, kernels });
    this.#feed = openFeed(gpu, { recipe, graph, factory });
    const feed = this.#feed.batch;
    const { gradients } = graph;
    const coloured = colouredInputs(recipe);
    const centre = (vectors: readonly GPUBuffer[]) =>
      recipe.centredHead ? centreHeadDispatches({ architecture, coloured, vectors, factory }) : [];
    this.#stepDispatches = [
      feed.gather(tiles),
      ...graph.packForward(parameters),
      ...graph.packBackward,
      ...graph.forward,
      ...feed.loss,
      feed.addToTotal,
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
    this.#judge = openJudge(device, {
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
   * @throws {TrainingError} if a photo is too small for a crop, a stage leaves all photos out, or a batch is too large for
   * the device.
   * @throws {GpuError} if the device fails, or computes wrongly with every kernel.
   */
  static async open(device: Device, options: {
    recipe: AnyRecipe;
    state: TrainerState;
    images: readonly TrainingPhoto[];
    validation: readonly TrainingPhoto[];
    stages?: readonly AnyRecipe[] | undefined;
    kernels?: KernelChoice | undefined;
  }): Promise<Trainer> {
    const { recipe, state, images, validation, stages = [recipe] } = options;
    checkPhotos(stages, { images, validation });
    checkBatches(stages, device.gpu);
    const photos = recipe.step === "within"
      ? images // They were reduced before they were coded.
      : reducePhotos(images, { recipe, least: leastSideOfStages(stages) });
    const factory = new DispatchFactory(device.gpu);
    const architecture = architectureOf(recipe);
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
    const { averageDecay } = this.#recipe;
    this.#feed.setStep(this.#step, { random: this.#random, tiles: this.#tiles });
    this.#optimiser.setStep(this.#step, {
      rate: learningRate(this.#recipe, this.#step),
      averageDecay,
    });
    const encoder = this.#gpu.createCommandEncoder();
    encodeDispatches(encoder, this.#stepDispatches);
    this.#gpu.queue.submit([encoder.finish()]);
    this.#step++;
  }

  /**
   * The mean loss of the steps since this was last called: the absolute difference in grey levels of 255, or for coder
   * networks bits a sample.
   */
  async takeLoss(): Promise<number> {
    const { total } = this.#feed.batch;
    const bytes = await readBuffer(this.#gpu, { buffer: total });
    this.#gpu.queue.writeBuffer(total, 0, new Float32Array(4));
    return this.#feed.meanLoss(new Float32Array(bytes.buffer));
  }

  /** Judges the averaged weights by the validation photos. */
  validate(): Promise<Judgement> {
    return this.#judge.judge();
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

  get #architecture(): Network["architecture"] {
    return architectureOf(this.#recipe);
  }

  /** Frees the photos and everything that the steps work with. */
  close(): void {
    this.#factory.destroyBound();
  }
}

function matricesOf(
  { optimiser }: AnyRecipe,
  architecture: Architecture,
): { matrices?: Matrices | undefined } {
  const matrices = optimiser === "muon" ? hiddenMatrices(architecture) : undefined;
  return matrices ? { matrices } : {};
}
