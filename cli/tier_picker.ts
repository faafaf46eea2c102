/**
 * `--tier auto`: picks the best tier that draws an image in the time there is, by the speed of the device.
 *
 * @module
 */

import { GEOMETRIES } from "../codec/lattice/lattice.ts";
import type { Shape } from "../codec/nnc_file.ts";
import {
  chooseTier,
  estimateSeconds,
  type TierChoice,
  type TierEstimate,
} from "../weights/tier_choice.ts";
import { type TierCost, tierCosts } from "../weights/tier_cost.ts";
import type { Engine, RestoreCellsOptions, SelectionMemory } from "../gpu/engine.ts";
import { countMultiplyAdds, type Network } from "../gpu/network.ts";
import { shaderVersion } from "../gpu/selection.ts";
import { measureSpeed } from "../gpu/speed.ts";
import { loadNetwork } from "../weights/catalogue.ts";
import { DeviceSpeeds } from "./device_speeds.ts";
import { SPEED_MEMORY } from "./kernel_memory.ts";
import { formatSeconds } from "./terminal.ts";

/** How tiers are picked. */
export interface TierPickerOptions {
  /** Seconds that drawing an image may take. */
  readonly budget: number;
  /** Where speeds are remembered. Default: this machine's memory. */
  readonly memory?: SelectionMemory;
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
  /** The day, counted from 1970. Default: today. */
  readonly today?: number;
}

/** What was picked for an image. */
export interface PickedTier {
  /** What `--json` tells of it: the tier, and in seconds the estimate for it and the budget. */
  readonly facts: { readonly tier: string; readonly estimate: number; readonly budget: number };
  /** What was picked and why: a sentence without its period. */
  readonly reason: string;
}

/** A width is not measured where, by what is known, its tier takes this many times the budget. */
const HOPELESS = 4;

/** Seconds that an image must take, or be thought to take, to tell anything: below, most are waiting. */
const TELLING = 0.1;

/** Milliseconds of a day. */
const DAY = 24 * 60 * 60 * 1000;

/** An engine's speeds, and the widths that it has run. */
interface EngineRecord {
  readonly speeds: DeviceSpeeds;
  readonly warm: Set<number>;
}

/** Picks tiers, and learns from the images that are drawn. */
export class TierPicker {
  readonly #budget: number;
  readonly #memory: SelectionMemory;
  readonly #now: () => number;
  readonly #today: number;
  readonly #records = new WeakMap<Engine, Promise<EngineRecord>>();

  /** Nothing is measured before it is needed. */
  constructor(options: TierPickerOptions) {
    this.#budget = options.budget;
    this.#memory = options.memory ?? SPEED_MEMORY;
    this.#now = options.now ?? (() => performance.now());
    this.#today = options.today ?? Math.floor(Date.now() / DAY);
  }

  /**
   * Picks the tier for an image. The first time on a device, this takes a short measurement.
   *
   * @throws {GpuError} if the device fails.
   */
  async pick(engine: Engine, shape: Shape): Promise<PickedTier> {
    const { costs, speeds, warm } = await this.#prepare(engine, shape);
    const budget = this.#budget;
    const choice = chooseTier(costs, { speeds: speeds.known, warm, budget });
    const estimate = Number(choice.seconds.toFixed(3));
    return {
      facts: { tier: choice.tier, estimate, budget },
      reason: describeChoice(choice, { budget, device: engine.description }),
    };
  }

  /**
   * What every tier would take, on an engine that has started.
   *
   * @throws {GpuError} if the device fails.
   */
  async estimate(engine: Engine, shape: Shape): Promise<TierEstimate[]> {
    const { costs, speeds } = await this.#prepare(engine, shape);
    const warm = new Set(costs.flatMap(({ steps }) => steps.map(({ channels }) => channels)));
    return costs.map((cost) => ({
      tier: cost.tier,
      seconds: estimateSeconds(cost, { speeds: speeds.known, warm }),
    }));
  }

  /** The same engine, watched: what it does corrects what is known of its speed. */
  watch(engine: Engine): Engine {
    const { description, kernel, software, notice, verdicts } = engine;
    return {
      ...{ description, kernel, software, verdicts },
      ...(notice !== undefined && { notice }),
      restoreCells: async (network, options) => {
        const started = this.#now();
        const cells = await engine.restoreCells(network, options);
        const seconds = (this.#now() - started) / 1000;
        learnFrom(await this.#recordOf(engine), { network, options, seconds });
        return cells;
      },
      close: () => engine.close(),
    };
  }

  async #prepare(engine: Engine, shape: Shape): Promise<EngineRecord & { costs: TierCost[] }> {
    const costs = await tierCosts(shape.size, shape.lattice);
    const record = await this.#recordOf(engine);
    for (const cost of costs) await this.#measure(engine, { cost, record });
    return { ...record, costs };
  }

  /** Measures the widths of a tier that are not known, unless the tier is out of the question. */
  async #measure(
    engine: Engine,
    { cost, record }: { cost: TierCost; record: EngineRecord },
  ): Promise<void> {
    const { speeds, warm } = record;
    for (const { step, channels } of cost.steps) {
      const { known } = speeds;
      if (known.has(channels)) continue;
      const isHopeless = known.size > 0 &&
        estimateSeconds(cost, { speeds: known }) > HOPELESS * this.#budget;
      if (isHopeless) continue;
      const { network } = await loadNetwork(step, { tier: cost.tier });
      const geometry = GEOMETRIES[step];
      speeds.learn(channels, await measureSpeed(engine, { network, geometry, now: this.#now }));
      warm.add(channels);
    }
  }

  #recordOf(engine: Engine): Promise<EngineRecord> {
    const record = this.#records.get(engine) ?? this.#openRecord(engine);
    this.#records.set(engine, record);
    return record;
  }

  async #openRecord(engine: Engine): Promise<EngineRecord> {
    const key = `${engine.description} ${await shaderVersion()}`;
    const speeds = new DeviceSpeeds(key, { memory: this.#memory, today: this.#today });
    return { speeds, warm: new Set() };
  }
}

/** Takes what an image showed into account. */
function learnFrom(
  { speeds, warm }: EngineRecord,
  { network, options, seconds }: {
    network: Network;
    options: RestoreCellsOptions;
    seconds: number;
  },
): void {
  const { channels } = network.architecture;
  const known = speeds.known.get(channels);
  const start = warm.has(channels) ? 0 : known?.start ?? 0;
  warm.add(channels);
  if (!known) return;
  const { kept, views } = options;
  const cells = kept.width * kept.height * (views?.length ?? 1);
  const estimated = start + countMultiplyAdds(network.architecture) * cells / known.rate;
  if (Math.max(estimated, seconds) < TELLING) return;
  speeds.correct(channels, { estimated, taken: seconds });
}

function describeChoice(
  choice: TierChoice,
  { budget, device }: { budget: number; device: string },
): string {
  const { tier, seconds, fits, better } = choice;
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
