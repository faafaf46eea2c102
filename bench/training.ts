/**
 * How fast training is: `deno task bench training [--peers] [--json]`.
 *
 * Verifies gradients against the reference, then times whole steps, 16 patches of 64×64 cells through 6→32→…→32→6 channels
 * with four hidden convolutions, and the parts of such a step. Work is counted as the multiply-adds of direct
 * convolutions, two operations each.
 *
 * `--peers` adds the same step in TensorFlow.js on the same adapter, see `peers/training.ts`; it is fetched the first time.
 *
 * @module
 */

import { openDevice } from "../gpu/device.ts";
import type { Seconds } from "./engine/clock.ts";
import { runWithPeers } from "./peers/run.ts";
import type { TrainingPeers } from "./peers/training.ts";
import {
  COMMON_STEP,
  gigaflopsOf,
  type Part,
  type StepShape,
  timeParts,
  timeSteps,
} from "./training/step.ts";
import { verifyGradients } from "./training/verify.ts";

/** One shape of step. */
export interface StepRow extends Seconds {
  /** Its size. */
  readonly shape: StepShape;
  /** 10⁹ operations by direct convolutions. */
  readonly gigaflop: number;
}

/** Everything the bench found. */
export interface TrainingReport {
  /** The adapter. */
  readonly adapter: string;
  /** Largest difference of a gradient from the reference, as a share of the largest gradient. */
  readonly difference: number;
  /** Whole steps. */
  readonly steps: readonly StepRow[];
  /** Parts of the first of them. */
  readonly parts: readonly Part[];
  /** TensorFlow.js on the first of them; absent unless asked for. */
  readonly peers?: TrainingPeers;
}

/** The step that the shipped networks are trained by. */
const RECIPE_STEP: StepShape = { channels: 32, blocks: 4, batch: 8, patch: 46 };

/** Runs the whole bench, without peers. */
export async function measureTraining(): Promise<TrainingReport> {
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to measure");
  const difference = await verifyGradients(device.gpu);
  const steps: StepRow[] = [];
  for (const shape of [COMMON_STEP, RECIPE_STEP]) {
    const { forward, transposed, weights } = gigaflopsOf(shape);
    const gigaflop = forward + transposed + weights;
    steps.push({ shape, gigaflop, ...await timeSteps(device, { shape }) });
  }
  const parts = await timeParts(device, { shape: COMMON_STEP });
  device.gpu.destroy();
  return { adapter: device.description, difference, steps, parts };
}

/** The report as a table. */
export function formatReport(report: TrainingReport): string {
  const { adapter, peers } = report;
  const others = peers ? [formatTrainingPeers(peers)] : [];
  return [`adapter: ${adapter}`, ...formatTraining(report), ...others].join("\n");
}

/** Steps and their parts, a line each. */
export function formatTraining({ steps, parts }: TrainingReport): string[] {
  const rates = ({ gigaflop, wall, cpu }: Seconds & { gigaflop: number }) =>
    `${(wall * 1000).toFixed(1)} ms`.padStart(11) +
    (gigaflop > 0 ? `${(gigaflop / cpu).toFixed(1)} GFLOP per CPU-second`.padStart(30) : "");
  const all = parts.reduce((sum, { cpu }) => sum + cpu, 0);
  return [
    ...steps.map((row) => {
      const { channels, blocks, batch, patch } = row.shape;
      const what =
        `step, ${batch} patches of ${patch}×${patch}, ${channels} channels × ${blocks} blocks`;
      return what.padEnd(54) + rates(row) +
        `${(batch / row.wall).toFixed(1)} patches/s`.padStart(18);
    }),
    ...parts.map((part) =>
      `  ${part.part}`.padEnd(48) + `${(100 * part.cpu / all).toFixed(0)} %`.padStart(6) +
      rates(part)
    ),
  ];
}

/** The same step in the other library, as a line. */
export function formatTrainingPeers({ library, theirs, ours }: TrainingPeers): string {
  return `${library}: ${(theirs.wall * 1000).toFixed(0)} ms a step, ` +
    `${(theirs.wall / ours.wall).toFixed(1)}× our time and ` +
    `${(theirs.cpu / ours.cpu).toFixed(1)}× our CPU time`;
}

if (import.meta.main) {
  const peers = Deno.args.includes("--peers")
    ? { peers: await runWithPeers("training.ts") as TrainingPeers }
    : {};
  const report = { ...await measureTraining(), ...peers };
  console.log(
    Deno.args.includes("--json") ? JSON.stringify(report, null, 2) : formatReport(report),
  );
}
