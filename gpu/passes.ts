/**
 * How often a network runs for a tile: once, or once for each of the views that are averaged.
 *
 * @module
 */

import type { Dispatch } from "./convolution.ts";
import type { Cells, Geometry } from "./geometry.ts";
import type { CellExtent, Tile } from "./tile_plan.ts";
import type { ViewAverage } from "./view_average.ts";
import { cutRegion, tileOfView, type View } from "./views.ts";

/** One run of the network on the way to a tile. */
export interface Pass {
  /** What is uploaded. */
  readonly kept: Cells;
  /** The region of it that is computed, and the part that is needed. */
  readonly tile: Tile;
  /** What ends the network in place of the program's own end. */
  readonly end?: PassEnd;
}

/** An end of a network. */
export interface PassEnd {
  /** Prepares it. Takes effect for what is submitted afterwards. */
  readonly begin: () => void;
  /** Runs it. */
  readonly dispatch: Dispatch;
}

/** The passes of every tile. */
export interface Passes {
  /** How many there are of a tile. */
  readonly count: number;
  /** One of them, by its index; the tile's words go to `offset`. */
  readonly pass: (tile: Tile, at: { index: number; offset: number }) => Pass;
}

/** A single pass over the kept phases themselves. */
export function singlePass(kept: Cells): Passes {
  return { count: 1, pass: (tile) => ({ kept, tile }) };
}

/** A pass for each view, and the average of all by the last. */
export function viewPasses(
  views: readonly View[],
  { geometry, halo, average }: { geometry: Geometry; halo: CellExtent; average: ViewAverage },
): Passes {
  const count = views.length;
  return {
    count,
    pass(tile, { index, offset }) {
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
