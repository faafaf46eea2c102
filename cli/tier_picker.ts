/**
 * `--tier auto`: picks the best tier that draws an image in the time there is. The speed of the device is measured once a day.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import type { Shape } from "../codec/file_shape.ts";
import type { Engine, SelectionMemory } from "../gpu/engine.ts";
import { shaderVersion } from "../gpu/selection.ts";
import { type EngineSpeed, measureSpeed } from "../gpu/speed.ts";
import { loadNetwork } from "../weights/shipped_networks.ts";
import {
  chooseTier,
  estimateTiers,
  type TierChoice,
  tierCosts,
  type TierEstimate,
} from "../weights/tier_choice.ts";
import { SPEED_MEMORY } from "./kernel_memory.ts";
import { formatSeconds } from "./terminal.ts";

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
  readonly #speeds = new WeakMap<Engine, EngineSpeed>();

  /** Nothing is measured before it is needed. */
  constructor(options: TierPickerOptions) {
    this.#options = options;
  }

  /**
   * Picks the tier for an image. The first time in a day on a device, this takes a short measurement.
   *
   * @throws {GpuError} if the device fails.
   */
  async pick(engine: Engine, { size, lattice }: Shape): Promise<PickedTier> {
    const { budget } = this.#options;
    const speed = this.#speeds.get(engine) ?? await this.#findSpeed(engine);
    const choice = chooseTier(await tierCosts(size, lattice), { speed, budget });
    // What has to start is ready for the next image.
    this.#speeds.set(engine, { ...speed, start: 0 });
    return {
      facts: { tier: choice.tier, estimate: Number(choice.seconds.toFixed(3)), budget },
      reason: describeChoice(choice, { budget, device: engine.description }),
    };
  }

  /**
   * What every tier would take, on an engine that has started.
   *
   * @throws {GpuError} if the device fails.
   */
  async estimate(engine: Engine, { size, lattice }: Shape): Promise<TierEstimate[]> {
    const { rate } = this.#speeds.get(engine) ?? await this.#findSpeed(engine);
    return estimateTiers(await tierCosts(size, lattice), { rate, start: 0 });
  }

  /** The speed that was measured today, or else is measured now. */
  async #findSpeed(engine: Engine): Promise<EngineSpeed> {
    const { memory = SPEED_MEMORY, now, today = Math.floor(Date.now() / DAY) } = this.#options;
    const key = `${engine.description} ${await shaderVersion()}`;
    const remembered = parseSpeed(memory.get(key), today);
    if (remembered) return remembered;
    const { network } = await loadNetwork(MEASURED.step, MEASURED);
    const geometry = GEOMETRIES[MEASURED.step];
    const speed = await measureSpeed(engine, { network, geometry, now });
    memory.set(key, JSON.stringify({ ...speed, day: today }));
    return speed;
  }
}

/** Reads `{ rate, start, day }` of today; anything else is nothing. */
function parseSpeed(text: string | undefined, today: number): EngineSpeed | undefined {
  try {
    const { rate, start, day } = JSON.parse(text ?? "null") as Record<string, unknown>;
    const isSound = day === today && Number.isFinite(rate) && Number(rate) > 0 &&
      Number.isFinite(start) && Number(start) >= 0;
    return isSound ? { rate: Number(rate), start: Number(start) } : undefined;
  } catch {
    return undefined;
  }
}

function describeChoice(
  { tier, seconds, fits, better }: TierChoice,
  { budget, device }: { budget: number; device: string },
): string {
  const estimate = `estimated ${formatEstimate(seconds)}`;
  const limit = formatEstimate(budget);
  const time = fits
    ? `${estimate} of ${limit} on ${device}`
    : `${estimate} on ${device}, over the budget of ${limit}`;
  const why = !fits
    ? "no tier is faster"
    : better
    ? `"${better.tier}" would take ${formatEstimate(better.seconds)}`
    : "no tier is better";
  return `tier "${tier}", ${time}; ${why}`;
}

/** A guess is told to two digits: 0.013 s, 1.3 s, 13 s, 2 min 10 s. */
export function formatEstimate(seconds: number): string {
  if (seconds >= 60) return formatSeconds(seconds);
  const rounded = seconds < 0.01 ? Math.max(seconds, 0.001).toFixed(3) : seconds.toPrecision(2);
  return `${Number(rounded)} s`;
}
