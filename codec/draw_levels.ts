/**
 * Drawing what an image lacks, level by level from coarse to fine.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import type { Network } from "../gpu/network.ts";
import type { Workers } from "../platform/tasks.ts";
import { attenuate } from "./attenuation.ts";
import { GEOMETRIES } from "./lattice/geometries.ts";
import type { Level } from "./lattice/pyramid.ts";
import type { Channels, Raster } from "./lattice/raster.ts";
import { STEP_CELLS, type StepName } from "./lattice/steps.ts";
import { symmetricViews } from "./lattice/symmetric_views.ts";
import { JOIN_LEVEL, SHOW_CELLS, type ShownCells, workersFor } from "./level_tasks.ts";

/** How missing pixels are drawn. */
export interface DrawOptions {
  /** What draws. It stays open. */
  readonly engine: Pick<Engine, "restoreCells">;
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
  /** Sort and join the pixels of large images. Default: the calling thread. */
  readonly workers?: Workers | undefined;
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
  readPacked: () => Raster | Promise<Raster>,
  options: LevelOptions,
): Promise<Raster> {
  const { levels, complete } = options;
  const progressOf = shareProgress(levels, options.onProgress);
  let start = await startFrom(await readPacked(), { ...options, level: levels[0]! });
  const draw = async (level: Level): Promise<Raster> => {
    const image = await drawLevel(start, { ...options, level, onProgress: progressOf(level) });
    if (level === levels[0]) complete?.(image);
    return image;
  };
  for (const [index, level] of levels.slice(1).entries()) {
    // Nothing else may hold on to what is drawn: of a large image, it would lie in memory until the last level is done.
    start = await startFrom(await draw(levels[index]!), { ...options, level });
  }
  return await draw(levels.at(-1)!);
}

/** What a level starts from. */
interface Start extends ShownCells {
  readonly channels: Channels;
}

async function startFrom(
  packed: Raster,
  { level, levels, workers, signal }: LevelOptions & { level: Level },
): Promise<Start> {
  const { channels } = packed;
  // The coarsest level's may be the caller's.
  const handOver = level !== levels[0];
  const input = { packed, level };
  const shown = await workersFor(level.size, workers)
    .run(SHOW_CELLS, { input, signal, handOver });
  return { ...shown, channels };
}

/** Draws what a level is missing, and puts it where it belongs. */
async function drawLevel(
  { kept, visible, channels }: Start,
  options: LevelOptions & { level: Level },
): Promise<Raster> {
  const { engine, level, levels, selfEnsemble, tile, workers, signal, onProgress } = options;
  const { step, spacing, size } = level;
  const coarser = levels[levels.indexOf(level) - 1];
  const network = await options.network(step, { spacing });
  const missing = await engine.restoreCells(
    coarser && drawsMost(coarser.step) ? attenuate(network) : network,
    {
      geometry: GEOMETRIES[step],
      kept: visible,
      ...(selfEnsemble && { views: symmetricViews(visible, { step, size }) }),
      tile,
      signal,
      onProgress,
    },
  );
  return await workersFor(size, workers)
    .run(JOIN_LEVEL, { input: { kept, missing, level, channels }, signal, handOver: true });
}

/** Whether more pixels of a cell are drawn than kept. */
function drawsMost(step: StepName): boolean {
  const { kept, missing } = STEP_CELLS[step];
  return missing.length > kept.length;
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
