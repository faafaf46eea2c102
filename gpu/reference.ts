/**
 * The engine in plain TypeScript, accumulating in float64: the oracle of every kernel, and what runs where there is
 * no adapter.
 *
 * Every value is a function of its neighbourhood alone, summed in one fixed order, so the result does not depend on
 * how an image is cut into tiles.
 *
 * @module
 */

import type { Cells, Geometry, Tap } from "./geometry.ts";
import type { Layer, Network } from "./network.ts";
import { checkGeometry, checkRestoration, type RestoreOptions } from "./restoration.ts";
import { haloOf, planTiles, type Tile } from "./tile_plan.ts";
import { cutRegion, type Place, plainView, tileOfView, type View } from "./views.ts";

/** Width and height of a plane, in cells. */
export interface PlaneShape {
  /** Cells per row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

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
 * Convolves `x`, `[height][width][inputs]`, with a layer: 3×3, edges replicated, bias and PReLU applied.
 *
 * @returns `[height][width][outputs]`
 * @throws {RangeError} if `x` is not of the shape stated.
 */
export function convolve(layer: Layer, x: Float64Array, shape: PlaneShape): Float64Array {
  const { inputs, outputs } = layer;
  const { width, height } = shape;
  if (x.length !== width * height * inputs) {
    throw new RangeError(
      `${inputs} channels of ${width} × ${height} cells are ${
        width * height * inputs
      } values, found ${x.length}`,
    );
  }
  const weights = transposeWeights(layer);
  const bias = Float64Array.from(layer.bias);
  const slopes = layer.slopes && Float64Array.from(layer.slopes);
  const length = 9 * inputs;
  const quads = Math.ceil(outputs / 4);
  const patches = new Float64Array(2 * length);
  const y = new Float64Array(width * height * outputs);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 2) {
      gatherPatch(x, { shape, inputs, row, column, target: patches, offset: 0 });
      const second = Math.min(column + 1, width - 1);
      gatherPatch(x, { shape, inputs, row, column: second, target: patches, offset: length });
      const at = (row * width + column) * outputs;
      const isPair = second > column;
      for (let quad = 0; quad < quads; quad++) {
        let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
        let w = quad * length * 4;
        for (let k = 0; k < length; k++, w += 4) {
          const a = patches[k]!;
          const b = patches[length + k]!;
          const w0 = weights[w]!, w1 = weights[w + 1]!, w2 = weights[w + 2]!, w3 = weights[w + 3]!;
          a0 += a * w0;
          a1 += a * w1;
          a2 += a * w2;
          a3 += a * w3;
          b0 += b * w0;
          b1 += b * w1;
          b2 += b * w2;
          b3 += b * w3;
        }
        const sums = [a0, a1, a2, a3, b0, b1, b2, b3];
        const count = Math.min(4, outputs - quad * 4);
        for (let i = 0; i < count; i++) {
          const output = quad * 4 + i;
          const slope = slopes ? slopes[output]! : 1;
          const first = sums[i]! + bias[output]!;
          y[at + output] = first < 0 ? first * slope : first;
          if (!isPair) continue;
          const next = sums[4 + i]! + bias[output]!;
          y[at + outputs + output] = next < 0 ? next * slope : next;
        }
      }
    }
  }
  return y;
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
  options: RestoreOptions,
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
      await new Promise((resolve) => setTimeout(resolve, 0));
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

/** Reorders `[outputs][inputs][9]` to `[output quad][9][inputs][4]`, the order in which {@link convolve} reads. */
function transposeWeights({ inputs, outputs, weights }: Layer): Float64Array {
  const quads = Math.ceil(outputs / 4);
  const transposed = new Float64Array(quads * 9 * inputs * 4);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const index = (((output >> 2) * 9 + tap) * inputs + input) * 4 + (output & 3);
        transposed[index] = weights[(output * inputs + input) * 9 + tap]!;
      }
    }
  }
  return transposed;
}

function gatherPatch(
  x: Float64Array,
  { shape, inputs, row, column, target, offset }: {
    shape: PlaneShape;
    inputs: number;
    row: number;
    column: number;
    target: Float64Array;
    offset: number;
  },
): void {
  const { width, height } = shape;
  let to = offset;
  for (let dy = -1; dy <= 1; dy++) {
    const line = Math.min(height - 1, Math.max(0, row + dy)) * width;
    for (let dx = -1; dx <= 1; dx++) {
      const from = (line + Math.min(width - 1, Math.max(0, column + dx))) * inputs;
      for (let input = 0; input < inputs; input++) target[to++] = x[from + input]!;
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
        for (let byte = 0; byte < 4; byte++) sums[to++]! += drawn[from + byte]!;
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
