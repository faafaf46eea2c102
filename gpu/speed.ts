/**
 * How fast an engine runs networks, from a short look: what an estimate for a large image is made of.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Geometry } from "./geometry.ts";
import { countMultiplyAdds, type Network } from "./network.ts";

/** How fast an engine runs networks. */
export interface EngineSpeed {
  /** Multiply-adds a second, from bytes to bytes, once all is compiled. */
  readonly rate: number;
  /** Seconds that the first image takes more than the next: compiling shaders, uploading weights. */
  readonly start: number;
}

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

/** How much longer a side gets at once. */
const GROWTH = 1.5;

/** Milliseconds that the image which counts is to take: many times what waiting for a device is off by. */
const LONG_ENOUGH = 100;

/** Milliseconds below which clocks tell nothing. */
const LEAST_TIME = 0.01;

/**
 * Measures how fast an engine runs networks: less than a second, and the time that it takes to compile.
 *
 * Images grow until one takes long enough to tell. The middle of three times counts, less what a tiny image takes, which is
 * mostly waiting. The result is rough: networks of other widths run at up to twice or half the rate.
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
 * const speed = await measureSpeed(engine, { network, geometry: GEOMETRIES.quincunx });
 * ok(speed.rate > 0 && speed.start >= 0);
 * engine.close();
 * ```
 */
export async function measureSpeed(
  engine: Engine,
  { network, geometry, now = () => performance.now() }: MeasureSpeedOptions,
): Promise<EngineSpeed> {
  const time = async (side: number) => {
    const data = new Uint8Array(4 * geometry.kept * side ** 2).fill(128);
    const started = now();
    await engine.restoreCells(network, {
      geometry,
      kept: { width: side, height: side, phases: geometry.kept, data },
    });
    return now() - started;
  };
  let side = SIDES.least;
  const cold = await time(side);
  const tiny = await time(side);
  let taken = tiny;
  while (taken < LONG_ENOUGH && side < SIDES.most) {
    side = Math.min(SIDES.most, Math.ceil(side * GROWTH));
    taken = await time(side);
  }
  const looks = [taken, await time(side), await time(side)];
  const middle = looks.toSorted((a, b) => a - b)[1]!;
  // Had something disturbed the tiny image, it must not make the rest seem free.
  const seconds = Math.max(middle - Math.min(tiny, middle / 2), LEAST_TIME) / 1000;
  return {
    rate: countMultiplyAdds(network.architecture) * side ** 2 / seconds,
    start: Math.max(0, cold - tiny) / 1000,
  };
}
