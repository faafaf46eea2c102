/** A training step as `nnc train` does it, and its parts one by one. @module */

import { renderScene } from "../../cli/scene/scene.ts";
import type { Image } from "../../codec/image/image.ts";
import { GEOMETRIES } from "../../codec/lattice/geometries.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import type { Device } from "../../gpu/device.ts";
import { type Dispatch, encodeDispatches } from "../../gpu/dispatch.ts";
import { describeLayers } from "../../gpu/network.ts";
import { buildGraph } from "../../train/graph.ts";
import { initialiseNetwork } from "../../train/initialise.ts";
import { initialState, Optimiser } from "../../train/optimiser.ts";
import { flattenNetwork, lowerBounds } from "../../train/parameters.ts";
import { DispatchFactory } from "../../train/dispatch_factory.ts";
import { DEFAULT_RECIPE, type Recipe, recipeArchitecture } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";
import { type Seconds, timeWork } from "../clock.ts";

/** The size of a step. */
export interface StepShape {
  readonly channels: number;
  readonly blocks: number;
  readonly batch: number;
  /** Side of a patch in cells. */
  readonly patch: number;
}

/** The step that prototypes and other libraries are measured by. */
export const COMMON_STEP: StepShape = { channels: 32, blocks: 2, batch: 16, patch: 64 };

/** A part of a step. */
export interface Part extends Seconds {
  readonly part: string;
  /** 10⁹ operations by the direct convolution. */
  readonly gigaflop: number;
}

/** Steps that are timed together: they are waited for once. */
const STEPS = 4;

const STEP = "quincunx";

/** 10⁹ operations of forward, transposed and weight-gradient convolutions; nothing is propagated into the input. */
export function gigaflopsOf(shape: StepShape): {
  forward: number;
  transposed: number;
  weights: number;
} {
  const layers = describeLayers(recipeArchitecture(shape, GEOMETRIES[STEP]));
  const cost = ({ inputs, outputs }: { inputs: number; outputs: number }) =>
    18 * inputs * outputs * shape.batch * shape.patch ** 2 / 1e9;
  const forward = layers.reduce((sum, layer) => sum + cost(layer), 0);
  return { forward, transposed: forward - cost(layers[0]!), weights: forward };
}

/** Makes a trainer on drawn scenes and times its steps; the seconds are those of one. */
export async function timeSteps(
  device: Device,
  { shape, samples = 3 }: { shape: StepShape; samples?: number | undefined },
): Promise<Seconds> {
  const { trainer, close } = await openTrainer(device, shape);
  const { wall, cpu } = await timeWork(() => trainer.advance(STEPS), { samples });
  const absolute = await trainer.takeLoss();
  close();
  if (!Number.isFinite(absolute)) throw new Error("The training steps diverged");
  return { wall: wall / STEPS, cpu: cpu / STEPS };
}

/** A trainer that is ready to go. */
export async function openTrainer(
  device: Device,
  shape: StepShape,
): Promise<{ trainer: Trainer; close: () => void }> {
  const recipe: Recipe = { ...DEFAULT_RECIPE, ...shape, step: STEP, steps: 1e6 };
  const image: Image = { ...renderScene({ width: 512, height: 384 }), metadata: NO_METADATA };
  const network = initialiseNetwork(recipeArchitecture(recipe, GEOMETRIES[STEP]), { seed: 1 });
  const trainer = await Trainer.open(device, {
    recipe,
    state: { ...initialState(flattenNetwork(network)), step: 0, random: 1 },
    images: [image],
    validation: [image],
  });
  return { trainer, close: () => trainer.close() };
}

/** Times the parts of a step, each many times over on the same data. */
export async function timeParts(
  { gpu }: Device,
  { shape, samples = 3 }: { shape: StepShape; samples?: number | undefined },
): Promise<Part[]> {
  const architecture = recipeArchitecture(shape, GEOMETRIES[STEP]);
  const network = initialiseNetwork(architecture, { seed: 1 });
  const state = initialState(flattenNetwork(network));
  const optimiser = new Optimiser(gpu, { state, bounds: lowerBounds(architecture) });
  const { parameters } = optimiser.buffers;
  const factory = new DispatchFactory(gpu);
  const graph = buildGraph(gpu, { ...shape, architecture, parameters, factory });
  const { gradients, forward, packBackward } = graph;
  const length = state.parameters.length;
  const flops = gigaflopsOf(shape);
  const backward = sortBackward(graph.backward, forward.length);
  const update = [
    ...graph.packForward(parameters),
    ...packBackward,
    ...optimiser.dispatches({ gradients, factory, length }),
  ];
  const parts: [part: string, gigaflop: number, dispatches: readonly Dispatch[]][] = [
    ["forward", flops.forward, forward],
    ["transposed", flops.transposed, backward.transposed],
    ["weight gradients", flops.weights, backward.weights],
    ["fold and PReLU", 0, backward.fold],
    ["reductions", 0, backward.reductions],
    ["packing, clipping, Adam", 0, update],
  ];
  const rows: Part[] = [];
  for (const [part, gigaflop, dispatches] of parts) {
    const work = async () => {
      const encoder = gpu.createCommandEncoder();
      for (let step = 0; step < STEPS; step++) encodeDispatches(encoder, dispatches);
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    };
    const { wall, cpu } = await timeWork(work, { samples });
    rows.push({ part, gigaflop, wall: wall / STEPS, cpu: cpu / STEPS });
  }
  return rows;
}

/** Sorts the dispatches of `Graph.backward`, which come layer by layer, by what they do. */
function sortBackward(dispatches: readonly Dispatch[], layers: number): {
  weights: Dispatch[];
  reductions: Dispatch[];
  transposed: Dispatch[];
  fold: Dispatch[];
} {
  // Four for the parameters, then the transposed convolution and the fold, which the first layer does without.
  if (dispatches.length !== layers * 6 - 2) {
    throw new RangeError(
      `Expected ${layers * 6 - 2} backward dispatches, found ${dispatches.length}`,
    );
  }
  const every = (...places: number[]) =>
    dispatches.filter((_, index) => places.includes(index % 6));
  return {
    weights: every(0),
    reductions: every(1, 2, 3),
    transposed: every(4),
    fold: every(5),
  };
}
