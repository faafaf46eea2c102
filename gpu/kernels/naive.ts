/**
 * The plainest convolution, in `../shaders/naive.wgsl`: the oracle of the other kernels on the device itself.
 *
 * @module
 */

import source from "../shaders/naive.wgsl" with { type: "text" };
import type { ConvKernel } from "./conv_kernel.ts";
import { EPILOGUES } from "./epilogue.ts";
import exactFunctions from "../shaders/exact_epilogue.wgsl" with { type: "text" };

/** The kernel `naive`. */
export const naive: ConvKernel = {
  name: "naive",
  isLastResort: true,
  activations: "buffer",
  weights: "buffer",
  groupQuads: () => 1,
  shader: () => exactFunctions + source,
  constants: ({ inputQuads, outputQuads, epilogue }) => ({
    inputQuads,
    outputQuads,
    epilogue: EPILOGUES.indexOf(epilogue),
  }),
  workgroups: ({ outputQuads }, { width, height }) => [
    Math.ceil(width / 8),
    Math.ceil(height / 8),
    outputQuads,
  ],
};
