/**
 * Choosing kernels for a device: each is checked against the reference and timed on the device itself, and the order
 * found is remembered.
 *
 * @module
 */

import type { Device } from "./device.ts";
import { shortDigest } from "./digest.ts";
import { KERNELS } from "./kernels/catalogue.ts";
import type { ConvKernel } from "./kernels/kernel.ts";
import { examine, type Verdict } from "./self_test.ts";

/**
 * Keeps what was found out about devices; a `Map` will do, and one that is saved to a file spares the next
 * start the timing.
 */
export interface SelectionMemory {
  /** The value last set for a key. */
  get(key: string): string | undefined;
  /** Keeps a value for a key. Keys name the adapter and the version of the shaders. */
  set(key: string, value: string): unknown;
}

/** Which kernels may be used, best first, and what was found out about each that was examined. */
export interface Selection {
  /** The kernels that may be used, best first. */
  readonly kernels: readonly ConvKernel[];
  /** What was found out in this process. */
  readonly verdicts: readonly Verdict[];
}

/** The names of the kernels, in the order in which they are tried. */
export const KERNEL_NAMES: readonly string[] = KERNELS.map(({ name }) => name);

/**
 * Checks and times the kernels, or `only` the one named. If `memory` knows the device, only the kernel that was best
 * is checked again, and none is timed.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function selectKernels(
  device: Device,
  { only, memory }: { only?: string | undefined; memory: SelectionMemory },
): Promise<Selection> {
  if (only !== undefined) {
    return await examineAll(
      device,
      KERNELS.filter(({ name }) => name === only),
    );
  }
  const key = `${device.description} ${await shaderVersion()}`;
  const names = memory.get(key)?.split(",") ?? [];
  const remembered = names.flatMap((name) => KERNELS.filter((kernel) => kernel.name === name));
  const [best] = remembered;
  if (best) {
    const verdict = await examine(device, { kernel: best, timed: false });
    if (verdict.failure === undefined) return { kernels: remembered, verdicts: [verdict] };
  }
  const selection = await examineAll(device, KERNELS);
  memory.set(key, selection.kernels.map(({ name }) => name).join(","));
  return selection;
}

async function examineAll(device: Device, candidates: readonly ConvKernel[]): Promise<Selection> {
  const verdicts: Verdict[] = [];
  for (const kernel of candidates) {
    // The naive kernel never wins against another that works, and is slow to time.
    const isNeeded = kernel.name !== "naive" || verdicts.every(({ failure }) => failure);
    if (isNeeded) verdicts.push(await examine(device, { kernel }));
  }
  const ranked = verdicts.filter(({ failure }) => failure === undefined)
    .toSorted((a, b) => b.speed! - a.speed!);
  const kernels = ranked.map((verdict) => KERNELS.find(({ name }) => name === verdict.kernel)!);
  return { kernels, verdicts };
}

/** Changes whenever a shader does, so that nothing is remembered of other shaders. */
export async function shaderVersion(): Promise<string> {
  const shape = { inputQuads: 8, outputQuads: 8, epilogue: "prelu" } as const;
  const text = KERNELS.map((kernel) => kernel.name + kernel.shader(shape)).join("\n");
  return await shortDigest(text);
}
