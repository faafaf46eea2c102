/**
 * `nnc train`: a network fitted to photos of one's own.
 *
 * @module
 */

import { openDevice } from "../../gpu/device.ts";
import type { Network } from "../../gpu/network.ts";
import type { StepName } from "../../codec/lattice/steps.ts";
import { type Checkpoint, decodeCheckpoint } from "../../train/checkpoint.ts";
import { completeRecipe } from "../../train/recipe.ts";
import type { KernelChoice } from "../../train/kernel_selection.ts";
import { type ShippedRecipe, startOfRecipe } from "../../train/recipes.ts";
import { totalSteps } from "../../train/stages.ts";
import { train } from "../../train/train.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import { encodeNetwork } from "../../weights/network_file.ts";
import { finishOnInterrupt, InterruptError } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { KERNEL_MEMORY } from "../kernel_memory.ts";
import { NetworkChoice } from "../networks.ts";
import type { Options } from "../options.ts";
import { makeFolderFor } from "../outputs.ts";
import { type Photos, readPhotos } from "../photos.ts";
import { formatCount, formatSeconds } from "../terminal.ts";
import { LogFile, readEarlierLog } from "../training/log_file.ts";
import { chooseRecipe, chooseStep, makeRecipe, OWN_TIER } from "../training/recipe_choice.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";

/** Validations without a gain after which training ends. */
const PATIENCE = 8;

/** Trains on the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const shipped = chooseRecipe(options);
  const step = chooseStep(options, shipped);
  const output = options.output ?? `trained-${step}.safetensors`;
  const [checkpoint, log] = [`${output}.checkpoint`, `${output}.log.jsonl`];
  const asked = makeRecipe(step, { options, shipped });
  const { force = false } = options;
  await checkOutputs({ output, checkpoint, log }, options);
  const resume = options.resume ? await readCheckpoint(checkpoint, step) : undefined;
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
    const start = resume ? undefined : await findStart(step, { options, shipped });
    const recipe = resume?.recipe ?? completeRecipe(asked, start?.architecture);
    const logFile = new LogFile(log, {
      recipe,
      photos: photos.training.length,
      validation: photos.validation.length,
      force,
      ...(earlier ? { earlier } : {}),
    });
    const result = await train({
      device,
      images: photos.training,
      validation: photos.validation,
      recipe,
      kernels: chooseKernels(options),
      checkpoint,
      signal,
      interval: Math.min(250, Math.max(10, Math.round(totalSteps(recipe) / 20))),
      // A shipped recipe is run to its end: what it reaches depends on its schedule being completed.
      patience: recipe.tier === OWN_TIER ? PATIENCE : Infinity,
      onProgress: (progress) => {
        logFile.add(progress);
        terminal.note(describeProgress(progress));
      },
      ...(start ? { network: start } : {}),
      ...(resume ? { resume } : {}),
    });
    if (signal.aborted) {
      terminal.note(`Stopped after step ${result.steps}; --resume goes on from "${checkpoint}".`);
      throw signal.reason instanceof InterruptError ? signal.reason : new InterruptError(130);
    }
    const scores = { "psnr.validation.before": result.before, "psnr.validation": result.after };
    const bytes = encodeNetwork(result.network, {
      step,
      tier: result.recipe.tier,
      base: "average",
      ...(result.recipe.spacings && { spacings: result.recipe.spacings }),
      recipe: JSON.stringify(result.recipe),
      data: `${photos.names.length} photos of the user's own`,
      scores,
    });
    await writeFileSafely(output, { bytes, replace: true });
    await Deno.remove(checkpoint).catch(() => {});
    const seconds = (performance.now() - started) / 1000;
    const { before, after, steps: done } = result;
    terminal.result(
      `${output}: ${before.toFixed(2)} dB before, ${after.toFixed(2)} dB after, on the missing ` +
        `pixels of what was held back; ${done} steps, ${formatCount(bytes.length)} bytes, ` +
        `${formatSeconds(seconds)}\nUse it with: nnc -d photo.nnc --weights "${output}"`,
      {
        command: "train",
        output,
        log,
        status: "done",
        lattice: step,
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

/** `--kernel` names one, or several with commas between them; the fastest fill the roles that they leave. */
function chooseKernels({ kernel }: Options): KernelChoice {
  return { memory: KERNEL_MEMORY, ...kernel === undefined ? {} : { forced: kernel.split(",") } };
}

/** The network to start from; none where training starts from random weights. */
async function findStart(
  step: StepName,
  { options, shipped }: { options: Options; shipped: ShippedRecipe | undefined },
): Promise<Network | undefined> {
  const find = (from: StepName, tier = options.tier) =>
    new NetworkChoice({ ...options, ...(tier === undefined ? {} : { tier }) }).find(from);
  if (shipped) return await startOfRecipe(shipped, { load: find });
  return options.scratch ? undefined : await find(step);
}

async function checkOutputs(
  paths: { output: string; checkpoint: string; log: string },
  options: Options,
): Promise<void> {
  const { output, checkpoint, log } = paths;
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

async function readCheckpoint(path: string, step: StepName): Promise<Checkpoint> {
  if (!await exists(path)) throw new UsageError(`There is no checkpoint "${path}" to go on from`);
  const checkpoint = decodeCheckpoint(await Deno.readFile(path));
  if (checkpoint.recipe.step !== step) {
    throw new UsageError(
      `The checkpoint "${path}" is for --lattice ${checkpoint.recipe.step}, found ${step}`,
    );
  }
  return checkpoint;
}

function describePhotos(photos: Photos, { terminal }: Invocation): void {
  terminal.note(
    `Learning from ${photos.names.length} photos; held back to judge: ${photos.heldBack}.`,
  );
}

function describeProgress(progress: TrainProgress): string {
  const { step, steps, stage, stages, loss, psnr, best } = progress;
  const part = stages === 1 ? "" : `, stage ${stage} of ${stages}`;
  const error = loss === 0 ? "" : `, loss ${loss.toFixed(3)}`;
  return `step ${step} of ${steps}${part}${error}, held-back photos ${psnr.toFixed(2)} dB, best ${
    best.toFixed(2)
  }`;
}
