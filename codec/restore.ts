/**
 * An NNC file to an image: the kept pixels where they were, the missing ones drawn by a network.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import type { Cells, Geometry } from "../gpu/geometry.ts";
import type { Network } from "../gpu/network.ts";
import { interpolateCells } from "../gpu/reference.ts";
import { joinCells, keptCells } from "./cells.ts";
import { hasAlpha, type Image, type Size } from "./image.ts";
import {
  cellGridSize,
  GEOMETRIES,
  type Lattice,
  latticeSteps,
  pyramidSizes,
  type StepName,
} from "./lattice.ts";
import { type ChecksumState, openNncFile, type OpenOptions } from "./nnc_file.ts";
import { spreadVisibleColours } from "./visible_colours.ts";

/** How a file is restored. */
export interface RestoreOptions extends OpenOptions {
  /** What draws. It stays open. */
  readonly engine: Engine;
  /** The network for a step; asked once for every step of the lattice, coarse to fine. */
  readonly network: (step: StepName) => Promise<Network>;
  /** Largest tile side in cells, for engines that take one. Default: the engine's. */
  readonly tile?: number | undefined;
  /** Aborts between tiles. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all cells are drawn. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An image and what its file said of it. */
export interface RestoredImage extends Image {
  /** Which of its pixels were kept. */
  readonly lattice: Lattice;
  /** Whether the file had an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
}

/**
 * Restores an NNC file, or a PNG as the 2020 program wrote them.
 *
 * Kept pixels come back exactly. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, or is of a newer version.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels.
 */
export async function restore(file: Uint8Array, options: RestoreOptions): Promise<RestoredImage> {
  const { packed, lattice, size, metadata, hasChunk, checksum } = openNncFile(file, options);
  const sizes = pyramidSizes(size, lattice);
  const steps = latticeSteps(lattice);
  const cells = steps.map((step, index) => {
    const grid = cellGridSize(sizes[index]!, step);
    return grid.width * grid.height;
  });
  const total = cells.reduce((sum, count) => sum + count, 0);
  let before = 0;
  let image: Image = packed;
  for (let index = steps.length - 1; index >= 0; index--) {
    image = await restoreStep(image, {
      ...options,
      step: steps[index]!,
      size: sizes[index]!,
      onProgress: (done, all) =>
        options.onProgress?.(before + Math.round(cells[index]! * done / all), total),
    });
    before += cells[index]!;
  }
  return { ...image, metadata, lattice, hasChunk, checksum };
}

async function restoreStep(
  packed: Image,
  options: Omit<RestoreOptions, "size"> & { step: StepName; size: Size },
): Promise<Image> {
  const { engine, step, size, tile, signal, onProgress } = options;
  const { channels } = packed;
  const geometry = GEOMETRIES[step];
  const network = await options.network(step);
  const kept = keptCells(packed, { step, size });
  const visible = spreadVisibleColours(packed);
  const missing = await engine.restoreCells(network, {
    geometry,
    kept: visible === packed ? kept : keptCells(visible, { step, size }),
    ...(tile !== undefined && { tile }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (hasAlpha(channels)) interpolateAlpha(missing, { geometry, kept });
  return joinCells({ kept, missing }, { step, size, channels });
}

/** Fills the fourth byte of the missing phases by the fixed interpolation. */
function interpolateAlpha(missing: Cells, from: { geometry: Geometry; kept: Cells }): void {
  const interpolated = interpolateCells(from.geometry, from.kept).data;
  for (let at = 3; at < interpolated.length; at += 4) missing.data[at] = interpolated[at]!;
}
