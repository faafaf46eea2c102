/** Short training runs on tiny photos. @module */

import { assertRejects, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import type { Image } from "../../codec/image/image.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import type { Device } from "../../gpu/device.ts";
import type { Architecture } from "../../gpu/network.ts";
import { type Checkpoint, decodeCheckpoint } from "../../train/checkpoint.ts";
import { DispatchFactory } from "../../train/dispatch_factory.ts";
import { buildGraph, type Graph } from "../../train/graph.ts";
import { layoutParameters } from "../../train/parameters.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import { TrainingError } from "../../train/training_error.ts";
import { renderScene } from "./scene.ts";

/** A recipe that takes next to no time, whatever kind it is completed to. */
export const SMALL = {
  channels: 8,
  blocks: 1,
  batch: 2,
  patch: 14,
  warmup: 5,
  rate: 2e-3,
  averageDecay: 0.9,
} as const;

/** A square photo without grain. */
export function tinyPhoto(seed: number, side = 64): Image {
  return {
    ...renderScene({ width: side, height: side, seed, grain: 0 }),
    metadata: NO_METADATA,
  };
}

/** A run that learns from a photo and is judged by it, every five steps. */
export function smallRun<Options extends object>(device: Device, options: Options) {
  return { device, images: [tinyPhoto(1)], validation: [tinyPhoto(1)], interval: 5, ...options };
}

/** The graph of a network whose weights are all zero, and what compiles its shaders. */
export function zeroGraph(
  gpu: GPUDevice,
  options: { architecture: Architecture; batch: number; patch: number },
): { graph: Graph; factory: DispatchFactory } {
  const factory = new DispatchFactory(gpu);
  const { length } = layoutParameters(options.architecture);
  const parameters = gpu.createBuffer({ size: length * 4, usage: GPUBufferUsage.STORAGE });
  return { graph: buildGraph(gpu, { ...options, parameters, factory }), factory };
}

/** What a run takes so that it can be stopped, and gone on with. */
export interface Hooks {
  readonly checkpoint: (bytes: Uint8Array) => void;
  readonly onProgress: (progress: TrainProgress) => void;
  readonly signal: AbortSignal;
}

/** Stops a run after the validation that `isLast` knows, and reads its last checkpoint. */
export async function stopRun<Result>(
  isLast: (progress: TrainProgress) => boolean,
  run: (hooks: Hooks) => Promise<Result>,
): Promise<{ stopped: Result; resume: Checkpoint }> {
  const stop = new AbortController();
  let last = new Uint8Array();
  const stopped = await run({
    checkpoint: (bytes) => last = Uint8Array.from(bytes),
    onProgress: (progress) => {
      if (isLast(progress)) stop.abort();
    },
    signal: stop.signal,
  });
  return { stopped, resume: decodeCheckpoint(last) };
}

/** Asserts that a run is refused with a message that has all parts. */
export async function assertRunRefused(
  run: () => Promise<unknown>,
  parts: readonly string[],
): Promise<void> {
  const { message } = await assertRejects(run, TrainingError);
  for (const part of parts) assertStringIncludes(message, part);
}
