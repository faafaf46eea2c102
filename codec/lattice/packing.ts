/**
 * The packed image: what a lattice keeps, as the picture that other programs see in the file.
 *
 * @module
 */

import { type Lattice, latticeSteps } from "./lattice.ts";
import { coarseToFine, fineToCoarse, type Level, packedImageSize } from "./pyramid.ts";
import type { Raster, Size } from "./raster.ts";
import { countInside, imageSampling, packedSampling, type Sampling } from "./sampling.ts";
import { packedSize, type StepName } from "./steps.ts";

/**
 * The pixels that a lattice keeps, packed without gaps.
 *
 * Where a packed row is short (a quincunx of odd width, every second row) it ends with a copy of its last
 * kept pixel, or of the pixel above where it has none.
 *
 * @returns an image with the channels of `image`; its size is that of `packedImageSize`.
 */
export function packImage(image: Raster, lattice: Lattice): Raster {
  return latticeSteps(lattice).reduce(packStep, image);
}

/** The pixels that one step keeps, packed as {@link packImage} does. */
export function packStep(image: Raster, step: StepName): Raster {
  const size = packedSize(image, step);
  const { channels } = image;
  const data = new Uint8Array(size.width * size.height * channels);
  const packed: Raster = { ...size, channels, data };
  const to = packedSampling(step);
  imageSampling(step, "kept").forEach((from, phase) => {
    copyPhase(image, packed, { from, to: to[phase]! });
    fillShortRows(packed, { rows: to[phase]!, columns: countInside(from.x, from.dx, image.width) });
  });
  return packed;
}

function copyPhase(source: Raster, target: Raster, at: { from: Sampling; to: Sampling }): void {
  const { channels } = source;
  const columns = countInside(at.from.x, at.from.dx, source.width);
  const stride = at.from.dx * channels;
  for (let row = 0; row < countInside(at.from.y, at.from.dy, source.height); row++) {
    let from = ((at.from.y + row * at.from.dy) * source.width + at.from.x) * channels;
    let to = ((at.to.y + row * at.to.dy) * target.width + at.to.x) * channels;
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++) {
        target.data[to++] = source.data[from + channel]!;
      }
      from += stride;
    }
  }
}

function fillShortRows(packed: Raster, short: { rows: Sampling; columns: number }): void {
  const { width, height, channels, data } = packed;
  const { rows, columns } = short;
  if (columns === width) return;
  const stride = width * channels;
  for (let row = rows.y; row < height; row += rows.dy) {
    const at = (row + 1) * stride - channels;
    const from = width > 1 ? at - channels : at - stride;
    data.copyWithin(at, from, from + channels);
  }
}

/** How many pixels of a row of the packed image are kept pixels; the rest of the row is filling. */
export function keptInRow(row: number, options: { lattice: Lattice; size: Size }): number {
  const { lattice, size } = options;
  const coarsest = fineToCoarse(size, latticeSteps(lattice)).at(-1)!;
  const phases = imageSampling(coarsest.step, "kept");
  const { x, dx } = phases[row % phases.length]!;
  return countInside(x, dx, coarsest.size.width);
}

/**
 * `[height][width]`: 1 where a lattice keeps the pixel, 0 where it is missing.
 *
 * @example
 * ```ts
 * import { keptMask } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual([...keptMask({ width: 3, height: 2 }, { name: "quincunx", ratio: 2 })], [1, 0, 1, 0, 1, 0]);
 * ```
 */
export function keptMask(size: Size, lattice: Lattice): Uint8Array {
  const packed = packedImageSize(size, lattice);
  let coarse: Mask = { ...packed, data: new Uint8Array(packed.width * packed.height).fill(1) };
  for (const level of coarseToFine(size, latticeSteps(lattice))) coarse = finerMask(coarse, level);
  return coarse.data;
}

interface Mask extends Size {
  readonly data: Uint8Array;
}

/** The mask of the image that a level completes, from that of the packed image which the level starts from. */
function finerMask(packed: Mask, { step, size }: Level): Mask {
  const data = new Uint8Array(size.width * size.height);
  const rows = packedSampling(step);
  imageSampling(step, "kept").forEach(({ x, y, dx, dy }, phase) => {
    for (let row = 0; row < countInside(y, dy, size.height); row++) {
      const from = (rows[phase]!.y + row * rows[phase]!.dy) * packed.width;
      for (let column = 0; column < countInside(x, dx, size.width); column++) {
        data[(y + row * dy) * size.width + x + column * dx] = packed.data[from + column]!;
      }
    }
  });
  return { ...size, data };
}
