/**
 * The plainest convolution, in `../shaders/naive.wgsl`: the oracle of the other kernels on the device itself.
 *
 * @module
 */

import source from "../shaders/naive.wgsl" with { type: "text" };
import type { ConvKernel } from "./conv_kernel.ts";

/** The kernel `naive`. */
export const naive: ConvKernel = {
  name: "naive",
  isLastResort: true,
  activations: "buffer",
  weights: "buffer",
  groupQuads: () => 1,
  shader: () => source,
  constants: ({ inputQuads, outputQuads, epilogue }) => ({
    inputQuads,
    outputQuads,
    epilogue: ["linear", "prelu", "add"].indexOf(epilogue),
  }),
  workgroups: ({ outputQuads }, { width, height }) => [
    Math.ceil(width / 8),
    Math.ceil(height / 8),
    outputQuads,
  ],
};
