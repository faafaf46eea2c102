/** Kernels for tests that are about choosing them. @module */

import { assert } from "npm:deno-std@1.4.0/assert/mod.js";
import { KERNELS } from "../../gpu/kernels/conv_catalogue.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import { naive } from "../../gpu/kernels/naive.ts";

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

/** Lets only some kernels be chosen from. */
export async function withKernels<Result>(
  kernels: readonly ConvKernel[],
  work: () => Promise<Result>,
): Promise<Result> {
  const list = KERNELS as ConvKernel[];
  const all = list.splice(0, list.length, ...kernels);
  try {
    return await work();
  } finally {
    list.splice(0, list.length, ...all);
  }
}
