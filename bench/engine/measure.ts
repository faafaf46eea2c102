/** The whole of the engine bench, section after section. @module */

import { type Device, openDevice } from "../../gpu/device.ts";
import { openEngine } from "../../gpu/engine.ts";
import { convCatalogue, exactCatalogue } from "../../gpu/kernels/conv_catalogue.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import { workgroupLimits } from "../../gpu/kernels/workgroup_limits.ts";
import { selectKernels } from "../../gpu/selection.ts";
import { availableTiers, loadNetwork } from "../../weights/shipped_networks.ts";
import { measureAgreement } from "./agreement.ts";
import { measureBackward } from "./backward.ts";
import { measureEnds } from "./ends.ts";
import { measureExact } from "./exact.ts";
import { measureForward } from "./forward.ts";
import type { EngineBenchOptions, Section } from "./options.ts";
import { measureParts } from "./parts.ts";
import { measurePeak } from "./peak.ts";
import { Rater } from "./rates.ts";
import { IMAGES, measureRestore } from "./restore.ts";
import { measureStarts } from "./starts.ts";
import type { PeerRow } from "../peers/compare.ts";
import { runWithPeers } from "../peers/run.ts";
import type { TrainingPeers } from "../peers/training.ts";
import { measureTraining } from "../training/measure.ts";

/** Cells of the tile whose parts are timed. */
const TILE = { width: 520, height: 352 };

/** Everything the bench found. Sections that were not run are absent; times are in seconds. */
export type EngineReport = Awaited<ReturnType<typeof measureEngine>>;

/**
 * Runs the sections that are asked for, one after the other.
 *
 * @throws {Error} if there is no adapter, or something is not as the reference computes it.
 */
export async function measureEngine({ sections, kernel: only }: EngineBenchOptions) {
  const device = await openDevice();
  if (!device) throw new Error("No WebGPU adapter was found; there is nothing to measure");
  const peak = await measurePeak(device);
  const rater = new Rater(peak, device);
  const limits = workgroupLimits(device.gpu);
  const isMeant = ({ name }: ConvKernel) => only === undefined || name === only;
  const kernels = convCatalogue(limits).filter(isMeant);
  const exactKernels = exactCatalogue(limits).filter(isMeant);
  const wants = (section: Section) => sections.has(section);
  const report = {
    date: new Date().toISOString(),
    runtime: `Deno ${Deno.version.deno} on ${Deno.build.target}`,
    adapter: device.description,
    software: device.software,
    peak: rater.rate(peak),
    // First: where a library cannot be fetched, that is soon known.
    ...wants("peers") && { peers: await peersSection() },
    ...wants("forward") && {
      forward: (await measureForward(device, kernels)).map((row) => rater.rate(row)),
    },
    ...wants("agreement") && {
      agreement: await measureAgreement(kernels.map(({ name }) => name)),
    },
    ...wants("exact") && {
      exact: (await measureExact(device, exactKernels)).map((row) => rater.rate(row)),
    },
    ...wants("restore") && { restore: await restoreSection(rater, only) },
    ...wants("tile") && { tile: await tileSection(device, { rater, only }) },
    ...wants("training") && { training: await trainingSection(device, rater) },
    ...wants("start") && { start: await measureStarts() },
  };
  device.gpu.destroy();
  return report;
}

async function restoreSection(rater: Rater, only: string | undefined) {
  const engine = await openEngine(only === undefined ? {} : { kernel: only });
  const { rows, leftOut } = await measureRestore(engine, availableTiers("quincunx"));
  engine.close();
  return {
    kernel: engine.kernel,
    rows: rows.map((row) => rater.rate(row)),
    leftOut,
    ends: await measureEnds(IMAGES),
  };
}

async function tileSection(
  device: Device,
  { rater, only }: { rater: Rater; only: string | undefined },
) {
  const { kernels: [kernel] } = await selectKernels(device, { only, memory: new Map() });
  if (!kernel) throw new Error("No kernel works on this adapter; there is nothing to measure");
  const { network } = await loadNetwork("quincunx");
  const parts = await measureParts(device, { kernel, network, size: TILE });
  return parts.map((part) => rater.rate(part));
}

async function trainingSection(device: Device, rater: Rater) {
  const { rows, refused } = await measureBackward(device);
  const backward = rows.map((row) => rater.rate(row));
  const { steps, parts, ...rest } = await measureTraining();
  const rated = {
    steps: steps.map((row) => rater.rate(row)),
    parts: parts.map((row) => rater.rate(row)),
  };
  return { ...rest, ...rated, backward, refused };
}

async function peersSection() {
  return {
    networks: await runWithPeers("compare.ts") as PeerRow[],
    training: await runWithPeers("training.ts") as TrainingPeers,
  };
}
