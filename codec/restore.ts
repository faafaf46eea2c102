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
import { type Channels, hasAlpha, type Raster } from "./lattice/raster.ts";
import type { Image } from "./image/image.ts";
import { STEP_CELLS, type StepName } from "./lattice/steps.ts";
import { GEOMETRIES } from "./lattice/geometries.ts";
import { type Lattice, latticeSteps } from "./lattice/lattice.ts";
import { coarseToFine, type Level } from "./lattice/pyramid.ts";
import type { OpenOptions } from "./file_shape.ts";
import { type ChecksumState, type NncFile, openNncFile } from "./nnc_file.ts";
import { symmetricViews } from "./lattice/symmetric_views.ts";
import { spreadVisibleColours } from "./image/visible_colours.ts";

/** How a file is opened and drawn. */
export interface RestoreFileOptions extends OpenOptions {
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
 * Restores an NNC file, opened or not; or, where `lattice` is stated, a PNG without a chunk, as the program of 2020 wrote them.
 *
 * Kept pixels come back exactly. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 */
export async function restore(
  source: Uint8Array | NncFile,
  options: RestoreFileOptions,
): Promise<RestoredImage> {
  const file = source instanceof Uint8Array ? openNncFile(source, options) : source;
  const levels = coarseToFine(file.size, latticeSteps(file.lattice));
  const progressOf = shareProgress(levels, options.onProgress);
  let shown: ShownCells;
  let checksum: ChecksumState;
  ({ shown, checksum } = showFile(file, levels[0]!));
  for (const [index, finer] of levels.slice(1).entries()) {
    const level = levels[index]!;
    const onProgress = progressOf(level);
    // Nothing else may hold on to what is drawn: of a large image, it would lie in memory until the last level is done.
    shown = showCells(await drawLevel(shown, { ...options, level, onProgress }), {
      level: finer,
      isMostlyDrawn: drawsMost(level.step),
    });
  }
  const level = levels.at(-1)!;
  const image = await drawLevel(shown, { ...options, level, onProgress: progressOf(level) });
  const { metadata, lattice, hasChunk } = file;
  return { ...image, metadata, lattice, hasChunk, checksum };
}

/** What a level starts from: the cells that are kept, and what a network sees of them. */
interface ShownCells {
  readonly kept: Cells;
  /** The same cells where colours are visible. */
  readonly visible: Cells;
  readonly channels: Channels;
  /** Whether most of the kept pixels are another network's drawing. */
  readonly isMostlyDrawn: boolean;
}

function showFile(
  file: NncFile,
  coarsest: Level,
): { shown: ShownCells; checksum: ChecksumState } {
  const { packed, checksum } = file.readPixels();
  return { shown: showCells(packed, { level: coarsest, isMostlyDrawn: false }), checksum };
}

/** Sorts the packed image that a level starts from into cells: as it is, and as a network is shown it. */
function showCells(
  packed: Raster,
  { level, isMostlyDrawn }: { level: Level; isMostlyDrawn: boolean },
): ShownCells {
  const kept = keptCells(packed, level);
  const visibly = spreadVisibleColours(packed);
  const visible = visibly === packed ? kept : keptCells(visibly, level);
  return { kept, visible, channels: packed.channels, isMostlyDrawn };
}

/** Whether more pixels of a cell are drawn than kept. */
function drawsMost(step: StepName): boolean {
  const { kept, missing } = STEP_CELLS[step];
  return missing.length > kept.length;
}

/** Draws what a level is missing, and puts it where it belongs. */
async function drawLevel(
  { kept, visible, channels, isMostlyDrawn }: ShownCells,
  options: RestoreFileOptions & { level: Level },
): Promise<Raster> {
  const { engine, level, selfEnsemble, tile, signal, onProgress } = options;
  const { step, spacing, size } = level;
  const geometry = GEOMETRIES[step];
  const network = await options.network(step, { spacing });
  const missing = await engine.restoreCells(isMostlyDrawn ? attenuate(network) : network, {
    geometry,
    kept: visible,
    ...(selfEnsemble && { views: symmetricViews(visible, { step, size }) }),
    tile,
    signal,
    onProgress,
  });
  if (hasAlpha(channels)) interpolateAlpha(missing, { geometry, kept });
  return joinCells({ kept, missing }, { step, size, channels });
}

/** Tells the progress of single levels as that of all cells. */
function shareProgress(
  levels: readonly Level[],
  onProgress: RestoreFileOptions["onProgress"],
): (level: Level) => (done: number, all: number) => void {
  const countOf = ({ cells }: Level) => cells.width * cells.height;
  const sum = (some: readonly Level[]) => some.reduce((count, level) => count + countOf(level), 0);
  const total = sum(levels);
  return (level) => {
    const before = sum(levels.slice(0, levels.indexOf(level)));
    return (done, all) => onProgress?.(before + Math.round(countOf(level) * done / all), total);
  };
}

/** Fills the fourth byte of the missing phases by the fixed interpolation. */
function interpolateAlpha(missing: Cells, from: { geometry: Geometry; kept: Cells }): void {
  const interpolated = interpolateCells(from.geometry, from.kept).data;
  for (let at = 3; at < interpolated.length; at += 4) missing.data[at] = interpolated[at]!;
}
