/**
 * What a convolution kernel is to the engine: a way to write a shader for a layer's shape and to dispatch it.
 *
 * Channels go four to a *quad*, padded with zeros: a cell's quad is one `vec4f`. Activations are planes of quads
 * (NC4HW4), in a texture array with a layer for every quad, or in a buffer `[quad][height][width]`. Bindings of group 0:
 *
 * | binding | what |
 * |---|---|
 * | 0 | the activations read |
 * | 1 | the activations written |
 * | 2 | weights, biases, slopes and shifts as {@link packWeights} orders them |
 * | 3 | the activations added; only with an epilogue that adds |
 * | 4 | a uniform `vec2u`: width and height of the plane |
 *
 * Textures and buffers may be larger than the plane: they are kept for images of other sizes, and their sides are
 * never powers of two (see `activations.ts`).
 *
 * @module
 */

import type { NamedKernel } from "../kernel_choice.ts";
import type { Epilogue } from "./epilogue.ts";

/** The shape of a layer, as far as a shader depends on it. */
export interface LayerShape {
  /** Input channels divided by four, rounded up. */
  readonly inputQuads: number;
  /** Output channels divided by four, rounded up. */
  readonly outputQuads: number;
  /** What follows the convolution in the same shader. */
  readonly epilogue: Epilogue;
}

/** Where something is kept on the device. */
export type Storage = "texture" | "buffer";

/** A forward convolution on the device. */
export interface ConvKernel extends NamedKernel {
  /** Where it reads and writes activations. */
  readonly activations: Storage;
  /** Where it reads weights and what follows them. */
  readonly weights: Storage;
  /** Output quads that one invocation computes. */
  groupQuads(shape: LayerShape): number;
  /** Whether the kernel can compute layers of this shape; absent, it can compute any. */
  fits?(shape: LayerShape): boolean;
  /**
   * Cells in a row, from multiples of their number on, that depend on each other's inputs to the last bit: the first on
   * the cell before them and on all of them, the last on all of them and on the cell after them, those between on all
   * of them. A divisor of `REGION_ALIGNMENT`; absent, 1: no result depends on more than its nine cells.
   */
  block?(shape: LayerShape): number;
  /** What a 3×3 filter (row by row) of a layer is stored as; absent, its nine values. */
  filter?(shape: LayerShape): { taps: number; transform(filter: ArrayLike<number>): number[] };
  /** The shader for a layer; its entry point is `main`. */
  shader(shape: LayerShape): string;
  /** Values of the shader's `override` declarations, if it has any. */
  constants?(shape: LayerShape): Record<string, number>;
  /** The size of the dispatch for a plane of cells. */
  workgroups(
    shape: LayerShape,
    plane: { width: number; height: number },
  ): [x: number, y: number, z: number];
}

/** Number of quads that hold `channels` channels. */
export function quadsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** Number of groups of output quads: the depth of the dispatch. */
export function groupsOf(kernel: ConvKernel, shape: LayerShape): number {
  return Math.ceil(shape.outputQuads / kernel.groupQuads(shape));
}
