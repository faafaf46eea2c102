/**
 * Planes of the processor's kernel of exact networks: a region's cells with one around them, `[height + 2][width + 2][channels]`.
 *
 * @module
 */

import type { PlaneShape } from "./reference_convolution.ts";

/** Part of a plane, in cells. */
export interface Region extends PlaneShape {
  /** Column of the first cell. */
  readonly x: number;
  /** Row of the first cell. */
  readonly y: number;
}

/** A tile with `halo` cells around it, as far as there are any. */
export function enlarge(
  { x, y, width, height }: Region,
  { halo, shape }: { halo: number; shape: PlaneShape },
): Region {
  const [left, top] = [Math.max(0, x - halo), Math.max(0, y - halo)];
  const right = Math.min(shape.width, x + width + halo);
  const bottom = Math.min(shape.height, y + height + halo);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Fills a plane with a region of the input, and the channels that the input does not have with zeros. */
export function putInput(
  plane: Int16Array,
  { channels, input, inputs, stride, region }: {
    channels: number;
    input: Int32Array;
    inputs: number;
    stride: number;
    region: Region;
  },
): void {
  const { width, height } = region;
  plane.fill(0);
  for (let row = 0; row < height; row++) {
    let from = ((region.y + row) * stride + region.x) * inputs;
    for (let column = 0; column < width; column++) {
      const to = ((row + 1) * (width + 2) + column + 1) * channels;
      for (let channel = 0; channel < inputs; channel++) plane[to + channel] = input[from++]!;
    }
  }
  repeatEdges(plane, { width, height, channels });
}

/** Fills the cells around a plane with those at its edges. */
export function repeatEdges(
  plane: Int16Array,
  { width, height, channels }: PlaneShape & { channels: number },
): void {
  const row = (width + 2) * channels;
  for (let y = 1; y <= height; y++) {
    const first = y * row;
    plane.copyWithin(first, first + channels, first + 2 * channels);
    plane.copyWithin(first + row - channels, first + row - 2 * channels, first + row - channels);
  }
  plane.copyWithin(0, row, 2 * row);
  plane.copyWithin((height + 1) * row, height * row, (height + 1) * row);
}

/** Copies a tile's outputs from the plane of its region to their place in the result. */
export function takeTile(
  plane: Int16Array,
  { channels, tile, region, outputs, result, stride }: {
    channels: number;
    tile: Region;
    region: Region;
    outputs: number;
    result: Int16Array;
    stride: number;
  },
): void {
  const row = (region.width + 2) * channels;
  for (let y = 0; y < tile.height; y++) {
    let from = (tile.y - region.y + y + 1) * row + (tile.x - region.x + 1) * channels;
    let to = ((tile.y + y) * stride + tile.x) * outputs;
    for (let x = 0; x < tile.width; x++, from += channels, to += outputs) {
      for (let output = 0; output < outputs; output++) result[to + output] = plane[from + output]!;
    }
  }
}
