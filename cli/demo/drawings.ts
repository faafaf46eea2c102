/**
 * Ways to draw missing pixels without a network, to set beside what a network draws.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import { restore } from "../../codec/restore.ts";
import type { Cells, Engine, Network, RestoreCellsOptions } from "../../gpu/engine.ts";
import { interpolateCells } from "../../gpu/reference_restoration.ts";

/** Draws missing cells. */
export type Drawing = Engine["restoreCells"];

/** The average of the nearest kept neighbours: what every network starts from. */
export function drawAverages(
  _network: Network,
  { geometry, kept }: RestoreCellsOptions,
): Promise<Cells> {
  return Promise.resolve(interpolateCells(geometry, kept));
}

/** Black: what is left are the kept pixels. */
export function drawNothing(
  _network: Network,
  { geometry, kept }: RestoreCellsOptions,
): Promise<Cells> {
  const data = new Uint8Array(kept.width * kept.height * geometry.missing * 4);
  return Promise.resolve({ ...kept, phases: geometry.missing, data });
}

/** Restores a file with a drawing in place of an engine. */
export async function restoreBy(restoreCells: Drawing, file: Uint8Array): Promise<Image> {
  const engine: Engine = {
    description: "no network",
    kernel: "none",
    software: true,
    verdicts: [],
    restoreCells,
    close() {},
  };
  const architecture = { inputs: 0, outputs: 0, channels: 0, blocks: 0 };
  return await restore(file, {
    engine,
    network: () => Promise.resolve({ architecture, layers: [] }),
  });
}
