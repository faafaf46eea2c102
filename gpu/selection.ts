/**
 * Choosing the kernels that restore on a device.
 *
 * @module
 */

import { convTrial } from "./conv_trial.ts";
import type { Device } from "./device.ts";
import { shortDigest } from "./digest.ts";
import {
  chooseKernels,
  firstRight,
  type KernelSelection,
  type SelectionMemory,
} from "./kernel_choice.ts";
import { convCatalogue } from "./kernels/conv_catalogue.ts";
import type { ConvKernel } from "./kernels/conv_kernel.ts";
import type { Epilogue } from "./kernels/epilogue.ts";
import { AMPLE_LIMITS, workgroupLimits } from "./kernels/workgroup_limits.ts";

/** What to choose from, and how much of it to check. */
export interface SelectionOptions {
  /** Name of the one kernel to take, if it is right. Default: the best of all. */
  readonly only?: string | undefined;
  /** Where the order is remembered. */
  readonly memory: SelectionMemory;
  /** What there is to choose from. Default: every kernel there is, shaped for the device. */
  readonly catalogue?: readonly ConvKernel[] | undefined;
  /** Whether to check and time every kernel, whatever is remembered. Default: no more than the choice needs. */
  readonly every?: boolean | undefined;
  /** Whether kernels may be timed where nothing is remembered. Default: yes. */
  readonly mayTime?: boolean | undefined;
}

/**
 * Orders the kernels, and checks the best.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function selectKernels(
  device: Device,
  { only, memory, catalogue = convCatalogue(workgroupLimits(device.gpu)), every, mayTime }:
    SelectionOptions,
): Promise<KernelSelection<ConvKernel>> {
  const trial = convTrial(device);
  if (only !== undefined) {
    return await firstRight(catalogue.filter(({ name }) => name === only), trial.check);
  }
  const key = `${device.description} ${await shaderVersion(catalogue)}`;
  return await chooseKernels(device, { catalogue, trial, memory, key, every, mayTime });
}

/** Changes whenever a shader does, so that nothing is remembered of other shaders. */
export async function shaderVersion(
  catalogue: readonly ConvKernel[] = convCatalogue(AMPLE_LIMITS),
  epilogue: Epilogue = "prelu",
): Promise<string> {
  const shape = { inputQuads: 8, outputQuads: 8, epilogue };
  const text = catalogue.map((kernel) => kernel.name + kernel.shader(shape)).join("\n");
  return await shortDigest(text);
}
