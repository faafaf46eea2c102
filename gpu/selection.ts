/**
 * Choosing kernels for a device: what is used there was checked there against the reference, and what was found out is
 * remembered.
 *
 * @module
 */

import type { Device } from "./device.ts";
import { shortDigest } from "./digest.ts";
import { KERNELS } from "./kernels/conv_catalogue.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import { examine, type Verdict } from "./self_test.ts";

/**
 * Keeps what was found out about devices; a `Map` will do, and one that is saved to a file spares the next
 * start the search.
 */
export interface SelectionMemory {
  /** The value last set for a key. */
  get(key: string): string | undefined;
  /** Keeps a value for a key. Keys name the adapter and the version of the shaders. */
  set(key: string, value: string): unknown;
}

/** Kernels to compute with. */
export interface KernelOrder {
  /** Those not known to be wrong on the device, best first. */
  readonly kernels: readonly ConvKernel[];
  /** Those of them that are known to be right there: the best, if there is one, and perhaps others. */
  readonly checked: ReadonlySet<ConvKernel>;
}

/** What was chosen, and what was found out on the way. */
export interface Selection extends KernelOrder {
  /** What was found out in this process. */
  readonly verdicts: readonly Verdict[];
}

/** How to choose. */
export interface SelectionOptions {
  /** Name of the one kernel to take, if it is right. Default: the best of all. */
  readonly only?: string | undefined;
  /** Where the order is remembered. */
  readonly memory: SelectionMemory;
  /** Whether to check and time every kernel, whatever is remembered. Default: no more than the choice needs. */
  readonly every?: boolean;
}

/** The names of the kernels, in the order in which they are tried. */
export const KERNEL_NAMES: readonly string[] = KERNELS.map(({ name }) => name);

/**
 * Orders the kernels, and checks the best.
 *
 * If `memory` knows the device, none is timed. Otherwise graphics processors are asked for the speed of each. Software
 * adapters are not: the catalogue has the kernels in the order of their speed there, and to compile the others takes several
 * times as long as a small photo does.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function selectKernels(
  device: Device,
  { only, memory, every = false }: SelectionOptions,
): Promise<Selection> {
  if (only !== undefined) {
    const named = KERNELS.filter(({ name }) => name === only);
    return await firstRight(device, named);
  }
  const key = `${device.description} ${await shaderVersion()}`;
  const remembered = every ? undefined : await recall(device, memory.get(key));
  if (remembered) return remembered;
  const selection = device.software && !every
    ? await firstRight(device, KERNELS)
    : await fastestFirst(device, { every });
  memory.set(key, selection.kernels.map(({ name }) => name).join(","));
  return selection;
}

/** The order that is remembered, if its best kernel is right; the others are checked when they are needed. */
async function recall(device: Device, order: string | undefined): Promise<Selection | undefined> {
  const names = order?.split(",") ?? [];
  const kernels = names.flatMap((name) => KERNELS.filter((kernel) => kernel.name === name));
  const [best] = kernels;
  const verdict = best && await examine(device, { kernel: best, timed: false });
  if (!verdict || verdict.failure !== undefined) return undefined;
  return { kernels, checked: new Set([best]), verdicts: [verdict] };
}

/** The order of the candidates from the first that is right; those after it are checked when they are needed. */
async function firstRight(device: Device, candidates: readonly ConvKernel[]): Promise<Selection> {
  const verdicts: Verdict[] = [];
  for (const [index, kernel] of candidates.entries()) {
    const verdict = await examine(device, { kernel, timed: false });
    verdicts.push(verdict);
    if (verdict.failure !== undefined) continue;
    return { kernels: candidates.slice(index), checked: new Set([kernel]), verdicts };
  }
  return { kernels: [], checked: new Set(), verdicts };
}

async function fastestFirst(device: Device, { every }: { every: boolean }): Promise<Selection> {
  const verdicts: Verdict[] = [];
  for (const kernel of KERNELS) {
    // The naive kernel never wins against another that works, and is slow to time.
    const isNeeded = every || kernel.name !== "naive" || verdicts.every(({ failure }) => failure);
    if (isNeeded) verdicts.push(await examine(device, { kernel }));
  }
  const ranked = verdicts.filter(({ failure }) => failure === undefined)
    .toSorted((a, b) => b.speed! - a.speed!);
  const kernels = ranked.map((verdict) => KERNELS.find(({ name }) => name === verdict.kernel)!);
  return { kernels, checked: new Set(kernels), verdicts };
}

/** Changes whenever a shader does, so that nothing is remembered of other shaders. */
export async function shaderVersion(): Promise<string> {
  const shape = { inputQuads: 8, outputQuads: 8, epilogue: "prelu" } as const;
  const text = KERNELS.map((kernel) => kernel.name + kernel.shader(shape)).join("\n");
  return await shortDigest(text);
}
