/**
 * `nnc train`: a network fitted to photos of one's own.
 *
 * @module
 */

import { openDevice } from "../../gpu/device.ts";
import { type Checkpoint, decodeCheckpoint } from "../../train/checkpoint.ts";
import { isCoderRecipe } from "../../train/coder_recipe.ts";
import type { KernelChoice } from "../../train/kernel_selection.ts";
import { formatScore, measureOf } from "../../train/score.ts";
import { leastSideOfStages } from "../../train/photo_check.ts";
import { stagesOf, totalSteps } from "../../train/stages.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { finishOnInterrupt, InterruptError } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { KERNEL_MEMORY } from "../kernel_memory.ts";
import type { Options } from "../options.ts";
import { type Photos, readPhotos } from "../photos.ts";
import { claimStandardOutput } from "../standard_output.ts";
import { writeStandardOutput } from "../streams.ts";
import { formatCount, formatSeconds } from "../terminal.ts";
import { planCoder } from "../training/coder_plan.ts";
import { planDrawing } from "../training/drawing_plan.ts";
import { LogFile, readEarlierLog } from "../training/log_file.ts";
import type { TrainingPlan } from "../training/plan.ts";
import { checkStart, chooseRecipe, OWN_TIER } from "../training/recipe_choice.ts";
import { TrainingClock } from "../training/training_clock.ts";
import { planTrainingOutputs, prepareTrainingFolder } from "../training/training_outputs.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";
import { checkTier } from "./tier_names.ts";

/** Validations without a gain after which training ends. */
const PATIENCE = 8;

/** Trains on the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  checkTier(options, "training");
  const plan = planTraining(options);
  const outputs = await planTrainingOutputs(options, { name: plan.output });
  const { checkpoint, log } = outputs;
  if (outputs.network === STANDARD_STREAM) claimStandardOutput(invocation, "a network");
  const resume = options.resume ? await readCheckpoint(checkpoint, plan) : undefined;
  const planned = await plan.prepare(resume);
  const { recipe } = planned;
  const { force = false } = options;
  const earlier = resume && await readEarlierLog(log, { recipe, force });
  const device = await openDevice();
  if (!device) {
    throw new Error(
      "Training needs a graphics adapter and none answers; install a Vulkan driver " +
        "(on Debian, a software one: apt-get install mesa-vulkan-drivers)",
    );
  }
  try {
    const photos = await readPhotos(invocation, { least: leastSideOfStages(stagesOf(recipe)) });
    describePhotos(photos, invocation);
    const signal = finishOnInterrupt();
    await prepareTrainingFolder(outputs);
    const logFile = new LogFile(log, {
      recipe,
      photos: photos.training.length,
      validation: photos.validation.length,
      force,
      earlier,
    });
    const started = performance.now();
    const clock = new TrainingClock({ before: earlier?.points.at(-1)?.seconds });
    const result = await planned.run({
      device,
      images: photos.training,
      validation: photos.validation,
      kernels: chooseKernels(options),
      checkpoint: (bytes) => writeFileSafely(checkpoint, { bytes, replace: true }),
      signal,
      interval: Math.min(250, Math.max(10, Math.round(totalSteps(recipe) / 20))),
      // A shipped recipe is run to its end: what it reaches depends on its schedule being completed.
      patience: recipe.tier === OWN_TIER ? PATIENCE : Infinity,
      onProgress: (progress) => {
        logFile.add(progress);
        const { step, steps } = progress;
        terminal.note(`${describeProgress(progress)}; ${clock.describe(step, steps)}`);
      },
      onStep: (step, steps) => {
        const { seconds, rate = 0, left } = clock.read(step, steps);
        const label = `step ${step} of ${steps}`;
        terminal.progress(label, { share: step / steps, seconds, rate: formatRate(rate), left });
      },
    });
    if (signal.aborted) {
      terminal.note(`Stopped after step ${result.steps}; --resume goes on from "${checkpoint}".`);
      throw signal.reason instanceof InterruptError ? signal.reason : new InterruptError(130);
    }
    const bytes = planned.encode(
      result,
      `${formatPhotos(photos.training.length)} of the user's own`,
    );
    const isStream = outputs.network === STANDARD_STREAM;
    if (isStream) await writeStandardOutput(bytes);
    else await writeFileSafely(outputs.network, { bytes, replace: true });
    await Deno.remove(checkpoint).catch(() => {});
    const seconds = (performance.now() - started) / 1000;
    const { before, after, steps: done } = result;
    const [from, to] = [before, after].map((score) => formatScore(measureOf(recipe), score));
    const use = isStream ? "" : plan.describeUse(outputs.network);
    terminal.result(
      `${
        isStream ? "standard output" : outputs.network
      }: ${from} before, ${to} after, ${plan.judged}; ${done} steps, ` +
        `${formatCount(bytes.length)} bytes, ${formatSeconds(seconds)}${use && `\n${use}`}`,
      {
        command: "train",
        output: outputs.network,
        log,
        status: "done",
        ...plan.facts,
        steps: done,
        before,
        after,
        seconds,
      },
    );
    return photos.failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    device.gpu.destroy();
  }
}

/** A network that draws, or with one of their recipes a coder network. */
function planTraining(options: Options): TrainingPlan {
  checkStart(options);
  const recipe = chooseRecipe(options);
  return recipe && isCoderRecipe(recipe)
    ? planCoder(options, recipe)
    : planDrawing(options, recipe);
}

/** `--kernel` names one, or several with commas between them; the fastest fill the roles that they leave. */
function chooseKernels({ kernel }: Options): KernelChoice {
  return { memory: KERNEL_MEMORY, forced: kernel?.split(",") };
}

async function readCheckpoint(path: string, plan: TrainingPlan): Promise<Checkpoint> {
  if (!await exists(path)) throw new UsageError(`There is no checkpoint "${path}" to go on from`);
  const checkpoint = decodeCheckpoint(await Deno.readFile(path));
  plan.checkCheckpoint(checkpoint.recipe, path);
  return checkpoint;
}

function describePhotos(photos: Photos, { terminal }: Invocation): void {
  terminal.note(
    `Learning from ${
      formatPhotos(photos.training.length)
    }; held back to judge: ${photos.heldBack}.`,
  );
}

function formatPhotos(count: number): string {
  return count === 1 ? "1 photo" : `${formatCount(count)} photos`;
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
