/**
 * Pixels sorted into cells and back: what the engine restores and what training learns from.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import { edgesOutside, fillKept } from "./filling.ts";
import { LatticeError } from "./lattice_error.ts";
import type { Channels, Raster, Size } from "./raster.ts";
import { countInside, imageSampling, packedSampling, type Sampling } from "./sampling.ts";
import { cellGridSize, packedSize, type StepName } from "./steps.ts";

/** The two halves of an image: what a step keeps and what it leaves out. */
export interface SplitImage {
  /** Kept phases. Those that lie outside an odd image repeat a kept neighbour. */
  readonly kept: Cells;
  /** Missing phases; 0 where they lie outside an odd image. */
  readonly missing: Cells;
}

/**
 * Sorts an image into the kept and the missing phases of a step.
 *
 * Each pixel becomes four bytes: grey is repeated in R, G and B; the fourth byte is alpha, 255 where the
 * image has none.
 */
export function splitCells(image: Raster, step: StepName): SplitImage {
  const kept = gatherKept(image, step);
  const missing = gatherCells(image, cellGridSize(image, step), imageSampling(step, "missing"));
  return { kept, missing };
}

/** The kept phases alone, as {@link splitCells} has them. */
export function gatherKept(image: Raster, step: StepName): Cells {
  const kept = gatherCells(image, cellGridSize(image, step), imageSampling(step, "kept"));
  fillKept(kept, { step, ...edgesOutside(image, step) });
  return kept;
}

/**
 * The kept phases of a step from the packed image that holds them.
 *
 * @param packed the kept pixels of an image of size `options.size`
 * @throws {LatticeError} if the packed image does not have the size that belongs to it.
 */
export function keptCells(packed: Raster, options: { step: StepName; size: Size }): Cells {
  const { step, size } = options;
  const expected = packedSize(size, step);
  if (packed.width !== expected.width || packed.height !== expected.height) {
    throw new LatticeError(
      `What "${step}" keeps of ${size.width}×${size.height} pixels is ${expected.width}×` +
        `${expected.height}, found ${packed.width}×${packed.height}`,
    );
  }
  const kept = gatherCells(packed, cellGridSize(size, step), packedSampling(step));
  fillKept(kept, { step, ...edgesOutside(size, step) });
  return kept;
}

/** What {@link joinCells} makes of the cells. */
export interface JoinOptions {
  /** The step that the cells belong to. */
  readonly step: StepName;
  /** Size of the image, which may cut the last cells. */
  readonly size: Size;
  /** Grey is the rounded mean of R, G and B; alpha is the fourth byte. */
  readonly channels: Channels;
}

/**
 * Puts the kept and the missing phases back where they belong.
 *
 * @throws {LatticeError} if the cells do not cover the image or lack a phase.
 */
export function joinCells(cells: SplitImage, options: JoinOptions): Raster {
  const { step, size, channels } = options;
  const grid = cellGridSize(size, step);
  const image = {
    width: size.width,
    height: size.height,
    channels,
    data: new Uint8Array(size.width * size.height * channels),
  };
  for (const which of ["kept", "missing"] as const) {
    const phases = imageSampling(step, which);
    checkCells(cells[which], { ...grid, phases: phases.length });
    phases.forEach((at, phase) => scatterPhase(image, cells[which], { at, phase }));
  }
  return image;
}

function checkCells(cells: Cells, expected: Omit<Cells, "data">): void {
  const { width, height, phases } = expected;
  if (
    cells.width !== width || cells.height !== height || cells.phases !== phases ||
    cells.data.length !== width * height * phases * 4
  ) {
    throw new LatticeError(
      `Expected ${phases} phases of ${width}×${height} cells, found ${cells.phases} of ` +
        `${cells.width}×${cells.height} in ${cells.data.length} bytes`,
    );
  }
}

function gatherCells(image: Raster, grid: Size, phases: readonly Sampling[]): Cells {
  const data = new Uint8Array(phases.length * grid.width * grid.height * 4);
  const { channels, data: samples } = image;
  const green = channels < 3 ? 0 : 1;
  const blue = channels < 3 ? 0 : 2;
  const opaque = channels % 2 === 1;
  phases.forEach(({ x, y, dx, dy }, phase) => {
    const columns = countInside(x, dx, image.width);
    for (let row = 0; row < countInside(y, dy, image.height); row++) {
      let from = ((y + row * dy) * image.width + x) * channels;
      let to = (phase * grid.height + row) * grid.width * 4;
      for (let column = 0; column < columns; column++) {
        data[to] = samples[from]!;
        data[to + 1] = samples[from + green]!;
        data[to + 2] = samples[from + blue]!;
        data[to + 3] = opaque ? 255 : samples[from + channels - 1]!;
        from += dx * channels;
        to += 4;
      }
    }
  });
  return { ...grid, phases: phases.length, data };
}

function scatterPhase(image: Raster, cells: Cells, options: { at: Sampling; phase: number }): void {
  const { at: { x, y, dx, dy }, phase } = options;
  const { channels, data: samples } = image;
  const { data } = cells;
  const columns = countInside(x, dx, image.width);
  for (let row = 0; row < countInside(y, dy, image.height); row++) {
    let to = ((y + row * dy) * image.width + x) * channels;
    let from = (phase * cells.height + row) * cells.width * 4;
    for (let column = 0; column < columns; column++) {
      if (channels < 3) {
        const sum = data[from]! + data[from + 1]! + data[from + 2]!;
        samples[to] = Math.floor((2 * sum + 3) / 6);
      } else {
        samples[to] = data[from]!;
        samples[to + 1] = data[from + 1]!;
        samples[to + 2] = data[from + 2]!;
      }
      if (channels % 2 === 0) samples[to + channels - 1] = data[from + 3]!;
      to += dx * channels;
      from += 4;
    }
  }
}
