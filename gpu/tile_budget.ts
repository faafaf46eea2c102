/**
 * How large tiles may be: bounded by memory that is set by design, because drivers promise more than there is, and by
 * the device's limits.
 *
 * @module
 */

import { QUAD_BYTES } from "./activations.ts";
import { GpuError } from "./errors.ts";
import { quadsOf, type Storage } from "./kernels/kernel.ts";
import type { Architecture } from "./network.ts";
import { haloOf } from "./tile_plan.ts";

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

/** The most cells per side that a tile of a network should keep. */
export function largestTile(architecture: Architecture, limits: TileLimits): number {
  const byMemory = Math.floor(Math.sqrt(CHOSEN_BYTES / bytesPerCell(architecture)));
  const byDevice = limits.activations === "buffer"
    ? Math.floor(Math.sqrt(limits.maxStorageBufferBindingSize / planeBytes(architecture)))
    // Sides that are powers of two are given one cell more.
    : limits.maxTextureDimension2D - 1;
  return Math.max(LEAST_TILE, Math.min(byMemory, byDevice) - 2 * haloOf(architecture));
}

/**
 * Checks that a region can be computed.
 *
 * @throws {GpuError} of kind `out-of-memory` if it is too large.
 */
export function checkRegion(
  { width, height }: { width: number; height: number },
  { architecture, limits }: { architecture: Architecture; limits: TileLimits },
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
    `A tile of ${width} × ${height} cells, of which ${
      haloOf(architecture)
    } on each side are only looked at, ` +
      `takes ${mebibytes(needed)} with this network; the limit is ${
        mebibytes(most)
      }. Use a smaller network`,
  );
}

/** Bytes of the widest activations for every cell. */
function planeBytes({ inputs, outputs, channels }: Architecture): number {
  return quadsOf(Math.max(inputs, outputs, channels)) * QUAD_BYTES;
}
