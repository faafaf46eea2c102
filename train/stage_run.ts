/**
 * One stage of a training run: its steps, validations and checkpoints.
 *
 * @module
 */

import { type Checkpoint, encodeCheckpoint } from "./checkpoint.ts";
import type { RecordedKernels } from "./kernels/training_kernel.ts";
import type { AnyRecipe } from "./coder_recipe.ts";
import { learningRate } from "./recipe.ts";
import { isBetter, measureOf } from "./score.ts";
import { stagesOf, stepsBefore, totalSteps } from "./stages.ts";
import type { RunOptions } from "./train_options.ts";
import { Trainer } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

/** Steps that are submitted before they are waited for. */
const STEPS_IN_FLIGHT = 8;

/** Where a stage starts or goes on; like a checkpoint, but a new one knows no scores yet. */
export type StageStart =
  & Pick<Checkpoint, "state">
  & Partial<Pick<Checkpoint, "stage" | "best" | "before" | "sinceBest" | "kernels">>;

/** What the next stage, or the run's result, is made of. */
export interface StageEnd extends Pick<Checkpoint, "best" | "before"> {
  /** The kernels that computed. */
  readonly kernels: RecordedKernels;
  /** Steps done in the stage. */
  readonly step: number;
}

/**
 * Runs a stage to its end, or until it is stopped or loses patience.
 *
 * Its first validation is of the weights it starts from, so that it can hand on nothing worse.
 *
 * @throws {TrainingError} if a photo is too small, or the loss is no longer a number.
 * @throws {GpuError} if the device fails.
 */
export async function runStage(
  start: StageStart,
  options: RunOptions & { recipe: AnyRecipe },
): Promise<StageEnd> {
  const { recipe, checkpoint, interval = 250, patience = Infinity, signal } = options;
  const { stage = 0, state, kernels: recorded } = start;
  const stages = stagesOf(recipe);
  const current = stages[stage]!;
  const { device, images, validation } = options;
  const trainer = await Trainer.open(device, {
    recipe: current,
    state,
    images,
    validation,
    stages,
    kernels: { recorded, ...options.kernels },
  });
  const { kernels } = trainer;
  try {
    const measure = measureOf(recipe);
    let { score, details } = await trainer.validate();
    const { before = score } = start;
    let { best = { parameters: state.averages, score }, sinceBest = 0 } = start;
    const report = (loss: number) =>
      options.onProgress?.({
        step: stepsBefore(recipe, stage) + trainer.step,
        steps: totalSteps(recipe),
        stage: stage + 1,
        stages: stages.length,
        loss,
        rate: learningRate(current, trainer.step),
        measure,
        score,
        ...(details && { details }),
        best: best.score,
      });
    report(0);
    while (trainer.step < current.steps && sinceBest < patience && !signal?.aborted) {
      await advance(trainer, {
        most: current.steps,
        interval,
        signal,
        onStep: (step) => options.onStep?.(stepsBefore(recipe, stage) + step, totalSteps(recipe)),
      });
      const loss = await trainer.takeLoss();
      ({ score, details } = await trainer.validate());
      checkFinite({ loss, score, step: trainer.step }, { recipe, stage });
      const reached = await trainer.readState();
      sinceBest++;
      if (isBetter(measure, { score, than: best.score })) {
        best = { parameters: reached.averages, score };
        sinceBest = 0;
      }
      if (checkpoint !== undefined) {
        const place = stage === 0 ? {} : { stage };
        const all = { recipe, state: reached, best, before, sinceBest, kernels, ...place };
        await checkpoint(encodeCheckpoint(all));
      }
      report(loss);
    }
    return { step: trainer.step, best, before, kernels };
  } finally {
    trainer.close();
  }
}

/** Goes on to the next validation, or until it is stopped. */
async function advance(
  trainer: Trainer,
  options: {
    most: number;
    interval: number;
    signal: AbortSignal | undefined;
    onStep: (step: number) => void;
  },
): Promise<void> {
  const { most, interval, signal, onStep } = options;
  const until = Math.min(most, (Math.floor(trainer.step / interval) + 1) * interval);
  while (trainer.step < until && !signal?.aborted) {
    await trainer.advance(Math.min(STEPS_IN_FLIGHT, until - trainer.step));
    onStep(trainer.step);
  }
}

function checkFinite(
  { loss, score, step }: { loss: number; score: number; step: number },
  { recipe, stage }: { recipe: AnyRecipe; stage: number },
): void {
  if (Number.isFinite(loss) && Number.isFinite(score)) return;
  const where = recipe.stages ? ` of stage ${stage + 1}` : "";
  throw new TrainingError(
    `Training diverged at step ${step}${where}: the loss is not a number. Choose a lower learning rate than ` +
      `${stagesOf(recipe)[stage]!.rate}, and start again or from the last checkpoint`,
  );
}
