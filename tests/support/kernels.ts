/** Kernels for tests that are about choosing them. @module */

import { assert } from "npm:deno-std@1.4.0/assert/mod.js";
import type { Device } from "../../gpu/device.ts";
import { convCatalogue } from "../../gpu/kernels/conv_catalogue.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import { naive } from "../../gpu/kernels/naive.ts";
import { unrolledKernel } from "../../gpu/kernels/unrolled.ts";
import { winogradKernel } from "../../gpu/kernels/winograd_kernel.ts";
import { AMPLE_LIMITS, STANDARD_LIMITS } from "../../gpu/kernels/workgroup_limits.ts";
import { openStandardDevice, openTestDevice } from "./device.ts";

/** A kernel that compiles and leaves one tap out. */
export const wrongKernel: ConvKernel = {
  ...naive,
  name: "wrong",
  shader: (shape) => {
    const sound = naive.shader(shape);
    const broken = sound.replace("tap < 9", "tap < 8");
    assert(broken !== sound, "the shader was not broken");
    return broken;
  },
};

/** Every kernel that restores, as it is shaped for ample limits and, where that differs, for WebGPU's default ones. */
export const SHAPED_KERNELS: readonly {
  readonly name: string;
  readonly kernel: ConvKernel;
  /** Opens a device whose limits it is shaped for. */
  readonly openDevice: () => Promise<Device>;
}[] = [
  ...convCatalogue(AMPLE_LIMITS).map((kernel) => ({
    name: kernel.name,
    kernel,
    openDevice: openTestDevice,
  })),
  ...[winogradKernel(STANDARD_LIMITS), unrolledKernel(STANDARD_LIMITS)].map((kernel) => ({
    name: `${kernel.name} for default limits`,
    kernel,
    openDevice: openStandardDevice,
  })),
];
