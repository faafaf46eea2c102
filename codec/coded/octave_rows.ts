/**
 * Where the rows of an octave are, how many of its pixels are coded, and its known pixels among them.
 *
 * @module
 */

import type { ExactNetwork } from "../../gpu/exact_network.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import { LatticeError } from "../lattice/lattice_error.ts";
import type { Size } from "../lattice/raster.ts";
import type { BinRoom } from "./bin_room.ts";
import type { OctavePixels } from "./stripe_phases.ts";
import { cellsOf, type Rows, type Stripe } from "./stripes.ts";

/** The rows of cells that a network looks at for a stripe. */
export function rowsAround(
  { first, end }: Stripe,
  { image, network }: { image: Size; network: ExactNetwork },
): Rows {
  // Each layer looks one cell further; so does the interpolation that is added.
  const halo = 2 + 2 * network.architecture.blocks;
  return { first: Math.max(0, first - halo), end: Math.min(cellsOf(image).height, end + halo) };
}

/** Pixels that a step codes of a stripe. */
export function countPixels(
  { width, height }: Size,
  { stripe: { first, end }, step }: { stripe: Stripe; step: CoderStep },
): number {
  const rows = Math.min(height, 2 * end) - 2 * first;
  const [odd, oddRows] = [Math.floor(width / 2), Math.floor(rows / 2)];
  return step === "diagonal" ? odd * oddRows : odd * (rows - oddRows) + (width - odd) * oddRows;
}

/** Where the pixels of a row of cells begin. */
export function pixelAt({ width, channels }: OctavePixels, row: number): number {
  return 2 * row * width * channels;
}

/** A copy of rows of cells. */
export function cutRows(image: OctavePixels, { first, end }: Rows): OctavePixels {
  const { width, height, channels, data } = image;
  return {
    width,
    height: Math.min(height, 2 * end) - 2 * first,
    channels,
    data: data.slice(pixelAt(image, first), pixelAt(image, end)),
  } as OctavePixels;
}

/**
 * Puts known pixels to the even columns and rows of an image.
 *
 * @throws {LatticeError} if they are not of the size that belongs to the image.
 */
export function spreadOut(
  { width, height, channels, data }: OctavePixels | BinRoom,
  image: OctavePixels | BinRoom,
): void {
  const cells = cellsOf(image);
  if (width !== cells.width || height !== cells.height) {
    throw new LatticeError(
      `Every second pixel of every second row of ${image.width}×${image.height} pixels is ${cells.width}×` +
        `${cells.height}, found ${width}×${height}`,
    );
  }
  let from = 0;
  for (let row = 0; row < height; row++) {
    let to = 2 * row * image.width * channels;
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) image.data[to + channel] = data[from++]!;
      to += 2 * channels;
    }
  }
}
