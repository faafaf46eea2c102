/**
 * How often a network runs for a tile: once, or once for each of the views that are averaged.
 *
 * @module
 */

import type { Dispatch } from "./dispatch.ts";
import type { Cells, Geometry } from "./geometry.ts";
import type { CellExtent, Tile } from "./tile_plan.ts";
import type { ViewAverage } from "./view_average.ts";
import { cutRegion, tileOfView, type View } from "./views.ts";

/** One run of the network on the way to a tile. */
export interface TileRun {
  /** The kept phases that it works on: the image's own, or those of a view. */
  readonly kept: Cells;
  /** The region of it that is computed, and the part that is needed. */
  readonly tile: Tile;
  /** What ends the network in place of the program's own end. */
  readonly end?: RunEnd | undefined;
}

/** An end of a network. */
export interface RunEnd {
  /** Writes its uniforms. Takes effect for what is submitted afterwards. */
  readonly begin: () => void;
  /** What takes the place of the program's own end. */
  readonly dispatch: Dispatch;
}

/** How the network is run for each tile. */
export interface TileRuns {
  /** Runs for each tile: one, or one a view. */
  readonly count: number;
  /** One of them, by its index; the tile's words go to `offset`. */
  readonly run: (tile: Tile, at: { index: number; offset: number }) => TileRun;
}

/** A single run over the kept phases themselves. */
export function singleRun(kept: Cells): TileRuns {
  return { count: 1, run: (tile) => ({ kept, tile }) };
}

/** A run for each view, and the average of all by the last. */
export function viewRuns(
  views: readonly View[],
  { geometry, halo, average }: { geometry: Geometry; halo: CellExtent; average: ViewAverage },
): TileRuns {
  const count = views.length;
  return {
    count,
    run(tile, { index, offset }) {
      const view = views[index]!;
      const seen = tileOfView(view, { tile, halo });
      const region = cutRegion(view, { tile: seen.tile, phases: geometry.kept });
      const turn = {
        view,
        region: region.kept,
        places: seen.places,
        tile,
        offset,
        index,
        count,
      };
      return {
        ...region,
        end: { begin: () => average.begin(turn), dispatch: average.dispatch(tile) },
      };
    },
  };
}
