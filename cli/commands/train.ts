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
import { totalSteps } from "../../train/stages.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import { checkFileName } from "../file_names.ts";
import { finishOnInterrupt, InterruptError } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { KERNEL_MEMORY } from "../kernel_memory.ts";
import type { Options } from "../options.ts";
import { makeFolderFor } from "../outputs.ts";
import { type Photos, readPhotos } from "../photos.ts";
import { formatCount, formatSeconds } from "../terminal.ts";
import { planCoder } from "../training/coder_plan.ts";
import { planDrawing } from "../training/drawing_plan.ts";
import { LogFile, readEarlierLog } from "../training/log_file.ts";
import type { TrainingPlan } from "../training/plan.ts";
import { chooseRecipe, OWN_TIER } from "../training/recipe_choice.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";

/** Validations without a gain after which training ends. */
const PATIENCE = 8;

/** Trains on the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const plan = planTraining(options);
  const { output = plan.output } = options;
  const [checkpoint, log] = [`${output}.checkpoint`, `${output}.log.jsonl`];
  const { force = false } = options;
  await checkOutputs({ output, checkpoint, log }, options);
  const resume = options.resume ? await readCheckpoint(checkpoint, plan) : undefined;
  const earlier = resume && await readEarlierLog(log, { recipe: resume.recipe, force });
  const photos = await readPhotos(invocation);
  describePhotos(photos, invocation);
  const device = await openDevice();
  if (!device) {
    throw new Error(
      "Training needs a graphics adapter and none answers; install a Vulkan driver " +
        "(on Debian, a software one: apt-get install mesa-vulkan-drivers)",
    );
  }
  const started = performance.now();
  const signal = finishOnInterrupt();
  await makeFolderFor(output);
  try {
    const planned = await plan.prepare(resume);
    const { recipe } = planned;
    const logFile = new LogFile(log, {
      recipe,
      photos: photos.training.length,
      validation: photos.validation.length,
      force,
      ...(earlier ? { earlier } : {}),
    });
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
        terminal.note(describeProgress(progress));
      },
    });
    if (signal.aborted) {
      terminal.note(`Stopped after step ${result.steps}; --resume goes on from "${checkpoint}".`);
      throw signal.reason instanceof InterruptError ? signal.reason : new InterruptError(130);
    }
    const bytes = planned.encode(result, `${photos.names.length} photos of the user's own`);
    await writeFileSafely(output, { bytes, replace: true });
    await Deno.remove(checkpoint).catch(() => {});
    const seconds = (performance.now() - started) / 1000;
    const { before, after, steps: done } = result;
    const [from, to] = [before, after].map((score) => formatScore(measureOf(recipe), score));
    const use = plan.describeUse(output);
    terminal.result(
      `${output}: ${from} before, ${to} after, ${plan.judged}; ${done} steps, ` +
        `${formatCount(bytes.length)} bytes, ${formatSeconds(seconds)}${use && `\n${use}`}`,
      {
        command: "train",
        output,
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
  const recipe = chooseRecipe(options);
  return recipe && isCoderRecipe(recipe)
    ? planCoder(options, recipe)
    : planDrawing(options, recipe);
}

/** `--kernel` names one, or several with commas between them; the fastest fill the roles that they leave. */
function chooseKernels({ kernel }: Options): KernelChoice {
  return { memory: KERNEL_MEMORY, ...kernel === undefined ? {} : { forced: kernel.split(",") } };
}

async function checkOutputs(
  paths: { output: string; checkpoint: string; log: string },
  options: Options,
): Promise<void> {
  const { output, checkpoint, log } = paths;
  checkFileName(output, [".safetensors"]);
  if (options.force) return;
  if (await exists(output)) {
    throw new UsageError(`"${output}" exists; --force replaces it, --output names another`);
  }
  if (options.resume) return;
  if (await exists(checkpoint)) {
    throw new UsageError(
      `"${checkpoint}" is left from a run that was stopped; --resume goes on from it, --force starts anew`,
    );
  }
  if (await exists(log)) {
    throw new UsageError(
      `"${log}" exists, the log of another run; --force replaces it, --output names another`,
    );
  }
}

async function readCheckpoint(path: string, plan: TrainingPlan): Promise<Checkpoint> {
  if (!await exists(path)) throw new UsageError(`There is no checkpoint "${path}" to go on from`);
  const checkpoint = decodeCheckpoint(await Deno.readFile(path));
  plan.checkCheckpoint(checkpoint.recipe, path);
  return checkpoint;
}

function describePhotos(photos: Photos, { terminal }: Invocation): void {
  terminal.note(
    `Learning from ${photos.names.length} photos; held back to judge: ${photos.heldBack}.`,
  );
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
