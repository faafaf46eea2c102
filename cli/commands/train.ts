/**
 * `nnc train`: a network fitted to photos of one's own.
 *
 * @module
 */

import { openDevice } from "../../gpu/device.ts";
import type { Network } from "../../gpu/network.ts";
import type { StepName } from "../../codec/lattice.ts";
import { type Checkpoint, decodeCheckpoint } from "../../train/checkpoint.ts";
import { DEFAULT_RECIPE, type Recipe } from "../../train/recipe.ts";
import {
  findRecipe,
  RECIPE_NAMES,
  type ShippedRecipe,
  startOfRecipe,
} from "../../train/recipes.ts";
import { totalSteps } from "../../train/stages.ts";
import { train } from "../../train/train.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import { encodeNetwork } from "../../weights/network_file.ts";
import { finishOnInterrupt, InterruptError } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { NetworkChoice } from "../networks.ts";
import type { Options } from "../options.ts";
import { makeFolderFor } from "../outputs.ts";
import { type Photos, readPhotos } from "../photos.ts";
import { formatCount, formatSeconds } from "../terminal.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";

/** A shipped network needs small steps to be bettered; an untrained one large steps to get anywhere. */
const RATES = { tuning: 1e-4, scratch: 1e-3 } as const;
const DEFAULT_STEPS = 1000;

/** Validations without a gain after which training ends. */
const PATIENCE = 8;

/** Trains on the operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const shipped = chooseRecipe(options);
  const step = chooseStep(options, shipped);
  const output = options.output ?? `trained-${step}.safetensors`;
  const checkpoint = `${output}.checkpoint`;
  const recipe = makeRecipe(step, { options, shipped });
  await checkOutputs({ output, checkpoint }, options);
  const resume = options.resume ? await readCheckpoint(checkpoint, step) : undefined;
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
    const steps = totalSteps({ ...DEFAULT_RECIPE, ...resume?.recipe ?? recipe });
    const result = await train({
      device,
      images: photos.training,
      validation: photos.validation,
      recipe,
      checkpoint,
      signal,
      interval: Math.min(250, Math.max(10, Math.round(steps / 20))),
      // A shipped recipe is run to its end: what it reaches depends on its schedule being completed.
      patience: shipped ? Infinity : PATIENCE,
      onProgress: (progress) => terminal.note(describeProgress(progress)),
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

function chooseRecipe({ recipe }: Options): ShippedRecipe | undefined {
  if (recipe === undefined) return undefined;
  if (RECIPE_NAMES.includes(recipe)) return findRecipe(recipe);
  throw new UsageError(
    `Option "--recipe" takes one of ${RECIPE_NAMES.join(", ")}; found "${recipe}"`,
  );
}

function chooseStep(options: Options, shipped: ShippedRecipe | undefined): StepName {
  const { lattice, recipe } = options;
  if (shipped && lattice !== undefined && lattice !== shipped.step) {
    throw new UsageError(
      `The recipe "${recipe}" is for --lattice ${shipped.step}; found ${lattice}`,
    );
  }
  return shipped?.step ?? lattice ?? "quincunx";
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

function makeRecipe(
  step: StepName,
  { options, shipped }: { options: Options; shipped: ShippedRecipe | undefined },
): Partial<Recipe> {
  const { batch, patch, seed } = options;
  if (shipped?.stages) refuseStageOptions(options);
  const steps = options.steps ?? shipped?.steps ?? DEFAULT_STEPS;
  const rate = options.rate === undefined
    ? shipped?.rate ?? RATES[options.scratch ? "scratch" : "tuning"]
    : Number(options.rate);
  if (!(rate > 0 && rate <= 1)) {
    throw new UsageError(
      `Option "--rate" takes a number above 0 and up to 1; found "${options.rate}"`,
    );
  }
  return {
    tier: "trained",
    warmup: Math.min(100, Math.ceil(steps / 10)),
    ...shipped,
    step,
    steps,
    rate,
    ...(batch === undefined ? {} : { batch }),
    ...(patch === undefined ? {} : { patch }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** Stages have steps, rates, batches and patches of their own, which one value for all would make another run of. */
function refuseStageOptions(options: Options): void {
  for (const name of ["steps", "rate", "batch", "patch"] as const) {
    if (options[name] === undefined) continue;
    throw new UsageError(
      `The recipe "${options.recipe}" has stages, each with its own ${name}; leave "--${name}" out`,
    );
  }
}

async function checkOutputs(
  paths: { output: string; checkpoint: string },
  options: Options,
): Promise<void> {
  const { output, checkpoint } = paths;
  if (options.force) return;
  if (await exists(output)) {
    throw new UsageError(`"${output}" exists; --force replaces it, --output names another`);
  }
  if (!options.resume && await exists(checkpoint)) {
    throw new UsageError(
      `"${checkpoint}" is left from a run that was stopped; --resume goes on from it, --force starts anew`,
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
