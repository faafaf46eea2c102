/**
 * The engine in plain TypeScript, accumulating in float64: the oracle of every kernel, and what runs where there is
 * no adapter.
 *
 * Every value is a function of its neighbourhood alone, summed in one fixed order, so the result does not depend on
 * how an image is cut into tiles.
 *
 * @module
 */

import { pause } from "../platform/pause.ts";
import type { Cells, Geometry, Tap } from "./geometry.ts";
import type { Network } from "./network.ts";
import { convolve, type PlaneShape } from "./reference_convolution.ts";
import { checkGeometry, checkRestoration, type RestoreCellsOptions } from "./restoration.ts";
import { haloOf, planTiles, type Tile } from "./tile_plan.ts";
import { cutRegion, type Place, plainView, tileOfView, type View } from "./views.ts";

const REFERENCE_TILE = 128;

/**
 * Draws the missing phases with the fixed interpolation alone: what an untrained network yields.
 *
 * All four bytes of a cell's phase are interpolated, so the fourth may carry alpha.
 *
 * @returns Cells with `geometry.missing` phases, rounded with floor(v + 0.5).
 * @throws {RangeError} if the geometry does not fit the cells.
 */
export function interpolateCells(geometry: Geometry, kept: Cells): Cells {
  checkGeometry(geometry, kept);
  const { width, height } = kept;
  const restored = emptyCells(kept, geometry.missing);
  const base = new Float64Array(width * 4);
  for (let phase = 0; phase < geometry.missing; phase++) {
    for (let y = 0; y < height; y++) {
      interpolateRow(base, { taps: geometry.base[phase]!, kept, x: 0, y });
      const target = (phase * height + y) * width * 4;
      for (let i = 0; i < base.length; i++) restored.data[target + i] = toByte(base[i]!);
    }
  }
  return restored;
}

/**
 * Runs a whole network on `x`, `[height][width][inputs]`.
 *
 * @returns `[height][width][outputs]`
 * @throws {RangeError} if `x` is not of the shape stated.
 */
export function forward(network: Network, x: Float64Array, shape: PlaneShape): Float64Array {
  const { layers } = network;
  let h = convolve(layers[0]!, x, shape);
  for (let index = 1; index < layers.length - 1; index += 2) {
    const inner = convolve(layers[index]!, h, shape);
    const sum = convolve(layers[index + 1]!, inner, shape);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + h[i]!;
    h = sum;
  }
  return convolve(layers.at(-1)!, h, shape);
}

/**
 * Draws the missing phases with a network, on the CPU.
 *
 * @returns Cells with `geometry.missing` phases.
 * @throws {RangeError} if the network does not fit the geometry or the cells; the signal's reason if aborted.
 */
export async function restoreCellsByReference(
  network: Network,
  options: RestoreCellsOptions,
): Promise<Cells> {
  checkRestoration(network, options);
  const { geometry, kept, tile = REFERENCE_TILE, signal, onProgress } = options;
  const views = options.views ?? [plainView(kept, geometry)];
  const halo = haloOf(network.architecture);
  const { tiles } = planTiles(kept, { tile, halo });
  const restored = emptyCells(kept, geometry.missing);
  let done = 0;
  for (const part of tiles) {
    const sums = new Float64Array(part.width * part.height * geometry.missing * 4);
    for (const view of views) {
      signal?.throwIfAborted();
      const seen = tileOfView(view, { tile: part, halo });
      const region = cutRegion(view, { tile: seen.tile, phases: geometry.kept });
      const drawn = drawRegion(network, { geometry, kept: region.kept });
      addView(sums, { drawn, region: region.kept, part, view, places: seen.places });
      onProgress?.(++done, tiles.length * views.length);
      await pause();
    }
    writeTile(restored, { part, sums, views: views.length });
  }
  return restored;
}

function emptyCells({ width, height }: Cells, phases: number): Cells {
  return { width, height, phases, data: new Uint8Array(phases * width * height * 4) };
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.floor(value + 0.5)));
}

/** Interpolates cells of row `y` from column `x` on, as many as `target` holds, four bytes each; not yet rounded. */
function interpolateRow(
  target: Float64Array,
  { taps, kept, x, y }: { taps: readonly Tap[]; kept: Cells; x: number; y: number },
): void {
  const { width, height, data } = kept;
  target.fill(0);
  for (const { phase, dx, dy, weight } of taps) {
    const row = Math.min(height - 1, Math.max(0, y + dy));
    const line = (phase * height + row) * width;
    for (let i = 0, column = x + dx; i < target.length; i += 4, column++) {
      const from = (line + Math.min(width - 1, Math.max(0, column))) * 4;
      for (let byte = 0; byte < 4; byte++) target[i + byte]! += weight * data[from + byte]!;
    }
  }
}

/** The kept phases as a network sees them, `[height][width][3 × phases]`. */
function centreCells({ width, height, phases, data }: Cells): Float64Array {
  const inputs = 3 * phases;
  const x = new Float64Array(width * height * inputs);
  for (let phase = 0; phase < phases; phase++) {
    for (let cell = 0; cell < width * height; cell++) {
      const from = (phase * width * height + cell) * 4;
      const to = cell * inputs + 3 * phase;
      for (let colour = 0; colour < 3; colour++) x[to + colour] = data[from + colour]! / 255 - 0.5;
    }
  }
  return x;
}

/** The missing phases as a network draws them, `[missing][height][width][4]` levels, not yet rounded. */
function drawRegion(
  network: Network,
  { geometry, kept }: { geometry: Geometry; kept: Cells },
): Float64Array {
  const { width, height } = kept;
  const outputs = 3 * geometry.missing;
  const y = forward(network, centreCells(kept), kept);
  const drawn = new Float64Array(geometry.missing * width * height * 4);
  geometry.base.forEach((taps, phase) => {
    for (let row = 0; row < height; row++) {
      const line = phase * height + row;
      const target = drawn.subarray(line * width * 4, (line + 1) * width * 4);
      interpolateRow(target, { taps, kept, x: 0, y: row });
      for (let column = 0; column < width; column++) {
        const from = (row * width + column) * outputs + 3 * phase;
        for (let colour = 0; colour < 3; colour++) {
          target[column * 4 + colour]! += 255 * y[from + colour]!;
        }
      }
    }
  });
  return drawn;
}

/** Adds what a view's region shows of a tile to the tile's sums, `[missing][height][width][4]`. */
function addView(
  sums: Float64Array,
  { drawn, region, part, view, places }: {
    drawn: Float64Array;
    region: Cells;
    part: Tile;
    view: View;
    places: readonly Place[];
  },
): void {
  const { right, down } = view;
  const inside = (cell: number, cells: number) => Math.min(cells - 1, Math.max(0, cell));
  let to = 0;
  for (const place of places) {
    for (let row = 0; row < part.height; row++) {
      for (let column = 0; column < part.width; column++) {
        const x = inside(place.x + column * right[0] + row * down[0], region.width);
        const y = inside(place.y + column * right[1] + row * down[1], region.height);
        const from = ((place.phase * region.height + y) * region.width + x) * 4;
        for (let byte = 0; byte < 4; byte++) {
          const level = drawn[from + byte]!;
          sums[to++]! += view.isNegative ? 255 - level : level;
        }
      }
    }
  }
}

/** Writes the means of a tile, rounded. */
function writeTile(
  restored: Cells,
  { part, sums, views }: { part: Tile; sums: Float64Array; views: number },
): void {
  const length = part.width * 4;
  for (let line = 0; line < restored.phases * part.height; line++) {
    const phase = Math.floor(line / part.height);
    const row = part.y + line % part.height;
    const to = ((phase * restored.height + row) * restored.width + part.x) * 4;
    for (let i = 0; i < length; i++) {
      restored.data[to + i] = toByte(sums[line * length + i]! / views);
    }
  }
}
