/**
 * Restoring images of any size in bounded memory, tile by tile.
 *
 * Tiles gather their bytes on the device and are read back together, as many as fit {@link GATHERED_WORDS}. The device
 * has always the next piece to go on with: a tile is uploaded and submitted while the one before is computed, and neither
 * the pacer nor a readback waits for what was submitted last.
 *
 * @module
 */

import type { Pacer } from "./pacer.ts";
import type { Cells } from "./geometry.ts";
import type { TileRuns } from "./tile_runs.ts";
import { submitInPieces } from "./pieces.ts";
import { type PlacedTile, Readback } from "./readback.ts";
import type { RestoreCellsOptions } from "./restoration.ts";
import type { TileProgram } from "./tile_program.ts";
import type { TilePlan } from "./tile_plan.ts";

/** Most 32-bit words that are gathered before they are read back: 32 MiB, unless one tile is larger. */
const GATHERED_WORDS = 2 ** 23;

/** Words to make room for: all of a small image, or as many whole tiles as fit {@link GATHERED_WORDS}. */
export function wordsToGather(
  kept: Cells,
  { plan, phases }: { plan: TilePlan; phases: number },
): number {
  const largest = largestTileWords(plan, phases);
  return Math.min(kept.width * kept.height * phases, Math.max(largest, GATHERED_WORDS));
}

/** Words of a plan's largest tile. */
export function largestTileWords(plan: TilePlan, phases: number): number {
  return Math.max(...plan.tiles.map(({ width, height }) => width * height * phases));
}

/**
 * Runs a plan's tiles through a program, each in as many runs of the network as it takes.
 *
 * @returns The missing phases.
 * @throws {GpuError} if the device fails; the signal's reason if aborted.
 */
export async function restoreInTiles(
  { gpu, pacer, program, plan, runs }: {
    gpu: GPUDevice;
    pacer: Pacer;
    program: TileProgram;
    plan: TilePlan;
    runs: TileRuns;
  },
  { geometry, kept, signal, onProgress }: Omit<RestoreCellsOptions, "tile" | "views">,
): Promise<Cells> {
  const phases = geometry.missing;
  const { width, height } = kept;
  const restored = { width, height, phases, data: new Uint8Array(phases * width * height * 4) };
  const readback = new Readback(gpu, {
    words: program.words,
    take: (placed) => copyTile(restored, placed),
  });
  let done = 0;
  for (const tile of plan.tiles) {
    const offset = await readback.place(tile, tile.width * tile.height * phases);
    for (let index = 0; index < runs.count; index++) {
      const run = runs.run(tile, { index, offset });
      await submitInPieces(program.dispatches(run.tile, run.end?.dispatch), {
        gpu,
        pacer,
        what: "Restoring a tile",
        begin: () => {
          program.begin(run.kept, { tile: run.tile, offset });
          run.end?.begin();
        },
        signal,
      });
      onProgress?.(++done, plan.tiles.length * runs.count);
    }
  }
  await readback.finish();
  signal?.throwIfAborted();
  return restored;
}

/** Puts a tile that came back, `[phase][height][width]`, into its place. */
export function copyTile(
  { width, height, phases, data }: Cells,
  { tile, bytes, offset }: PlacedTile,
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
