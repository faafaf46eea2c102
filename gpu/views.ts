/**
 * Views: the same image seen otherwise, mirrored or turned. What a network draws of several views is averaged, and
 * rounded once.
 *
 * A view has a cell grid of its own, with the same geometry. It shows each missing phase of the image's cells
 * somewhere: from one cell of the image to the next is one step, to whatever side, in the view.
 *
 * @module
 */

import type { Cells, Geometry } from "./geometry.ts";
import { type CellExtent, extentOf, spanAround, type Tile, tileOf } from "./tile_plan.ts";

/** A rectangle of cells. */
export interface CellRegion {
  /** Left edge. */
  readonly x: number;
  /** Upper edge. */
  readonly y: number;
  /** Cells in a row. */
  readonly width: number;
  /** Rows of cells. */
  readonly height: number;
}

/** Where a view shows a missing phase of the image. */
export interface Place {
  /** Index of the missing phase of the view's cells. */
  readonly phase: number;
  /** Column of the view's cell that shows the image's cell (0, 0). It may lie outside the view. */
  readonly x: number;
  /** Row of that cell. */
  readonly y: number;
}

/** From a cell to one of its four neighbours. */
export type Direction = readonly [x: -1 | 0 | 1, y: -1 | 0 | 1];

/** The same image seen otherwise. */
export interface View {
  /** Cells in a row of the view. */
  readonly width: number;
  /** Its rows of cells. */
  readonly height: number;
  /** Where one goes in the view while going right in the image. */
  readonly right: Direction;
  /** Where one goes in the view while going down in the image. */
  readonly down: Direction;
  /** Where each missing phase is shown, `[missing]`. Places outside the view stand for the nearest cell inside. */
  readonly places: readonly Place[];
  /** Whether levels are shown as 255 less what they are. What is drawn is turned back. Default: false. */
  readonly isNegative?: boolean | undefined;
  /** The kept phases of a region of the view. */
  kept(region: CellRegion): Cells;
}

/** The view that shows an image as it is. */
export function plainView(kept: Cells, { missing }: Geometry): View {
  return {
    width: kept.width,
    height: kept.height,
    right: [1, 0],
    down: [0, 1],
    places: Array.from({ length: missing }, (_, phase) => ({ phase, x: 0, y: 0 })),
    kept: (region) => cropCells(kept, region),
  };
}

/** A view as its negative. */
export function negativeOf(view: View): View {
  return {
    ...view,
    isNegative: !view.isNegative,
    kept(region) {
      const cells = view.kept(region);
      const data = cells.data.slice();
      for (let i = 0; i < data.length; i++) data[i] = 255 - data[i]!;
      return { ...cells, data };
    },
  };
}

/** What of a view is computed for a tile of the image. */
export interface ViewTile {
  /** The region that is computed, and the part of it that shows the tile; in cells of the view. */
  readonly tile: Tile;
  /** Where the region shows the tile's first cell, for each of its missing phases; in cells of the region. */
  readonly places: readonly Place[];
}

/** What of a view is computed for a tile of the image where results depend on cells of the view `halo` cells away. */
export function tileOfView(
  view: View,
  { tile, halo }: { tile: Tile; halo: number | CellExtent },
): ViewTile {
  const around = extentOf(halo);
  const { right, down } = view;
  const [stepX, stepY] = [right[0] + down[0], right[1] + down[1]];
  const first = view.places.map(({ phase, x, y }) => ({
    phase,
    x: x + tile.x * right[0] + tile.y * down[0],
    y: y + tile.x * right[1] + tile.y * down[1],
  }));
  const isTurned = right[0] === 0;
  const [across, along] = isTurned ? [tile.height, tile.width] : [tile.width, tile.height];
  const column = spanOf(first.map(({ x }) => x), { steps: stepX * (across - 1), of: view.width });
  const row = spanOf(first.map(({ y }) => y), { steps: stepY * (along - 1), of: view.height });
  const seen = tileOf(
    spanAround(column, { length: view.width, halo: around.width }),
    spanAround(row, { length: view.height, halo: around.height }),
  );
  const places = first.map(({ phase, x, y }) => ({
    phase,
    x: x - seen.regionX,
    y: y - seen.regionY,
  }));
  return { tile: seen, places };
}

/**
 * The kept phases of a tile's region, and the tile in cells of that region.
 *
 * @throws {RangeError} if the view yields other cells than it was asked for.
 */
export function cutRegion(
  view: View,
  { tile, phases }: { tile: Tile; phases: number },
): { kept: Cells; tile: Tile } {
  const { regionX, regionY, regionWidth: width, regionHeight: height } = tile;
  const kept = view.kept({ x: regionX, y: regionY, width, height });
  if (
    kept.width !== width || kept.height !== height || kept.phases !== phases ||
    kept.data.length !== width * height * phases * 4
  ) {
    throw new RangeError(
      `A view was asked for ${phases} phases of ${width} × ${height} cells, found ${kept.phases} of ` +
        `${kept.width} × ${kept.height} in ${kept.data.length} bytes`,
    );
  }
  return {
    kept,
    tile: { ...tile, regionX: 0, regionY: 0, x: tile.x - regionX, y: tile.y - regionY },
  };
}

/** The largest region that any of the views needs for any of the tiles. */
export function largestRegion(
  views: readonly View[],
  { tiles, halo }: { tiles: readonly Tile[]; halo: number | CellExtent },
): CellExtent {
  const regions = views.flatMap((view) =>
    tiles.map((tile) => tileOfView(view, { tile, halo }).tile)
  );
  return {
    width: Math.max(...regions.map(({ regionWidth }) => regionWidth)),
    height: Math.max(...regions.map(({ regionHeight }) => regionHeight)),
  };
}

/**
 * Checks that views show every missing phase of a geometry.
 *
 * @throws {RangeError} if there is no view, or one does not.
 */
export function checkViews(views: readonly View[], geometry: Geometry): void {
  if (views.length === 0) throw new RangeError("There must be at least one view, found none");
  for (const { width, height, right, down, places } of views) {
    const isStep = ([x, y]: Direction) => Math.abs(x) + Math.abs(y) === 1;
    if (!isStep(right) || !isStep(down) || right[0] * down[0] + right[1] * down[1] !== 0) {
      throw new RangeError(
        `A view must go one cell to two different sides, found ${JSON.stringify([right, down])}`,
      );
    }
    for (const count of [width, height]) {
      if (!Number.isSafeInteger(count) || count < 1) {
        throw new RangeError(`A view must have at least one cell a side, found ${count}`);
      }
    }
    if (places.length !== geometry.missing) {
      throw new RangeError(
        `A view must show ${geometry.missing} missing phases, found ${places.length}`,
      );
    }
    for (const { phase, x, y } of places) {
      const isKnown = Number.isInteger(phase) && phase >= 0 && phase < geometry.missing;
      if (!isKnown || !Number.isSafeInteger(x) || !Number.isSafeInteger(y)) {
        throw new RangeError(
          `A view shows a phase out of range: ${JSON.stringify({ phase, x, y })}`,
        );
      }
    }
  }
}

/** From the least to the greatest cell that is reached from any of the first ones, inside an axis of `of` cells. */
function spanOf(
  firsts: readonly number[],
  { steps, of }: { steps: number; of: number },
): { start: number; end: number } {
  const inside = (cell: number) => Math.min(of - 1, Math.max(0, cell));
  const ends = firsts.flatMap((first) => [inside(first), inside(first + steps)]);
  return { start: Math.min(...ends), end: Math.max(...ends) + 1 };
}

function cropCells(cells: Cells, { x, y, width, height }: CellRegion): Cells {
  const data = new Uint8Array(cells.phases * width * height * 4);
  for (let phase = 0; phase < cells.phases; phase++) {
    for (let row = 0; row < height; row++) {
      const from = ((phase * cells.height + y + row) * cells.width + x) * 4;
      const to = (phase * height + row) * width * 4;
      data.set(cells.data.subarray(from, from + width * 4), to);
    }
  }
  return { width, height, phases: cells.phases, data };
}
