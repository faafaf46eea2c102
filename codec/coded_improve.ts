/**
 * Lossy files, restored better than by what stands for their bins: a network draws the pixels anew, and what it draws is
 * held to the bins, so that compressing it gives the same file, whatever network that was.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import type { Cells } from "../gpu/geometry.ts";
import type { Network } from "../gpu/network.ts";
import { Breaks } from "../platform/pause.ts";
import { type BinRoom, colourInRoom, greyInRoom } from "./coded/bin_room.ts";
import { octaveSteps } from "./coded/lossy_steps.ts";
import type { Rows } from "./coded/stripes.ts";
import { withinCells } from "./coded/within_cells.ts";
import { networkAtStep } from "./coded/within_scale.ts";
import type { DecodedFile } from "./coded_decoder.ts";
import { hasAlpha, type Raster } from "./lattice/raster.ts";
import { countUnits } from "./lattice/steps.ts";
import { NETWORK_CELLS, NETWORK_GEOMETRIES } from "./lattice/within.ts";

/** How a lossy file is improved within its bins. */
export interface ImproveOptions {
  /** What draws. It stays open. */
  readonly engine: Pick<Engine, "restoreCells">;
  /** The network, for `"within"`. */
  readonly network: Network;
  /** Largest tile side in cells, for engines that take one. Default: the engine's. */
  readonly tile?: number | undefined;
  /** Cells that are drawn at once. The result does not depend on it. Default: as many as memory is hardly needed for. */
  readonly stripCells?: number | undefined;
  /** Aborts between tiles, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all cells are drawn. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cells that are drawn at once: a megapixel. */
const STRIP_CELLS = 2 ** 18;

/**
 * Whether there is something to improve: the bins of a lossy file's pixels are known, and some leave room.
 *
 * Files within a largest error have bins as well, but one that is left by a grey level breaks their promise.
 */
export function canImprove({ room, partial }: DecodedFile): boolean {
  return room !== undefined && partial?.step !== "quincunx" && room.data.some((reach) => reach > 0);
}

/** Improves the finest octave of a lossy file that is whole; nothing else of the file changes. */
export async function improveWithin(
  file: DecodedFile,
  options: ImproveOptions,
): Promise<DecodedFile> {
  const { image, spacing, header: { lossy, isGrey } } = file;
  const { engine, tile, stripCells = STRIP_CELLS, signal, onProgress } = options;
  const grid = countUnits(image, NETWORK_CELLS.within);
  const { logarithm } = octaveSteps(lossy!, { octave: Math.log2(spacing), isGrey });
  const network = networkAtStep(options.network, logarithm);
  const data = image.data.slice();
  const halo = 2 + 2 * network.architecture.blocks;
  const height = Math.max(1, Math.ceil(stripCells / grid.width));
  const breaks = new Breaks();
  let holding = Promise.resolve();
  for (let first = 0; first < grid.height; first += height) {
    const strip = { first, end: Math.min(grid.height, first + height) };
    const rows = {
      first: Math.max(0, strip.first - halo),
      end: Math.min(grid.height, strip.end + halo),
    };
    const report = (share: number) =>
      onProgress?.(
        grid.width * Math.round(first + (strip.end - first) * share),
        grid.width * grid.height,
      );
    const drawn = await engine.restoreCells(network, {
      geometry: NETWORK_GEOMETRIES.within,
      kept: withinCells(image, { rows, logarithm }),
      tile,
      signal,
      onProgress: (done, total) => report(done / total),
    });
    await holding;
    // While the next strip is drawn: it is drawn of what is known, which stays.
    holding = holdRows(drawn, { image, room: file.room!, data, rows, strip, breaks });
  }
  await holding;
  // What becomes grey would be coded as grey.
  if (!isGrey && isAllGrey({ ...image, data }) && !isAllGrey(image)) return file;
  return { ...file, image: { ...image, data } };
}

/** Puts what was drawn of a strip into `data`, where the bins have it. */
async function holdRows(
  { width: across, height: down, data: drawn }: Cells,
  { image, room, data, rows, strip, breaks }: {
    image: Raster;
    room: BinRoom;
    data: Uint8Array;
    rows: Rows;
    strip: Rows;
    breaks: Breaks;
  },
): Promise<void> {
  const { width, height, channels } = image;
  const end = Math.min(height, 2 * strip.end);
  const colours = hasAlpha(channels) ? channels - 1 : channels;
  const { missing } = NETWORK_CELLS.within;
  for (let y = 2 * strip.first; y < end; y++) {
    await breaks.take();
    const phases = [0, 1].map((odd) =>
      missing.findIndex((place) => place[0] === odd && place[1] === y % 2)
    );
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const row = phases[x & 1]! * down + (y >> 1) - rows.first;
      const from = (row * across + (x >> 1)) * 4;
      const at = pixel * channels;
      if (room.channels === 3) {
        colourInRoom(drawn, { from, room, pixel, colour: image.data, to: data, at });
        continue;
      }
      const mean = Math.floor((2 * (drawn[from]! + drawn[from + 1]! + drawn[from + 2]!) + 3) / 6);
      const grey = greyInRoom(mean, { room, pixel, grey: image.data[at]! });
      data.fill(grey, at, at + colours);
    }
  }
}

function isAllGrey({ channels, data }: Raster): boolean {
  if (channels < 3) return true;
  for (let at = 0; at < data.length; at += channels) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
}
