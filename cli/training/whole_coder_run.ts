/**
 * `nnc train --coder`: a coder for photos of one's own, its networks one after the other, then all rounded to whole
 * numbers and written as one file.
 *
 * @module
 */

import { leastSideOfStages } from "../../train/photo_check.ts";
import { formatScore } from "../../train/score.ts";
import { CODER_PARTS, encodeWholeCoder, weighByShare } from "../../train/whole_coder.ts";
import { decodeCoderFile } from "../../weights/coder_file.ts";
import { decodeCoderWeights } from "../../weights/coder_weights.ts";
import { STANDARD_STREAM } from "../inputs.ts";
import { INTERRUPT } from "../interrupt.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { type Photos, readPhotos } from "../photos.ts";
import { claimStandardOutput } from "../standard_output.ts";
import { writeStandardOutput } from "../streams.ts";
import { formatCount, formatSeconds } from "../figures.ts";
import { UsageError } from "../usage_error.ts";
import { exists, writeFileSafely } from "../write_file.ts";
import { compareCoders, describeComparison } from "./coder_comparison.ts";
import { readEarlierLog } from "./log_file.ts";
import { describeData, describePhotos, openTrainingDevice, runLogged } from "./logged_run.ts";
import { TrainingClock } from "./training_clock.ts";
import {
  type CoderOutputs,
  planCoderOutputs,
  prepareTrainingFolder,
  type TrainingOutputs,
} from "./training_outputs.ts";
import {
  type CoderPlan,
  planPart,
  planWholeCoder,
  readPart,
  type TrainedPart,
} from "./whole_coder_plan.ts";

/** Where a coder goes if the options do not say. */
const OUTPUT = "trained-coder.safetensors";

/** Trains on the operands, and writes the coder. */
export async function trainWholeCoder(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const plan = await planWholeCoder(options);
  const names = CODER_PARTS.map(({ name }) => name);
  const outputs = await planCoderOutputs(options, { name: OUTPUT, parts: names });
  const isStream = outputs.coder === STANDARD_STREAM;
  if (isStream) claimStandardOutput(invocation, "a coder");
  await makeReady(outputs, { resume: options.resume ?? false });
  const started = performance.now();
  const { trained, steps, photos } = await trainParts(plan, { invocation, outputs });
  const bytes = encodeWholeCoder(
    new Map([...trained].map(([name, { network }]) => [name, network])),
    { photos: photos.training, info: describeCoder(plan, { trained, photos }) },
  );
  const coder = await decodeCoderFile(bytes);
  const compared = await compareCoders(coder, { plan, photos });
  if (isStream) await writeStandardOutput(bytes);
  else await writeFileSafely(outputs.coder, { bytes, replace: true });
  await clear(outputs);
  const [before, after] = ["before", "after"].map((when) => meanScore(trained, when)) as [
    number,
    number,
  ];
  const seconds = (performance.now() - started) / 1000;
  const place = isStream ? "standard output" : outputs.coder;
  const digest = coder.digest.toHex();
  terminal.result(
    [
      `${place}: coder ${digest}, ${formatScore("bits", before)} before, ${
        formatScore("bits", after)
      } after, for the pixels of what was held back; ${steps} steps, ${
        formatCount(bytes.length)
      } bytes, ${formatSeconds(seconds)}`,
      describeComparison(compared, plan),
      ...isStream ? [] : [
        `Use it with: nnc -c photo.png ${
          plan.isLossy ? "--quality 75" : "--lossless"
        } --coder "${place}"`,
        `Files that it writes can be read with it alone, so keep it, and give it along: nnc -d photo.nnc --coder "${place}"`,
      ],
    ],
    {
      command: "train",
      output: outputs.coder,
      logs: [...outputs.parts.values()].map(({ log }) => log),
      status: "done",
      lattice: null,
      coder: "whole",
      digest,
      steps,
      before,
      after,
      fileBefore: compared.before,
      fileAfter: compared.after,
      seconds,
    },
  );
  return photos.failed > 0 ? EXIT.failed : EXIT.done;
}

/** Looks whether there is something to go on from, or removes what an earlier run left and `--force` lets be replaced. */
async function makeReady(outputs: CoderOutputs, { resume }: { resume: boolean }): Promise<void> {
  const parts = [...outputs.parts.values()];
  const left: string[] = [];
  for (const path of parts.flatMap(({ network, checkpoint }) => [network, checkpoint])) {
    if (await exists(path)) left.push(path);
  }
  if (resume && left.length === 0) {
    throw new UsageError(`There is no checkpoint "${parts[0]!.checkpoint}" to go on from`);
  }
  if (!resume) await Promise.all(left.map((path) => Deno.remove(path)));
}

/** What all parts came to. */
interface TrainedParts {
  readonly trained: Map<string, TrainedPart>;
  /** Steps of all of them in this run. */
  readonly steps: number;
  readonly photos: Photos;
}

async function trainParts(
  plan: CoderPlan,
  { invocation, outputs }: { invocation: Invocation; outputs: CoderOutputs },
): Promise<TrainedParts> {
  const { resume = false, force = false } = invocation.options;
  const recipes = [...plan.recipes.values()];
  const trained = new Map<string, TrainedPart>();
  const device = await openTrainingDevice();
  try {
    const photos = await readPhotos(invocation, { least: leastSideOfStages(recipes) });
    describePhotos(photos, invocation);
    await prepareTrainingFolder([...outputs.parts.values()][0]!);
    const all = recipes.reduce((sum, { steps }) => sum + steps, 0);
    const clock = new TrainingClock({ before: resume ? await secondsBefore(outputs) : 0 });
    let before = 0;
    let steps = 0;
    for (const part of CODER_PARTS) {
      const { name, step } = part;
      const recipe = plan.recipes.get(name)!;
      const files = outputs.parts.get(name)!;
      const found = resume ? await readPart(files.network, recipe) : undefined;
      if (found) trained.set(name, found);
      else {
        const fine = part.octave === "coarse" ? trained.get(step)!.network : undefined;
        const planned = await planPart(part, { plan, outputs: files, fine, resume });
        const earlier = planned.isResumed
          ? await readEarlierLog(files.log, { recipe: planned.recipe, force })
          : await forgetLog(files, resume);
        const position = { name, before, all };
        const run = {
          invocation,
          device,
          photos,
          outputs: files,
          earlier,
          signal: INTERRUPT,
          clock,
        };
        const result = await runLogged(planned, { ...run, part: position });
        const bytes = planned.encode(result, describeData(photos));
        await writeFileSafely(files.network, { bytes, replace: true });
        await Deno.remove(files.checkpoint).catch(() => {});
        steps += result.steps;
        trained.set(name, decodeCoderWeights(bytes));
      }
      before += recipe.steps;
    }
    return { trained, steps, photos };
  } finally {
    device.gpu.destroy();
  }
}

/** A part that begins in a run that goes on has no log, or one without a checkpoint, which counts for nothing. */
async function forgetLog({ log }: TrainingOutputs, resume: boolean): Promise<undefined> {
  if (resume) await Deno.remove(log).catch(() => {});
}

/** What earlier runs took, by the logs of the parts. */
async function secondsBefore(outputs: CoderOutputs): Promise<number> {
  let seconds = 0;
  for (const { log } of outputs.parts.values()) {
    if (!await exists(log)) continue;
    const last = (await Deno.readTextFile(log)).trimEnd().split("\n").at(-1)!;
    try {
      seconds += Number(JSON.parse(last).seconds ?? 0);
    } catch {
      // A line that was torn off counts for nothing.
    }
  }
  return seconds;
}

/** Removes what only a run that goes on needs; logs stay. */
async function clear(outputs: CoderOutputs): Promise<void> {
  for (const { network, checkpoint, log } of outputs.parts.values()) {
    await Deno.remove(network).catch(() => {});
    await Deno.remove(checkpoint).catch(() => {});
    // A log without its network would stand in the way of the next run.
    if (outputs.coder === STANDARD_STREAM) await Deno.remove(log).catch(() => {});
  }
}

function describeCoder(
  plan: CoderPlan,
  { trained, photos }: { trained: ReadonlyMap<string, TrainedPart>; photos: Photos },
) {
  return {
    ...plan.isLossy && { isLossy: true },
    tier: [...plan.recipes.values()][0]!.tier,
    data: describeData(photos),
    recipe: JSON.stringify(Object.fromEntries(plan.recipes)),
    scores: Object.fromEntries(
      [...trained].map(([name, { info }]) => [
        `bits.validation.${name}`,
        info.scores!["bits.validation"]!,
      ]),
    ),
  };
}

/** Bits a sample of a whole image, by the networks alone. */
function meanScore(trained: ReadonlyMap<string, TrainedPart>, when: string): number {
  const key = when === "before" ? "bits.validation.before" : "bits.validation";
  return weighByShare(new Map([...trained].map(([name, { info }]) => [name, info.scores![key]!])));
}
