/**
 * Restoring images of any size in bounded memory, tile by tile.
 *
 * Tiles gather their bytes on the device and are read back together, as many as fit {@link GATHERED_WORDS}: a
 * readback waits about ten milliseconds.
 *
 * @module
 */

import type { Pacer } from "./pacer.ts";
import type { Cells } from "./geometry.ts";
import { encodeDispatches } from "./convolution.ts";
import { mapForReading, withErrorScopes } from "./device.ts";
import type { RestoreOptions } from "./restoration.ts";
import type { Step, TileProgram } from "./tile_program.ts";
import type { Tile, TilePlan } from "./tile_plan.ts";

/** Most 32-bit words that are gathered before they are read back: 32 MiB, unless one tile is larger. */
export const GATHERED_WORDS = 2 ** 23;

/** Words to make room for: all of a small image, or as many whole tiles as fit {@link GATHERED_WORDS}. */
export function wordsToGather(
  kept: Cells,
  { plan, phases }: { plan: TilePlan; phases: number },
): number {
  const largest = Math.max(...plan.tiles.map(({ width, height }) => width * height * phases));
  return Math.min(kept.width * kept.height * phases, Math.max(largest, GATHERED_WORDS));
}

/**
 * Runs a plan's tiles through a program.
 *
 * @returns The missing phases.
 * @throws {GpuError} if the device fails; the signal's reason if aborted.
 */
export async function restoreInTiles(
  { gpu, pacer, program, plan }: {
    gpu: GPUDevice;
    pacer: Pacer;
    program: TileProgram;
    plan: TilePlan;
  },
  { geometry, kept, signal, onProgress }: RestoreOptions,
): Promise<Cells> {
  const phases = geometry.missing;
  const { width, height } = kept;
  const restored = { width, height, phases, data: new Uint8Array(phases * width * height * 4) };
  const room = program.words.size / 4;
  let gathered: { tile: Tile; offset: number }[] = [];
  let used = 0;
  let done = 0;
  const flush = async () => {
    await readTiles(restored, { gpu, program, gathered, used });
    gathered = [];
    used = 0;
  };
  for (const tile of plan.tiles) {
    const words = tile.width * tile.height * phases;
    if (used + words > room) await flush();
    await runTile(program, { gpu, pacer, kept, tile, offset: used, signal });
    gathered.push({ tile, offset: used });
    used += words;
    onProgress?.(++done, plan.tiles.length);
  }
  await flush();
  signal?.throwIfAborted();
  return restored;
}

async function runTile(
  program: TileProgram,
  { gpu, pacer, kept, tile, offset, signal }: {
    gpu: GPUDevice;
    pacer: Pacer;
    kept: Cells;
    tile: Tile;
    offset: number;
    signal: AbortSignal | undefined;
  },
): Promise<void> {
  const steps = program.steps(tile);
  let next = 0;
  while (next < steps.length) {
    signal?.throwIfAborted();
    const piece: Step[] = [];
    let cost = 0;
    do {
      const step = steps[next++]!;
      piece.push(step);
      cost += step.multiplyAdds;
    } while (next < steps.length && cost + steps[next]!.multiplyAdds <= pacer.room);
    const isFirst = next === piece.length;
    await withErrorScopes({ gpu, what: "Restoring a tile" }, () => {
      if (isFirst) program.begin(kept, { tile, offset });
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, piece.map(({ dispatch }) => dispatch));
      gpu.queue.submit([encoder.finish()]);
    });
    pacer.submitted(cost);
    if (next < steps.length || pacer.room <= 0) await pacer.wait();
  }
}

async function readTiles(
  restored: Cells,
  { gpu, program, gathered, used }: {
    gpu: GPUDevice;
    program: TileProgram;
    gathered: readonly { tile: Tile; offset: number }[];
    used: number;
  },
): Promise<void> {
  const what = "Reading tiles back";
  const staging = await withErrorScopes({ gpu, what }, () => {
    const buffer = gpu.createBuffer({
      label: "readback",
      size: used * 4,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(program.words, 0, buffer, 0, used * 4);
    gpu.queue.submit([encoder.finish()]);
    return buffer;
  });
  try {
    await mapForReading(gpu, { buffer: staging, what });
    const bytes = new Uint8Array(staging.getMappedRange());
    for (const { tile, offset } of gathered) copyTile(restored, { tile, bytes, offset });
  } finally {
    staging.destroy();
  }
}

function copyTile(
  { width, height, phases, data }: Cells,
  { tile, bytes, offset }: { tile: Tile; bytes: Uint8Array; offset: number },
): void {
  const length = tile.width * 4;
  let from = offset * 4;
  for (let phase = 0; phase < phases; phase++) {
    for (let row = 0; row < tile.height; row++, from += length) {
      const to = ((phase * height + tile.y + row) * width + tile.x) * 4;
      data.set(bytes.subarray(from, from + length), to);
    }
  }
}
