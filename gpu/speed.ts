/**
 * How fast an engine runs a network, from a short look: what an estimate for a large image is made of.
 *
 * @module
 */

import type { Engine } from "./engine.ts";
import type { Cells, Geometry } from "./geometry.ts";
import { countMultiplyAdds, type Network } from "./network.ts";

/** How fast an engine runs networks of one width. */
export interface NetworkSpeed {
  /** Multiply-adds a second, from bytes to bytes, once all is compiled. */
  readonly rate: number;
  /** Seconds that the first image takes more than the next: compiling shaders, uploading weights. */
  readonly start: number;
}

/** What is run to measure an engine's speed. */
export interface MeasureSpeedOptions {
  /** A network of the width that is to be known. */
  readonly network: Network;
  /** The lattice step that it is for. */
  readonly geometry: Geometry;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

/** Cells per side of the first image: hardly more than the waiting for it. */
const LEAST_SIDE = 8;

/** Cells per side of the largest image, on the fastest devices. */
const MOST_SIDE = 1024;

/** Milliseconds that the image which counts is to take: many times what waiting for a device is off by. */
const LONG_ENOUGH = 120;

/**
 * Times that the image which counts is restored, and that the tiny one is. The middle time is taken: the fastest would be
 * that of an undisturbed moment, and an image of seconds has its share of the others.
 */
const LOOKS = 3;

/** How much longer a side gets at once. */
const GROWTH = { least: 1.5, most: 4 };

/** Milliseconds below which clocks tell nothing. */
const LEAST_TIME = 0.01;

/**
 * Measures how fast an engine runs a network: less than a second, and the time that it takes to compile.
 *
 * Images grow until one takes long enough to tell. It is restored three times and the middle time counts, less what a tiny
 * one takes; what else runs on the machine for all of that time makes the device seem as slow as it then is.
 *
 * @throws {RangeError} if the network does not fit the geometry.
 * @throws {GpuError} if the device fails.
 *
 * @example
 * ```ts
 * import { GEOMETRIES, loadNetwork, measureSpeed, openEngine } from "@nnc/nnc";
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
): Promise<NetworkSpeed> {
  const time = async (side: number) => {
    const kept = makeCells(side, geometry.kept);
    const started = now();
    await engine.restoreCells(network, { geometry, kept });
    return now() - started;
  };
  const timeMiddle = async (side: number, first?: number) => {
    const looks = first === undefined ? [] : [first];
    while (looks.length < LOOKS) looks.push(await time(side));
    return looks.toSorted((a, b) => a - b)[LOOKS >> 1]!;
  };
  const cold = await time(LEAST_SIDE);
  const tiny = await timeMiddle(LEAST_SIDE);
  let side = LEAST_SIDE;
  let once = tiny;
  do {
    side = Math.min(MOST_SIDE, Math.ceil(side * growthAfter(once)));
    once = await time(side);
  } while (once < LONG_ENOUGH && side < MOST_SIDE);
  const taken = await timeMiddle(side, once);
  // What a tiny image takes is mostly waiting. If it was disturbed, it must not make the rest seem free.
  const seconds = Math.max(taken - Math.min(tiny, taken / 2), LEAST_TIME) / 1000;
  const cells = side ** 2 - LEAST_SIDE ** 2;
  return {
    rate: countMultiplyAdds(network.architecture) * cells / seconds,
    start: Math.max(0, cold - tiny) / 1000,
  };
}

/** By how much a side is to grow so that the next image takes a little longer than is needed. */
function growthAfter(milliseconds: number): number {
  const { least, most } = GROWTH;
  const wanted = Math.sqrt(1.5 * LONG_ENOUGH / Math.max(milliseconds, LEAST_TIME));
  return Math.max(least, Math.min(most, wanted));
}

/** Grey cells: what they show makes no difference to the time. */
function makeCells(side: number, phases: number): Cells {
  const data = new Uint8Array(4 * phases * side ** 2).fill(128);
  return { width: side, height: side, phases, data };
}
