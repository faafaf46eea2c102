/**
 * `--tier auto`: picks the best tier that draws an image in the time there is. The speed of the device is measured once a day.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import type { Shape } from "../codec/file_shape.ts";
import type { Level } from "../codec/lattice/pyramid.ts";
import type { Size } from "../codec/lattice/raster.ts";
import type { Engine, SelectionMemory } from "../gpu/engine.ts";
import { shaderVersion } from "../gpu/selection.ts";
import { measureSpeed } from "../gpu/speed.ts";
import { loadNetwork } from "../weights/shipped_networks.ts";
import { chooseTier, levelCosts, type TierChoice, tierCosts } from "../weights/tier_choice.ts";
import { SPEED_MEMORY } from "./kernel_memory.ts";
import { formatSeconds } from "./figures.ts";

/** How tiers are picked. */
export interface TierPickerOptions {
  /** Seconds that drawing an image may take. */
  readonly budget: number;
  /** Where speeds are remembered. Default: this machine's memory. */
  readonly memory?: SelectionMemory | undefined;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** The day, counted from 1970. Default: today. */
  readonly today?: number | undefined;
}

/** What was picked for an image. */
export interface PickedTier {
  /** What `--json` tells of it: the tier, and in seconds the estimate for it and the budget. */
  readonly facts: { readonly tier: string; readonly estimate: number; readonly budget: number };
  /** What was picked and why: a sentence without its period. */
  readonly reason: string;
}

/** What is run to measure a device: the size in the middle, for which an estimate is best. */
const MEASURED = { step: "quincunx", tier: "standard" } as const;

/** Milliseconds of a day. */
const DAY = 24 * 60 * 60 * 1000;

/** Picks tiers by the speed of an engine. */
export class TierPicker {
  readonly #options: TierPickerOptions;
  readonly #speeds = new WeakMap<Engine, number>();

  /** Nothing is measured before it is needed. */
  constructor(options: TierPickerOptions) {
    this.#options = options;
  }

  /**
   * Picks the tier for an image. The first time in a day on a device, this takes a short measurement.
   *
   * @throws {GpuError} if the device fails.
   */
  async pick(
    engine: Engine,
    drawn: Shape | { readonly levels: readonly Level[]; readonly improved?: Size | undefined },
  ): Promise<PickedTier> {
    const { budget } = this.#options;
    const costs = "levels" in drawn
      ? await levelCosts(drawn.levels, drawn)
      : await tierCosts(drawn.size, drawn.lattice);
    const choice = chooseTier(costs, { speed: await this.speed(engine), budget });
    return {
      facts: { tier: choice.tier, estimate: Number(choice.seconds.toFixed(3)), budget },
      reason: describeChoice(choice, { budget, device: engine.description }),
    };
  }

  /**
   * Multiply-adds a second: what was measured today, or else is measured now.
   *
   * @throws {GpuError} if the device fails.
   */
  async speed(engine: Engine): Promise<number> {
    const speed = this.#speeds.get(engine) ?? await this.#findSpeed(engine);
    this.#speeds.set(engine, speed);
    return speed;
  }

  /** What is remembered is a day and a speed; anything else is nothing. */
  async #findSpeed(engine: Engine): Promise<number> {
    const { memory = SPEED_MEMORY, now, today = Math.floor(Date.now() / DAY) } = this.#options;
    const key = `${engine.description} ${await shaderVersion()}`;
    const [day, remembered = NaN] = memory.get(key)?.split(" ").map(Number) ?? [];
    if (day === today && remembered > 0 && remembered < Infinity) return remembered;
    const { network } = await loadNetwork(MEASURED.step, MEASURED);
    const geometry = GEOMETRIES[MEASURED.step];
    const speed = await measureSpeed(engine, { network, geometry, now });
    memory.set(key, `${today} ${speed}`);
    return speed;
  }
}

function describeChoice(
  { tier, seconds, fits, better }: TierChoice,
  { budget, device }: { budget: number; device: string },
): string {
  const limit = formatEstimate(budget);
  const estimate = `tier "${tier}", estimated ${formatEstimate(seconds)}`;
  if (!fits) return `${estimate} on ${device}, over the budget of ${limit}; no tier is faster`;
  const why = better
    ? `"${better.tier}" would take ${formatEstimate(better.seconds)}`
    : "no tier is better";
  return `${estimate} of ${limit} on ${device}; ${why}`;
}

/** A guess is told to two digits: 0.013 s, 1.3 s, 13 s, 2 min 10 s. */
export function formatEstimate(seconds: number): string {
  if (seconds >= 60) return formatSeconds(seconds);
  const rounded = seconds < 0.01 ? Math.max(seconds, 0.001).toFixed(3) : seconds.toPrecision(2);
  return `${Number(rounded)} s`;
}
