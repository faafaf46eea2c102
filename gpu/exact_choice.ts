/**
 * Whether a device or the processor runs exact networks: they give the same numbers, so what is faster may.
 *
 * A software adapter is not asked: it computes on the same processor, at half the speed of the processor's own kernel. On a
 * graphics processor both are timed, once, and the answer is remembered.
 *
 * @module
 */

import type { Device } from "./device.ts";
import type { ExactNetwork } from "./exact_network.ts";
import { ExactProcessor } from "./exact_processor.ts";
import { ExactSession } from "./exact_session.ts";
import { exactTrial } from "./exact_trial.ts";
import { chooseKernels, firstRight, type SelectionMemory, type Verdict } from "./kernel_choice.ts";
import { exactCatalogue } from "./kernels/conv_catalogue.ts";
import { AMPLE_LIMITS, workgroupLimits } from "./kernels/workgroup_limits.ts";
import { countMultiplyAdds } from "./network.ts";
import type { PlaneShape } from "./reference_convolution.ts";
import { shaderVersion } from "./selection.ts";

/** Size of the plane that both are timed on, in cells: a good part of a megapixel. */
const TIMED = { width: 544, height: 272 };

/** Times that a device is timed; the fastest counts. */
const REPEATS = 3;

/** How fast a device must be, against all of the processor's threads: these have the samples to code as well. */
const WORTH_SHARE = 0.5;

/** How kernels are chosen for exact networks. */
export interface ExactChoiceOptions {
  /** Name of the one kernel to take, if it is right. Default: the best of all. */
  readonly only?: string | undefined;
  /** Where the order of kernels, and whether the device is worth it, are remembered. */
  readonly memory: SelectionMemory;
  /** Whether to check and time every kernel, whatever is remembered. Default: no more than the choice needs. */
  readonly every?: boolean | undefined;
}

/** The names of the kernels that run exact networks, in the order of their speed on software adapters. */
export const EXACT_KERNEL_NAMES: readonly string[] = exactCatalogue(AMPLE_LIMITS)
  .map(({ name }) => name);

/**
 * Opens a session with the first of a device's kernels that is right.
 *
 * @returns the session, if there is such a kernel, and what was found out on the way
 * @throws {GpuError} only if the device is lost.
 */
export async function openExactSession(
  device: Device,
  { only, memory, every }: ExactChoiceOptions,
): Promise<{ session: ExactSession | undefined; verdicts: readonly Verdict[] }> {
  const catalogue = exactCatalogue(workgroupLimits(device.gpu));
  const trial = exactTrial(device);
  const selection = only === undefined
    ? await chooseKernels(device, { catalogue, trial, memory, key: await keyOf(device), every })
    : await firstRight(catalogue.filter(({ name }) => name === only), trial.check);
  const { kernels, verdicts } = selection;
  return {
    session: kernels.length > 0 ? new ExactSession(device, selection) : undefined,
    verdicts,
  };
}

/**
 * Whether a graphics processor runs a network fast enough to be worth it; measured at the first call, and remembered.
 *
 * @param threads how many the processor would use
 * @throws {GpuError} if the device fails.
 */
export async function isWorthUsing(
  session: ExactSession,
  { device, network, threads, memory }: {
    device: Device;
    network: ExactNetwork;
    threads: number;
    memory: SelectionMemory;
  },
): Promise<boolean> {
  const key = `${await keyOf(device)} against ${threads} threads`;
  const remembered = memory.get(key);
  if (remembered !== undefined) return remembered === "yes";
  const processor = await ExactProcessor.open();
  if (!processor) return true;
  const own = await exactRate((options) => session.run(network, options), {
    network,
    repeats: REPEATS,
  });
  const others = await exactRate((options) => processor.run(network, options), {
    network,
    repeats: 1,
  });
  const isWorth = own > WORTH_SHARE * threads * others;
  memory.set(key, isWorth ? "yes" : "no");
  return isWorth;
}

/** Multiply-adds a second of whatever runs a network over a plane, once it is warm. */
async function exactRate(
  run: (options: { input: Int32Array; shape: PlaneShape }) => Promise<unknown>,
  { network: { architecture }, repeats }: { network: ExactNetwork; repeats: number },
): Promise<number> {
  const { width, height } = TIMED;
  const options = { input: new Int32Array(width * height * architecture.inputs), shape: TIMED };
  await run(options);
  let least = Infinity;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const started = performance.now();
    await run(options);
    least = Math.min(least, performance.now() - started);
  }
  return countMultiplyAdds(architecture) * width * height / least * 1000;
}

/** What findings are remembered as: the adapter, and the version of the shaders. */
async function keyOf({ description }: Device): Promise<string> {
  const version = await shaderVersion(exactCatalogue(AMPLE_LIMITS), "exact-prelu");
  return `exact ${description} ${version}`;
}
