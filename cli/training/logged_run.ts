/**
 * A training run with what surrounds it on the command line: its checkpoint, its log, and what is told on the way.
 *
 * @module
 */

import { type Device, openDevice } from "../../gpu/device.ts";
import { currentPlatform } from "../../platform/platform.ts";
import type { KernelChoice } from "../../train/kernel_selection.ts";
import { formatScore } from "../../train/score.ts";
import { totalSteps } from "../../train/stages.ts";
import type { RunResult, TrainProgress } from "../../train/train_options.ts";
import type { TrainingLog } from "../../train/training_log.ts";
import { finishOnInterrupt, InterruptError } from "../interrupt.ts";
import type { Invocation } from "../invocation.ts";
import { KERNEL_MEMORY } from "../kernel_memory.ts";
import type { Options } from "../options.ts";
import type { Photos } from "../photos.ts";
import { formatCount } from "../figures.ts";
import { writeFileSafely } from "../write_file.ts";
import { LogFile } from "./log_file.ts";
import type { PlannedRun } from "./plan.ts";
import { OWN_TIER } from "./recipe_choice.ts";
import type { TrainingClock } from "./training_clock.ts";
import type { TrainingOutputs } from "./training_outputs.ts";

/** Validations without a gain after which training ends. */
const PATIENCE = 8;

/** What a run needs, and where it stands among others. */
export interface LoggedRunOptions {
  /** The command line. */
  readonly invocation: Invocation;
  /** What trains. */
  readonly device: Device;
  /** What is learnt from, and judged by. */
  readonly photos: Photos;
  /** Where its files go. */
  readonly outputs: Pick<TrainingOutputs, "checkpoint" | "log">;
  /** The log of an earlier part of the run, to go on with. */
  readonly earlier: TrainingLog | undefined;
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Times all runs of the command. */
  readonly clock: TrainingClock;
  /** Of several runs, what this one is called, and the steps of those before it and of all. Default: it is the only one. */
  readonly part?:
    | { readonly name: string; readonly before: number; readonly all: number }
    | undefined;
}

/**
 * Opens what trains.
 *
 * @throws {Error} if nothing does.
 */
export async function openTrainingDevice(): Promise<Device> {
  const device = await openDevice();
  if (device) return device;
  throw new Error(
    `Training needs a graphics adapter and none answers. ${currentPlatform().adapterAdvice}`,
  );
}

/**
 * Runs it to its end.
 *
 * @throws {InterruptError} if it was stopped; the checkpoint holds what was reached.
 */
export async function runLogged(
  planned: PlannedRun,
  options: LoggedRunOptions,
): Promise<RunResult> {
  const { invocation, device, photos, outputs, earlier, signal, clock, part } = options;
  const { terminal } = invocation;
  const { recipe } = planned;
  const { checkpoint, log } = outputs;
  const logFile = new LogFile(log, {
    recipe,
    photos: photos.training.length,
    validation: photos.validation.length,
    force: invocation.options.force ?? false,
    earlier,
  });
  // The parts of a coder take as long to be judged as for some dozens of steps.
  const validations = part ? 10 : 20;
  const name = part ? `${part.name}, ` : "";
  const { before = 0, all = totalSteps(recipe) } = part ?? {};
  // Judging what there is takes a while, in which there is nothing to put in order.
  const start = { share: before / all, seconds: 0, rate: "", left: undefined };
  terminal.progress(`${name}getting ready`, start);
  const drawBar = (step: number, steps: number) => {
    const { seconds, rate = 0, left } = clock.read(before + step, all);
    const label = `${name}step ${step} of ${steps}`;
    const share = (before + step) / all;
    terminal.progress(label, { share, seconds, rate: formatRate(rate), left });
  };
  const result = await planned.run({
    device,
    images: photos.training,
    validation: photos.validation,
    kernels: chooseKernels(invocation.options),
    checkpoint: (bytes) => writeFileSafely(checkpoint, { bytes, replace: true }),
    signal,
    onCoded: (done, total) =>
      terminal.progress(`coding photo ${Math.ceil(done)} of ${total}`, start),
    interval: Math.min(250, Math.max(10, Math.round(totalSteps(recipe) / validations))),
    // A shipped recipe is run to its end: what it reaches depends on its schedule being completed.
    patience: recipe.tier === OWN_TIER ? PATIENCE : Infinity,
    onProgress: (progress) => {
      finishOnInterrupt();
      logFile.add(progress);
      const time = clock.describe(before + progress.step, all);
      terminal.note(`${name}${describeProgress(progress)}; ${time}`);
      drawBar(progress.step, progress.steps);
    },
    onStep: drawBar,
  });
  if (!signal.aborted) return result;
  terminal.note(
    `Stopped after ${name}step ${result.steps}; --resume goes on from "${checkpoint}".`,
  );
  throw signal.reason instanceof InterruptError ? signal.reason : new InterruptError(130);
}

/** Tells what is learnt from and what is held back. */
export function describePhotos(photos: Photos, { terminal }: Invocation): void {
  const learning = formatPhotos(photos.training.length);
  terminal.note(`Learning from ${learning}; held back to judge: ${photos.heldBack}.`);
}

/** What a network learnt from, as its file says it. */
export function describeData(photos: Photos): string {
  return `${formatPhotos(photos.training.length)} of the user's own`;
}

function formatPhotos(count: number): string {
  return count === 1 ? "1 photo" : `${formatCount(count)} photos`;
}

/** `--kernel` names one, or several with commas between them; the fastest fill the roles that they leave. */
function chooseKernels({ kernel }: Options): KernelChoice {
  return { memory: KERNEL_MEMORY, forced: kernel?.split(",") };
}

function formatRate(stepsASecond: number): string {
  return stepsASecond > 0 ? `${stepsASecond.toPrecision(2)} steps/s` : "";
}

function describeProgress(progress: TrainProgress): string {
  const { step, steps, stage, stages, loss, measure, score, best } = progress;
  const part = stages === 1 ? "" : `, stage ${stage} of ${stages}`;
  const error = loss === 0 ? "" : `, loss ${loss.toFixed(3)}`;
  const digits = measure === "bits" ? 4 : 2;
  return `step ${step} of ${steps}${part}${error}, held-back photos ${
    formatScore(measure, score)
  }, best ${best.toFixed(digits)}`;
}
