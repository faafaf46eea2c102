/**
 * How well `--tier auto` estimates what it then takes: `deno task bench estimates [--largest MP] [--tier NAME …] [--wall] [--json]`.
 *
 * Measures the device once, with nothing remembered, then restores images of 0.25 to 12 megapixels with each tier and
 * compares. Both sides are processor seconds of this process, which other programs disturb little; with
 * `--wall`, seconds of the clock, as `nnc` takes them.
 *
 * @module
 */

import { parseArgs } from "node:util";
import process from "node:process";
import { TierPicker } from "../cli/tier_picker.ts";
import { cellGridSize, GEOMETRIES } from "../codec/lattice.ts";
import type { Shape } from "../codec/nnc_file.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { loadNetwork, shippedTiers } from "../weights/catalogue.ts";
import { sizeOf } from "./memory/make.ts";

/** One image restored with one tier. */
export interface EstimateRow {
  /** Its size. */
  readonly megapixels: number;
  /** The tier. */
  readonly tier: string;
  /** Seconds that it was thought to take. */
  readonly estimated: number;
  /** Seconds that it took. */
  readonly taken: number;
}

/** What the bench found. */
export interface EstimateReport {
  /** What ran the networks. */
  readonly device: string;
  /** Seconds that measuring the device took, compiling included. */
  readonly measuring: number;
  /** Every image with every tier. */
  readonly rows: readonly EstimateRow[];
}

const MEGAPIXELS = [0.25, 1, 4, 12];
const STEP = "quincunx";

/** More than any image takes, so that all tiers are measured. */
const NO_LIMIT = 1e6;

/** Compares the estimates of some tiers with what images of up to so many megapixels take, by a clock in milliseconds. */
export async function compareEstimates(
  { largest, tiers, now }: { largest: number; tiers: readonly string[]; now: () => number },
): Promise<EstimateReport> {
  const engine = await openEngine();
  const picker = new TierPicker({ budget: NO_LIMIT, memory: new Map(), now });
  const started = now();
  await picker.estimate(engine, shapeOf(1));
  const measuring = (now() - started) / 1000;
  const rows: EstimateRow[] = [];
  for (const megapixels of MEGAPIXELS.filter((each) => each <= largest)) {
    const shape = shapeOf(megapixels);
    const estimates = await picker.estimate(engine, shape);
    for (const { tier, seconds: estimated } of estimates) {
      if (!tiers.includes(tier)) continue;
      const start = now();
      await draw(engine, { shape, tier });
      rows.push({ megapixels, tier, estimated, taken: (now() - start) / 1000 });
    }
  }
  engine.close();
  return { device: engine.description, measuring, rows };
}

function shapeOf(megapixels: number): Shape {
  return { size: sizeOf(megapixels), lattice: { name: STEP, ratio: 2 } };
}

async function draw(
  engine: Engine,
  { shape, tier }: { shape: Shape; tier: string },
): Promise<void> {
  const { width, height } = cellGridSize(shape.size, STEP);
  const geometry = GEOMETRIES[STEP];
  const data = Uint8Array.from({ length: 4 * geometry.kept * width * height }, (_, i) => i % 251);
  const { network } = await loadNetwork(STEP, { tier });
  await engine.restoreCells(network, { geometry, kept: { width, height, phases: 2, data } });
}

/** Milliseconds that the processor spent on this process. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function format({ device, measuring, rows }: EstimateReport): string {
  const lines = rows.map(({ megapixels, tier, estimated, taken }) =>
    `${String(megapixels).padStart(5)} MP  ${tier.padEnd(9)} estimated ${
      estimated.toFixed(2)
    } s, ` +
    `took ${taken.toFixed(2)} s (${(100 * (taken / estimated - 1)).toFixed(0)} %)`
  );
  return [`${device}; measured in ${measuring.toFixed(2)} s`, ...lines].join("\n");
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      largest: { type: "string", default: "12" },
      tier: { type: "string", multiple: true, default: ["draft", "standard"] },
      wall: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const unknown = values.tier.find((tier) => !shippedTiers(STEP).some((known) => known === tier));
  if (unknown !== undefined) {
    throw new Error(`Name one of ${shippedTiers(STEP).join(", ")}; found "${unknown}"`);
  }
  const now = values.wall ? () => performance.now() : processorTime;
  const report = await compareEstimates({
    largest: Number(values.largest),
    tiers: values.tier,
    now,
  });
  console.log(values.json ? JSON.stringify(report, null, 2) : format(report));
}
