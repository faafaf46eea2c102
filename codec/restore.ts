/**
 * An NNC file to an image: the kept pixels where they were, the missing ones drawn by a network.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import type { Cells, Geometry } from "../gpu/geometry.ts";
import type { Network } from "../gpu/network.ts";
import { interpolateCells } from "../gpu/reference_restoration.ts";
import { attenuate } from "./attenuation.ts";
import { joinCells, keptCells } from "./lattice/cells.ts";
import { type Channels, hasAlpha, type Raster, type Size } from "./lattice/raster.ts";
import type { Image } from "./image/image.ts";
import { STEP_CELLS, type StepName } from "./lattice/steps.ts";
import { GEOMETRIES } from "./lattice/geometries.ts";
import { type Lattice, latticeSteps } from "./lattice/lattice.ts";
import { coarseToFine, type Level } from "./lattice/pyramid.ts";
import { type ChecksumState, type NncFile, openNncFile, type OpenOptions } from "./nnc_file.ts";
import { symmetricViews } from "./lattice/symmetric_views.ts";
import { spreadVisibleColours } from "./image/visible_colours.ts";

/** How a file is restored. */
export interface RestoreOptions extends OpenOptions {
  /** What draws. It stays open. */
  readonly engine: Engine;
  /**
   * The network for a step; asked once for every step of the lattice, coarse to fine. `spacing` is the distance in original
   * pixels between neighbouring pixels of the image that the step completes: 2 at the coarse step of ratios 8 and 16, else 1.
   */
  readonly network: (step: StepName, place: { readonly spacing: number }) => Promise<Network>;
  /**
   * Averages what the networks draw of the image and of its mirrored and turned forms (Lim et al., 2017, "Enhanced deep
   * residual networks", call it geometric self-ensemble): those of the eight symmetries of the square that map the
   * lattice step to itself, which are all for quincunx and grid; for rows they are four, and their negatives make eight.
   * Eight times the work. Default: false.
   */
  readonly selfEnsemble?: boolean | undefined;
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
 * Restores an NNC file; or, where `lattice` is stated, a PNG without a chunk, as the program of 2020 wrote them.
 *
 * Kept pixels come back exactly. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 */
export async function restore(file: Uint8Array, options: RestoreOptions): Promise<RestoredImage> {
  const { waiting, lattice, size, ...facts } = openWaiting(file, options);
  const levels = coarseToFine(size, latticeSteps(lattice));
  const total = levels.reduce((sum, { cells }) => sum + cells.width * cells.height, 0);
  let before = 0;
  for (const [index, level] of levels.entries()) {
    const cells = level.cells.width * level.cells.height;
    const restored = await restoreLevel(waiting, {
      ...options,
      ...level,
      isMostlyDrawn: index > 0 && drawsMost(levels[index - 1]!.step),
      onProgress: (done, all) =>
        options.onProgress?.(before + Math.round(cells * done / all), total),
    });
    waiting.push(restored);
    before += cells;
  }
  return { ...waiting[0]!, ...facts, lattice };
}

/** Whether more pixels of a cell are drawn than kept. */
function drawsMost(step: StepName): boolean {
  const { kept, missing } = STEP_CELLS[step];
  return missing.length > kept.length;
}

/**
 * Opens a file and puts its pixels into a list that a step takes them from. Nothing else holds on to them: of a
 * large image, they would lie in memory until the last step is done.
 */
function openWaiting(
  file: Uint8Array,
  options: OpenOptions,
): Omit<NncFile, "packed"> & { waiting: Raster[] } {
  const { packed, ...facts } = openNncFile(file, options);
  return { waiting: [packed], ...facts };
}

async function restoreLevel(
  waiting: Raster[],
  options: Omit<RestoreOptions, "size"> & Level & { isMostlyDrawn: boolean },
): Promise<Raster> {
  const { engine, step, spacing, size, selfEnsemble, tile, signal, onProgress } = options;
  const geometry = GEOMETRIES[step];
  const network = await options.network(step, { spacing });
  const correction = options.isMostlyDrawn ? attenuate(network) : network;
  const { kept, visible, channels } = takeCells(waiting, options);
  const missing = await engine.restoreCells(correction, {
    geometry,
    kept: visible,
    ...(selfEnsemble && { views: symmetricViews(visible, { step, size }) }),
    ...(tile !== undefined && { tile }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (hasAlpha(channels)) interpolateAlpha(missing, { geometry, kept });
  return joinCells({ kept, missing }, { step, size, channels });
}

/** Takes the packed image that waits and sorts it into cells: as it is, and as a network is shown it. */
function takeCells(
  waiting: Raster[],
  options: { step: StepName; size: Size },
): { kept: Cells; visible: Cells; channels: Channels } {
  const packed = waiting.pop()!;
  const kept = keptCells(packed, options);
  const shown = spreadVisibleColours(packed);
  const visible = shown === packed ? kept : keptCells(shown, options);
  return { kept, visible, channels: packed.channels };
}

/** Fills the fourth byte of the missing phases by the fixed interpolation. */
function interpolateAlpha(missing: Cells, from: { geometry: Geometry; kept: Cells }): void {
  const interpolated = interpolateCells(from.geometry, from.kept).data;
  for (let at = 3; at < interpolated.length; at += 4) missing.data[at] = interpolated[at]!;
}
