/**
 * Drawing what an image lacks, level by level from coarse to fine.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import type { Cells, Geometry } from "../gpu/geometry.ts";
import type { Network } from "../gpu/network.ts";
import { interpolateCells } from "../gpu/reference_restoration.ts";
import { attenuate } from "./attenuation.ts";
import { spreadVisibleColours } from "./image/visible_colours.ts";
import { joinCells, keptCells } from "./lattice/cells.ts";
import { GEOMETRIES } from "./lattice/geometries.ts";
import type { Level } from "./lattice/pyramid.ts";
import { type Channels, hasAlpha, type Raster } from "./lattice/raster.ts";
import { STEP_CELLS, type StepName } from "./lattice/steps.ts";
import { symmetricViews } from "./lattice/symmetric_views.ts";

/** How missing pixels are drawn. */
export interface DrawOptions {
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

/** What is drawn. */
export interface LevelOptions extends DrawOptions {
  /** From coarse to fine; one at least. */
  readonly levels: readonly Level[];
  /** Puts what is known besides the packed pixels into the image that the first level completes. Default: nothing is. */
  readonly complete?: ((image: Raster) => void) | undefined;
}

/**
 * Draws the levels of an image.
 *
 * @param readPacked gives the packed image that the coarsest level starts from; asked once, so that it lies in memory no
 * longer than it is worked on
 */
export async function drawLevels(
  readPacked: () => Raster,
  options: LevelOptions,
): Promise<Raster> {
  const { levels, complete } = options;
  const progressOf = shareProgress(levels, options.onProgress);
  let shown = showCells(readPacked(), { level: levels[0]!, isMostlyDrawn: false });
  const draw = async (level: Level): Promise<Raster> => {
    const image = await drawLevel(shown, { ...options, level, onProgress: progressOf(level) });
    if (level === levels[0]) complete?.(image);
    return image;
  };
  for (const [index, finer] of levels.slice(1).entries()) {
    const level = levels[index]!;
    // Nothing else may hold on to what is drawn: of a large image, it would lie in memory until the last level is done.
    shown = showCells(await draw(level), { level: finer, isMostlyDrawn: drawsMost(level.step) });
  }
  return await draw(levels.at(-1)!);
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
  options: DrawOptions & { level: Level },
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
  onProgress: DrawOptions["onProgress"],
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
