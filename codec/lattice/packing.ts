/**
 * The packed image: what a lattice keeps, as the picture that other programs see in the file.
 *
 * @module
 */

import { type Lattice, latticeSteps } from "./lattice.ts";
import { pyramidSizes } from "./pyramid.ts";
import type { Raster, Size } from "./raster.ts";
import { countInside, imageSampling, packedSampling, type Sampling } from "./sampling.ts";
import { packedSize, type StepName } from "./steps.ts";

/**
 * The pixels that a lattice keeps, packed without gaps.
 *
 * Where a packed row is short (a quincunx of odd width, every second row) it ends with a copy of its last
 * kept pixel, or of the pixel above where it has none.
 *
 * @returns an image with the channels of `image`; its size is the last of `pyramidSizes`.
 */
export function packImage(image: Raster, lattice: Lattice): Raster {
  return latticeSteps(lattice).reduce(packStep, image);
}

function packStep(image: Raster, step: StepName): Raster {
  const size = packedSize(image, step);
  const { channels } = image;
  const data = new Uint8Array(size.width * size.height * channels);
  const packed: Raster = { ...size, channels, data };
  const to = packedSampling(step);
  imageSampling(step, "kept").forEach((from, phase) =>
    copyPhase(image, packed, { from, to: to[phase]! })
  );
  if (step === "quincunx" && image.width % 2 === 1) fillShortRows(packed);
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

function fillShortRows(packed: Raster): void {
  const { width, height, channels, data } = packed;
  const stride = width * channels;
  for (let row = 1; row < height; row += 2) {
    const at = (row + 1) * stride - channels;
    const from = width > 1 ? at - channels : at - stride;
    data.copyWithin(at, from, from + channels);
  }
}

/** How many pixels of a row of the packed image are kept pixels; the rest of the row is filling. */
export function keptInRow(row: number, options: { lattice: Lattice; size: Size }): number {
  const { lattice, size } = options;
  const before = pyramidSizes(size, lattice).at(-2)!;
  const step = latticeSteps(lattice).at(-1)!;
  const shortened = step === "quincunx" && row % 2 === 1;
  return shortened ? Math.floor(before.width / 2) : packedSize(before, step).width;
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
  const sizes = pyramidSizes(size, lattice);
  const steps = latticeSteps(lattice);
  let mask = new Uint8Array(sizes.at(-1)!.width * sizes.at(-1)!.height).fill(1);
  for (let index = steps.length - 1; index >= 0; index--) {
    const { width, height } = sizes[index]!;
    const packedWidth = sizes[index + 1]!.width;
    const finer = new Uint8Array(width * height);
    const packed = packedSampling(steps[index]!);
    imageSampling(steps[index]!, "kept").forEach(({ x, y, dx, dy }, phase) => {
      for (let row = 0; row < countInside(y, dy, height); row++) {
        const from = (packed[phase]!.y + row * packed[phase]!.dy) * packedWidth;
        for (let column = 0; column < countInside(x, dx, width); column++) {
          finer[(y + row * dy) * width + x + column * dx] = mask[from + column]!;
        }
      }
    });
    mask = finer;
  }
  return mask;
}
