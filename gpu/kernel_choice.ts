/**
 * Check, rank, remember: which of some kernels to use on a device, whatever it is that they compute.
 *
 * What is used was checked on the device itself against a reference. On graphics processors all are timed, once, and the
 * order is remembered. Software adapters are not asked: catalogues have the kernels in the order of their speed there, and
 * to compile the others takes several times as long as a small photo does.
 *
 * @module
 */

import type { Device } from "./device.ts";
import { GpuError } from "./errors.ts";

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

/** What a kernel must tell to be chosen. */
export interface NamedKernel {
  /** How users name it. */
  readonly name: string;
  /** Whether it never wins against another that works, and is too slow to time without need. Default: `false`. */
  readonly isLastResort?: boolean | undefined;
}

/** How kernels are tried. */
export interface KernelTrial<Kernel> {
  /**
   * Why a kernel may not be used; `undefined` if it may. What it throws is a reason, too, unless the device is lost.
   */
  check(kernel: Kernel): Promise<string | undefined>;
  /** Multiply-adds a second of a kernel that is right. */
  time(kernel: Kernel): Promise<number>;
}

/** What was found out about a kernel on a device. */
export interface Verdict {
  /** The kernel's name. */
  readonly kernel: string;
  /** Why it may not be used; absent if it may. */
  readonly failure?: string | undefined;
  /** Multiply-adds per second, of a software adapter with all cores free; absent if it may not be used, or was not timed. */
  readonly speed?: number | undefined;
}

/** Kernels to compute with. */
export interface KernelOrder<Kernel> {
  /** Those not known to be wrong on the device, best first. */
  readonly kernels: readonly Kernel[];
  /** Those of them that are known to be right there: the best, if there is one, and perhaps others. */
  readonly checked: ReadonlySet<Kernel>;
}

/** What was chosen, and what was found out on the way. */
export interface KernelSelection<Kernel> extends KernelOrder<Kernel> {
  /** What was found out in this process. */
  readonly verdicts: readonly Verdict[];
}

/** What to choose from, and how. */
export interface ChoiceOptions<Kernel> {
  /** The kernels, in the order of their speed on software adapters. */
  readonly catalogue: readonly Kernel[];
  /** How they are tried. */
  readonly trial: KernelTrial<Kernel>;
  /**
   * Why a kernel may not be used for the task at hand, where that takes more than the trial tells. What it finds is not
   * remembered, as it need not hold for other tasks. Default: the trial's own check.
   */
  readonly suits?: ((kernel: Kernel) => Promise<string | undefined>) | undefined;
  /** Where the order is remembered. */
  readonly memory: SelectionMemory;
  /** What it is remembered as: the adapter, what is computed, and the version of the shaders. */
  readonly key: string;
  /** Whether to check and time every kernel, whatever is remembered. Default: no more than the choice needs. */
  readonly every?: boolean | undefined;
  /** Whether kernels may be timed where nothing is remembered. Default: yes. */
  readonly mayTime?: boolean | undefined;
}

/**
 * Orders kernels, and finds the first that is right; if none is, the order is empty.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function chooseKernels<Kernel extends NamedKernel>(
  { software }: Pick<Device, "software">,
  { catalogue, trial, suits, memory, key, every = false, mayTime = true }: ChoiceOptions<
    Kernel
  >,
): Promise<KernelSelection<Kernel>> {
  const check = suits ?? trial.check;
  const remembered = every ? [] : recall(catalogue, memory.get(key));
  const known = await firstRight(remembered, check);
  if (known.kernels.length > 0) {
    if (!suits && known.kernels.length < remembered.length) remember(known);
    return known;
  }
  if (catalogue.length > 0 && known.verdicts.length === catalogue.length) return known;
  const isTimed = every || (mayTime && !software);
  const ranking = isTimed
    ? await rank(catalogue, { trial, every })
    : { kernels: catalogue, checked: new Set<Kernel>(), verdicts: [] };
  const hasChecked = (kernel: Kernel) => !suits && ranking.checked.has(kernel);
  const chosen = await firstRight(ranking.kernels, check, { unless: hasChecked });
  if (!suits) remember(chosen);
  else if (isTimed) remember(ranking);
  return {
    kernels: chosen.kernels,
    checked: suits ? chosen.checked : new Set([...ranking.checked, ...chosen.checked]),
    verdicts: [...known.verdicts, ...ranking.verdicts, ...chosen.verdicts],
  };

  function remember({ kernels }: KernelOrder<Kernel>): void {
    memory.set(key, kernels.map(({ name }) => name).join(","));
  }
}

/**
 * The kernels from the first that is right; those after it are checked when they are needed.
 *
 * `unless` tells of a kernel that it is known to be right.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function firstRight<Kernel extends NamedKernel>(
  kernels: readonly Kernel[],
  check: KernelTrial<Kernel>["check"],
  { unless = () => false }: { unless?: ((kernel: Kernel) => boolean) | undefined } = {},
): Promise<KernelSelection<Kernel>> {
  const verdicts: Verdict[] = [];
  for (const [index, kernel] of kernels.entries()) {
    if (!unless(kernel)) {
      const verdict = await examine(kernel, { check });
      verdicts.push(verdict);
      if (verdict.failure !== undefined) continue;
    }
    return { kernels: kernels.slice(index), checked: new Set([kernel]), verdicts };
  }
  return { kernels: [], checked: new Set(), verdicts };
}

/**
 * Checks a kernel, then times it if `time` is given.
 *
 * @returns What was found; a kernel the device cannot run is a verdict, not an exception.
 * @throws {GpuError} only if the device is lost.
 */
export async function examine<Kernel extends NamedKernel>(
  kernel: Kernel,
  { check, time }: Pick<KernelTrial<Kernel>, "check"> & Partial<KernelTrial<Kernel>>,
): Promise<Verdict> {
  const { name } = kernel;
  try {
    const failure = await check(kernel);
    if (failure !== undefined) return { kernel: name, failure };
    return time ? { kernel: name, speed: await time(kernel) } : { kernel: name };
  } catch (error) {
    if (error instanceof GpuError && error.kind === "lost") throw error;
    return { kernel: name, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The kernels of an order that was remembered, without those that are no more. */
function recall<Kernel extends NamedKernel>(
  catalogue: readonly Kernel[],
  order: string | undefined,
): readonly Kernel[] {
  const names = order?.split(",") ?? [];
  return names.flatMap((name) => catalogue.filter((kernel) => kernel.name === name));
}

/** Times all that are right, and puts the fastest first. */
async function rank<Kernel extends NamedKernel>(
  catalogue: readonly Kernel[],
  { trial, every }: { trial: KernelTrial<Kernel>; every: boolean },
): Promise<KernelSelection<Kernel>> {
  const verdicts: Verdict[] = [];
  const right: { kernel: Kernel; speed: number }[] = [];
  for (const kernel of catalogue) {
    if (kernel.isLastResort && right.length > 0 && !every) continue;
    const verdict = await examine(kernel, trial);
    verdicts.push(verdict);
    if (verdict.speed !== undefined) right.push({ kernel, speed: verdict.speed });
  }
  const kernels = right.toSorted((a, b) => b.speed - a.speed).map(({ kernel }) => kernel);
  return { kernels, checked: new Set(kernels), verdicts };
}
