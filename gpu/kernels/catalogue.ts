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
import {
  transformFilter,
  WINOGRAD_THREADS,
  winogradFits,
  winogradShader,
  winogradTile,
} from "./winograd.ts";

/** The kernel `unrolled`, see `unrolled.ts`. */
const unrolled: ConvKernel = {
  name: "unrolled",
  activations: "texture",
  weights: "buffer",
  groupQuads,
  // One group's weights must fit the 32 KiB of workgroup memory that is asked for.
  fits: (shape) => shape.inputQuads * groupQuads(shape) * 36 <= 2048,
  shader: (shape) => unrolledShader({ ...shape, extent: "uniform" }),
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / UNROLLED_WORKGROUP.width),
    Math.ceil(height / UNROLLED_WORKGROUP.height),
    Math.ceil(shape.outputQuads / groupQuads(shape)),
  ],
};

/** The kernel `winograd`, see `winograd.ts`. */
const winograd: ConvKernel = {
  name: "winograd",
  activations: "texture",
  weights: "buffer",
  groupQuads: (shape) => winogradTile(shape).quads,
  fits: winogradFits,
  filter: (shape) => {
    const tile = winogradTile(shape);
    return { taps: tile.taps, transform: (filter) => transformFilter(filter, tile) };
  },
  shader: (shape) => winogradShader({ ...shape, extent: "uniform", rowThreads: "extent" }),
  workgroups: (shape, { width, height }) => {
    const { columns, rows, quads } = winogradTile(shape);
    const threads = Math.ceil(width / columns) * Math.ceil(height / rows);
    return [Math.ceil(threads / WINOGRAD_THREADS), 1, Math.ceil(shape.outputQuads / quads)];
  },
};

/** The kernels in the order of their speed on software adapters, in which they are tried. */
export const KERNELS: readonly ConvKernel[] = [winograd, unrolled, strip, tiled, naive];
