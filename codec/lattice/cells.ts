/**
 * Pixels sorted into cells and back: what the engine restores and what training learns from.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import { ImageError } from "../errors.ts";
import { type Channels, checkImage, type Image, type Size } from "../image/image.ts";
import { cellGridSize, packedSize, STEP_CELLS, type StepName } from "./lattice.ts";
import { type Metadata, NO_METADATA } from "../png/metadata.ts";

/** The two halves of an image: what a step keeps and what it leaves out. */
export interface SplitImage {
  /** Kept phases. Those that lie outside an odd image repeat a kept neighbour. */
  readonly kept: Cells;
  /** Missing phases; 0 where they lie outside an odd image. */
  readonly missing: Cells;
}

/** Where the pixels of one phase lie: cell (i, j) has its pixel at (x + i·dx, y + j·dy). */
export interface Sampling {
  /** Column of the first pixel. */
  readonly x: number;
  /** Row of the first pixel. */
  readonly y: number;
  /** Columns from one cell to the next. */
  readonly dx: number;
  /** Rows from one cell to the next. */
  readonly dy: number;
}

/** Where the pixels of each phase in `which` lie in the image itself. */
export function imageSampling(step: StepName, which: "kept" | "missing"): Sampling[] {
  const { width: dx, height: dy, [which]: phases } = STEP_CELLS[step];
  return phases.map(([x, y]) => ({ x, y, dx, dy }));
}

/** Where the pixels of each kept phase lie in the packed image. */
export function packedSampling(step: StepName): Sampling[] {
  const { kept } = STEP_CELLS[step];
  return kept.map((_, phase) => ({ x: 0, y: phase, dx: 1, dy: kept.length }));
}

/**
 * Sorts an image into the kept and the missing phases of a step.
 *
 * Each pixel becomes four bytes: grey is repeated in R, G and B; the fourth byte is alpha, 255 where the
 * image has none.
 */
export function splitCells(image: Image, step: StepName): SplitImage {
  checkImage(image);
  const kept = gatherCells(image, cellGridSize(image, step), imageSampling(step, "kept"));
  fillKept(kept, { step, ...edgesOutside(image) });
  const missing = gatherCells(image, cellGridSize(image, step), imageSampling(step, "missing"));
  return { kept, missing };
}

/**
 * The kept phases of a step from the packed image that holds them.
 *
 * @param packed the kept pixels of an image of size `options.size`
 * @throws {ImageError} if the packed image does not have the size that belongs to it.
 */
export function keptCells(packed: Image, options: { step: StepName; size: Size }): Cells {
  checkImage(packed);
  const { step, size } = options;
  const expected = packedSize(size, step);
  if (packed.width !== expected.width || packed.height !== expected.height) {
    throw new ImageError(
      `What "${step}" keeps of ${size.width}×${size.height} pixels is ${expected.width}×` +
        `${expected.height}, found ${packed.width}×${packed.height}`,
    );
  }
  const kept = gatherCells(packed, cellGridSize(size, step), packedSampling(step));
  fillKept(kept, { step, ...edgesOutside(size) });
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
  /** Default: none. */
  readonly metadata?: Metadata;
}

/**
 * Puts the kept and the missing phases back where they belong.
 *
 * @throws {ImageError} if the cells do not cover the image or lack a phase.
 */
export function joinCells(cells: SplitImage, options: JoinOptions): Image {
  const { step, size, channels, metadata = NO_METADATA } = options;
  const grid = cellGridSize(size, step);
  const image = {
    width: size.width,
    height: size.height,
    channels,
    data: new Uint8Array(size.width * size.height * channels),
    metadata,
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
    throw new ImageError(
      `Expected ${phases} phases of ${width}×${height} cells, found ${cells.phases} of ` +
        `${cells.width}×${cells.height} in ${cells.data.length} bytes`,
    );
  }
}

function gatherCells(image: Image, grid: Size, phases: readonly Sampling[]): Cells {
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

function scatterPhase(image: Image, cells: Cells, options: { at: Sampling; phase: number }): void {
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

/** How many of the positions first, first + stride, … are below `end`. */
export function countInside(first: number, stride: number, end: number): number {
  return Math.max(0, Math.ceil((end - first) / stride));
}

/** Which of the outer cells of an image reach beyond it. */
export interface OutsideEdges {
  /** Whether those of the last column do. */
  readonly right: boolean;
  /** Whether those of the last row do. */
  readonly bottom: boolean;
}

/** Which of the outer cells reach beyond an image, where a cell is two pixels wide and high. */
export function edgesOutside({ width, height }: Size): OutsideEdges {
  return { right: width % 2 === 1, bottom: height % 2 === 1 };
}

/**
 * Repeats kept pixels where a kept phase lies outside the image: the nearest one of the same row, or of the
 * row above where the row has none. Only the second phase of a quincunx can lie outside.
 */
export function fillKept(
  kept: Cells,
  { step, right, bottom }: OutsideEdges & { readonly step: StepName },
): void {
  if (step !== "quincunx") return;
  const { width, height, data } = kept;
  const second = width * height * 4;
  const stride = width * 4;
  if (right) {
    for (let row = 0; row < height; row++) {
      const at = second + row * stride + stride - 4;
      const from = width > 1 ? at - 4 : at - second;
      data.copyWithin(at, from, from + 4);
    }
  }
  if (bottom) {
    const last = (height - 1) * stride;
    data.copyWithin(second + last, last, last + stride);
  }
}
