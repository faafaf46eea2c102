/**
 * `nnc train`: a network fitted to photos of one's own.
 *
 * @module
 */

import { type Checkpoint, decodeCheckpoint } from "../../train/checkpoint.ts";
import { isCoderRecipe } from "../../train/coder_recipe.ts";
import { formatScore, measureOf } from "../../train/score.ts";
import { leastSideOfStages } from "../../train/photo_check.ts";
import { stagesOf } from "../../train/stages.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { INTERRUPT } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import { readPhotos } from "../photos.ts";
import { claimStandardOutput } from "../standard_output.ts";
import { writeStandardOutput } from "../streams.ts";
import { formatCount, formatSeconds } from "../figures.ts";
import { planCoder } from "../training/coder_plan.ts";
import { planDrawing } from "../training/drawing_plan.ts";
import { readEarlierLog } from "../training/log_file.ts";
import {
  describeData,
  describePhotos,
  openTrainingDevice,
  runLogged,
} from "../training/logged_run.ts";
import type { TrainingPlan } from "../training/plan.ts";
import { checkStart, chooseRecipe } from "../training/recipe_choice.ts";
import { TrainingClock } from "../training/training_clock.ts";
import { planTrainingOutputs, prepareTrainingFolder } from "../training/training_outputs.ts";
import { trainWholeCoder } from "../training/whole_coder_run.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";
import { checkTier } from "./tier_names.ts";

/** Trains on the operands: one network, or with `--coder` those of a whole coder. */
export async function run(invocation: Invocation): Promise<number> {
  return invocation.options.coder
    ? await trainWholeCoder(invocation)
    : await trainNetwork(invocation);
}

async function trainNetwork(invocation: Invocation): Promise<number> {
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
  const device = await openTrainingDevice();
  try {
    const photos = await readPhotos(invocation, { least: leastSideOfStages(stagesOf(recipe)) });
    describePhotos(photos, invocation);
    await prepareTrainingFolder(outputs);
    const started = performance.now();
    const clock = new TrainingClock({ before: earlier?.points.at(-1)?.seconds });
    const run = { invocation, device, photos, outputs, earlier, signal: INTERRUPT, clock };
    const result = await runLogged(planned, run);
    const bytes = planned.encode(result, describeData(photos));
    const isStream = outputs.network === STANDARD_STREAM;
    if (isStream) await writeStandardOutput(bytes);
    else await writeFileSafely(outputs.network, { bytes, replace: true });
    await Deno.remove(checkpoint).catch(() => {});
    // A log without its network would stand in the way of the next run.
    if (isStream) await Deno.remove(log).catch(() => {});
    const seconds = (performance.now() - started) / 1000;
    const { before, after, steps: done } = result;
    const [from, to] = [before, after].map((score) => formatScore(measureOf(recipe), score));
    const use = isStream ? "" : plan.describeUse(outputs.network);
    terminal.result(
      [
        `${
          isStream ? "standard output" : outputs.network
        }: ${from} before, ${to} after, ${plan.judged}; ${done} steps, ` +
        `${formatCount(bytes.length)} bytes, ${formatSeconds(seconds)}`,
        ...use === "" ? [] : [use],
      ],
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

async function readCheckpoint(path: string, plan: TrainingPlan): Promise<Checkpoint> {
  if (!await exists(path)) throw new UsageError(`There is no checkpoint "${path}" to go on from`);
  const checkpoint = decodeCheckpoint(await Deno.readFile(path));
  plan.checkCheckpoint(checkpoint.recipe, path);
  return checkpoint;
}
