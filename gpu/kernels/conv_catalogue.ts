/**
 * Every convolution kernel there is.
 *
 * @module
 */

import type { ConvKernel, LayerShape } from "./conv_kernel.ts";
import { naive } from "./naive.ts";
import { STAGED_ROOM } from "./staged_shader.ts";
import { strip } from "./strip.ts";
import { tiled } from "./tiled.ts";
import { groupQuads, UNROLLED_WORKGROUP, unrolledShader } from "./unrolled.ts";
import {
  transformFilter,
  WINOGRAD_THREADS,
  winogradBlock,
  winogradFits,
  winogradShader,
  type WinogradTile,
  winogradTile,
} from "./winograd.ts";

/** The kernel `unrolled`, see `unrolled.ts`. */
const unrolled: ConvKernel = {
  name: "unrolled",
  activations: "texture",
  weights: "buffer",
  groupQuads,
  // One group's weights must fit the 32 KiB of workgroup memory that is asked for.
  fits: (shape) => shape.inputQuads * groupQuads(shape) * 36 <= STAGED_ROOM,
  shader: (shape) => unrolledShader({ ...shape, extent: "uniform" }),
  workgroups: (shape, { width, height }) => [
    Math.ceil(width / UNROLLED_WORKGROUP.width),
    Math.ceil(height / UNROLLED_WORKGROUP.height),
    Math.ceil(shape.outputQuads / groupQuads(shape)),
  ],
};

/**
 * The tile of `winograd` for a layer. Its width goes by the wider end, and so by the hidden channels: a few layers of
 * wide tiles would cost more cells around the others' than they save.
 */
function tileOf({ inputQuads, outputQuads }: LayerShape): WinogradTile {
  const wider = Math.max(inputQuads, outputQuads);
  const { columns } = winogradTile({ inputQuads: wider, outputQuads: wider, mostColumns: 4 });
  return winogradTile({ inputQuads, outputQuads, mostColumns: columns });
}

/** The kernel `winograd`, see `winograd.ts`. */
const winograd: ConvKernel = {
  name: "winograd",
  activations: "texture",
  weights: "buffer",
  groupQuads: (shape) => tileOf(shape).quads,
  fits: winogradFits,
  block: (shape) => winogradBlock(tileOf(shape)),
  filter: (shape) => {
    const tile = tileOf(shape);
    return { taps: tile.taps, transform: (filter) => transformFilter(filter, tile) };
  },
  shader: (shape) => {
    const mostColumns = tileOf(shape).columns;
    return winogradShader({ ...shape, mostColumns, extent: "uniform", rowThreads: "extent" });
  },
  workgroups: (shape, { width, height }) => {
    const { columns, rows, quads } = tileOf(shape);
    const threads = Math.ceil(width / columns) * Math.ceil(height / rows);
    return [Math.ceil(threads / WINOGRAD_THREADS), 1, Math.ceil(shape.outputQuads / quads)];
  },
};

/** The kernels in the order of their speed on software adapters, in which they are tried. */
export const KERNELS: readonly ConvKernel[] = [winograd, unrolled, strip, tiled, naive];
