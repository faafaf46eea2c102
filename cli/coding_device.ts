/**
 * The device of a run that codes: exact networks run on it where that is faster, and by the processor otherwise.
 *
 * @module
 */

import { ExactDevice } from "../gpu/exact_device.ts";
import { EXACT_KERNEL_NAMES } from "../gpu/exact_choice.ts";
import { kernelNames } from "../gpu/engine.ts";
import { KERNEL_MEMORY } from "./kernel_memory.ts";
import type { Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Makes ready what `--device` and `--kernel` ask for; nothing is looked for before it is needed.
 *
 * @param draws whether a kernel may be one that draws and cannot run exact networks, which is left to drawing
 */
export function openCodingDevice(
  { device = "auto", kernel }: Pick<Options, "device" | "kernel">,
  { terminal, threads, draws }: { terminal: Terminal; threads: number; draws: boolean },
): ExactDevice {
  const drawsOnly = draws && kernelNames().includes(kernel ?? "") && kernel !== "reference" &&
    !EXACT_KERNEL_NAMES.includes(kernel!);
  return new ExactDevice({
    device,
    kernel: drawsOnly ? undefined : kernel,
    memory: KERNEL_MEMORY,
    threads,
    onNotice: (notice) => terminal.note(`${notice}.`),
    onOpen: (description) => terminal.detail(`Exact networks run on ${description}.`),
  });
}
