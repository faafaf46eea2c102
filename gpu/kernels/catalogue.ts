/**
 * Every convolution kernel there is.
 *
 * @module
 */

import type { ConvKernel } from "./kernel.ts";
import { naive } from "./naive.ts";
import { strip } from "./strip.ts";
import { tiled } from "./tiled.ts";
import { groupQuads, UNROLLED_WORKGROUP, unrolledShader } from "./unrolled.ts";

/** The kernel `unrolled`, see `unrolled.ts`. */
const unrolled: ConvKernel = {
  name: "unrolled",
  activations: "texture",
  weights: "buffer",
  groupQuads,
  shader: unrolledShader,
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / UNROLLED_WORKGROUP.width),
    Math.ceil(height / UNROLLED_WORKGROUP.height),
    Math.ceil(shape.outputQuads / groupQuads(shape)),
  ],
};

/** The kernels, in the order in which they are tried: those likely to win first. */
export const KERNELS: readonly ConvKernel[] = [unrolled, strip, tiled, naive];
