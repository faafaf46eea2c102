/**
 * How large tiles may be: bounded by memory that is set by design, because drivers promise more than there is, and by
 * the device's limits.
 *
 * @module
 */

import { QUAD_BYTES } from "./activations.ts";
import { GpuError } from "./errors.ts";
import { quadsOf, type Storage } from "./kernels/conv_kernel.ts";
import type { Architecture } from "./network.ts";
import {
  alignUp,
  type CellExtent,
  longestOf,
  planAxis,
  REGION_ALIGNMENT,
  type Span,
} from "./tile_plan.ts";

/** Bytes of activations that a tile takes by choice: enough that halos cost little, far below any machine's memory. */
const CHOSEN_BYTES = 192 * 2 ** 20;

/** Bytes of activations that a tile may take at all: a very deep network's halo can be larger than its tile. */
const MOST_BYTES = 2 ** 30;

/** Fewest cells per side of a tile that are planned for. */
const LEAST_TILE = 16;

/** What bounds a tile on a device, besides memory. */
export interface TileLimits {
  /** Where activations are kept. */
  readonly activations: Storage;
  /** Bytes that a buffer may have for a shader. */
  readonly maxStorageBufferBindingSize: number;
  /** Side of the largest texture. */
  readonly maxTextureDimension2D: number;
}

/** Bytes on the device for every cell of a region. */
export function bytesPerCell({ inputs, outputs, channels }: Architecture): number {
  const quads = quadsOf(inputs) + quadsOf(outputs) + 3 * quadsOf(channels);
  return quads * QUAD_BYTES + Math.ceil(inputs / 3) * 4;
}

/** What a network's tiles are bounded by. */
export interface TileBudget {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** How far a cell's result may depend on others. */
  readonly halo: CellExtent;
  /** What the device lets a tile's buffers and textures have. */
  readonly limits: TileLimits;
}

/** The most cells per side that square tiles should keep. */
export function largestTile({ architecture, halo, limits }: TileBudget): number {
  const { cells, side } = regionRoom({ architecture, limits });
  const region = Math.min(Math.floor(Math.sqrt(cells)), side);
  return Math.max(LEAST_TILE, region - 2 * Math.max(halo.width, halo.height));
}

/** The most cells to keep across and down, so that the fewest are computed twice in an image of so many. */
export function bestTile(
  shape: CellExtent,
  { architecture, halo, limits }: TileBudget,
): CellExtent {
  const { cells, side } = regionRoom({ architecture, limits });
  let best: { tile: CellExtent; computed: number } | undefined;
  for (let count = 1; count <= Math.ceil(shape.width / LEAST_TILE); count++) {
    const width = alignUp(Math.ceil(shape.width / count));
    const columns = planAxis(shape.width, { tile: width, halo: halo.width });
    // More columns only overlap more.
    if (best && cellsOf(columns) * shape.height >= best.computed) break;
    const across = longestOf(columns);
    const down = Math.min(side, Math.floor(cells / across));
    const height = down >= shape.height
      ? alignUp(shape.height)
      : down - 2 * halo.height - (REGION_ALIGNMENT - 1);
    if (across > side || height < Math.min(shape.height, LEAST_TILE)) continue;
    const rows = planAxis(shape.height, { tile: height, halo: halo.height });
    const computed = cellsOf(columns) * cellsOf(rows);
    if (!best || computed < best.computed) best = { tile: { width, height }, computed };
  }
  return best?.tile ?? { width: LEAST_TILE, height: LEAST_TILE };
}

function cellsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { regionLength }) => sum + regionLength, 0);
}

/** Cells of a region, and of its longer side, at most. */
function regionRoom(
  { architecture, limits }: Pick<TileBudget, "architecture" | "limits">,
): { cells: number; side: number } {
  const byMemory = CHOSEN_BYTES / bytesPerCell(architecture);
  if (limits.activations === "buffer") {
    const byBinding = limits.maxStorageBufferBindingSize / planeBytes(architecture);
    return { cells: Math.floor(Math.min(byMemory, byBinding)), side: Infinity };
  }
  // Sides that are powers of two are given one cell more.
  return { cells: Math.floor(byMemory), side: limits.maxTextureDimension2D - 1 };
}

/**
 * Checks that a region can be computed.
 *
 * @throws {GpuError} of kind `out-of-memory` if it is too large.
 */
export function checkRegion(
  { width, height }: { width: number; height: number },
  { architecture, halo, limits }: TileBudget,
): void {
  const cells = width * height;
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const all = cells * bytesPerCell(architecture);
  const one = cells * planeBytes(architecture);
  const isBuffer = limits.activations === "buffer";
  const [needed, most] = isBuffer && one > limits.maxStorageBufferBindingSize
    ? [one, limits.maxStorageBufferBindingSize]
    : [all, MOST_BYTES];
  if (needed <= most) return;
  throw new GpuError(
    "out-of-memory",
    `A tile of ${width} × ${height} cells, of which ${halo.width} on the left and on the right and ${halo.height} ` +
      `above and below are only looked at, takes ${
        mebibytes(needed)
      } with this network; the limit is ${mebibytes(most)}. Use a smaller network`,
  );
}

/** Bytes of the widest activations for every cell. */
function planeBytes({ inputs, outputs, channels }: Architecture): number {
  return quadsOf(Math.max(inputs, outputs, channels)) * QUAD_BYTES;
}
