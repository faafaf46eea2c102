/**
 * Every convolution kernel that restores.
 *
 * @module
 */

import type { ConvKernel } from "./conv_kernel.ts";
import { naive } from "./naive.ts";
import { strip } from "./strip.ts";
import { tiled } from "./tiled.ts";
import { unrolledKernel } from "./unrolled.ts";
import { winogradKernel } from "./winograd_kernel.ts";
import { AMPLE_LIMITS, type WorkgroupLimits } from "./workgroup_limits.ts";

/**
 * The kernels, shaped for devices of such limits, in the order of their speed on software adapters, in which they are
 * tried.
 */
export function convCatalogue(limits: WorkgroupLimits): readonly ConvKernel[] {
  return [winogradKernel(limits), unrolledKernel(limits), strip, tiled, naive];
}

/** The kernels that run exact networks as well, in the same order. */
export function exactCatalogue(limits: WorkgroupLimits): readonly ConvKernel[] {
  return [unrolledKernel(limits), strip, tiled, naive];
}

/** The names of the kernels, in the same order. */
export const KERNEL_NAMES: readonly string[] = convCatalogue(AMPLE_LIMITS).map(({ name }) => name);
