/**
 * What is done to pixels before and after a level is drawn, as tasks: of a large image each takes long enough that a worker does it
 * better than the thread that others wait for.
 *
 * @module
 */

import type { Cells } from "../gpu/geometry.ts";
import { interpolateCells } from "../gpu/reference_restoration.ts";
import { CALLING_THREAD, type Task, type Workers } from "../platform/tasks.ts";
import { spreadVisibleColours } from "./image/visible_colours.ts";
import { joinCells, keptCells } from "./lattice/cells.ts";
import { GEOMETRIES } from "./lattice/geometries.ts";
import type { Level } from "./lattice/pyramid.ts";
import { type Channels, hasAlpha, type Raster, type Size } from "./lattice/raster.ts";

/** The cells that a level starts from. */
export interface ShownCells {
  /** What is kept. */
  readonly kept: Cells;
  /** What a network sees of it: the same cells where colours are visible. */
  readonly visible: Cells;
}

/** Sorts the packed image that a level starts from into cells. */
export const SHOW_CELLS: Task<{ packed: Raster; level: Level }, ShownCells> = {
  name: "show cells",
  work({ packed, level }) {
    const kept = keptCells(packed, level);
    const visibly = spreadVisibleColours(packed);
    const visible = visibly === packed ? kept : keptCells(visibly, level);
    return Promise.resolve({ kept, visible });
  },
};

/** What a level is made of: the kept cells and what was drawn, whose alpha is not looked at. */
export interface JoinLevelInput {
  /** What is kept. */
  readonly kept: Cells;
  /** What was drawn. */
  readonly missing: Cells;
  /** Where they belong. */
  readonly level: Level;
  /** Those of the image. */
  readonly channels: Channels;
}

/** Puts what was drawn of a level where it belongs, with alpha by the fixed interpolation. */
export const JOIN_LEVEL: Task<JoinLevelInput, Raster> = {
  name: "join level",
  work({ kept, missing, level: { step, size }, channels }) {
    if (hasAlpha(channels)) {
      const interpolated = interpolateCells(GEOMETRIES[step], kept).data;
      for (let at = 3; at < interpolated.length; at += 4) missing.data[at] = interpolated[at]!;
    }
    return Promise.resolve(joinCells({ kept, missing }, { step, size, channels }));
  },
};

/** Pixels up to which a worker would be longer in starting than at work. */
const MOST_SMALL_PIXELS = 2 ** 17;

/** Who does the tasks of an image: workers, if there are some and it is worth them. */
export function workersFor({ width, height }: Size, workers: Workers = CALLING_THREAD): Workers {
  return width * height > MOST_SMALL_PIXELS ? workers : CALLING_THREAD;
}
