/**
 * How fast an engine runs networks, from a short look: what an estimate for a large image is made of.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { countMultiplyAdds, type Network } from "./network.ts";

/** What is run to measure an engine's speed. */
export interface MeasureSpeedOptions {
  /** A network of middling size: others are taken to run at the same rate. */
  readonly network: Network;
  /** The lattice step that it is for. */
  readonly geometry: Geometry;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Cells per side of the first image, hardly more than the waiting for it, and of the largest, on the fastest devices. */
const SIDES = { least: 8, most: 1024 };

/** Milliseconds that the image which counts is to take: many times what waiting for a device is off by. */
const LONG_ENOUGH = 100;

/** Milliseconds below which clocks tell nothing. */
const LEAST_TIME = 0.01;

/**
 * Measures how fast an engine runs networks, in multiply-adds a second from bytes to bytes: less than a second, and the
 * time that it takes to compile.
 *
 * Images grow until one takes long enough to tell, and the faster of two counts, as what else the machine does can only
 * slow them, less what a tiny image takes, which is mostly waiting. The result is rough: networks of other widths run at up to twice or half the rate.
 *
 * @throws {RangeError} if the network does not fit the geometry.
 * @throws {GpuError} if the device fails.
 *
 * @example
 * ```ts
 * import { GEOMETRIES, loadNetwork, measureSpeed, openEngine } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const engine = await openEngine();
 * const { network } = await loadNetwork("quincunx", { tier: "draft" });
 * ok(await measureSpeed(engine, { network, geometry: GEOMETRIES.quincunx }) > 0);
 * engine.close();
 * ```
 */
export async function measureSpeed(
  engine: Engine,
  { network, geometry, now = () => performance.now() }: MeasureSpeedOptions,
): Promise<number> {
  const time = async (side: number) => {
    const data = new Uint8Array(4 * geometry.kept * side ** 2).fill(128);
    const started = now();
    await engine.restoreCells(network, {
      geometry,
      kept: { width: side, height: side, phases: geometry.kept, data },
    });
    return Math.max(now() - started, LEAST_TIME);
  };
  let side = SIDES.least;
  await time(side);
  const waiting = await time(side);
  let taken = waiting;
  while (taken < LONG_ENOUGH && side < SIDES.most) {
    side = Math.min(SIDES.most, Math.ceil(side * 1.5));
    taken = await time(side);
  }
  const faster = Math.min(taken, await time(side));
  // Had something disturbed the tiny image, it must not make the rest seem free.
  const computing = faster - Math.min(waiting, faster / 2);
  return countMultiplyAdds(network.architecture) * side ** 2 / (computing / 1000);
}
