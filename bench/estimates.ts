/**
 * How well `--tier auto` estimates what it then takes: `deno task bench estimates [--largest MP] [--tier NAME …] [--json]`.
 *
 * Measures the device once, with nothing remembered, then restores images of 0.25 to 12 megapixels with each tier and
 * compares, by the clock on the wall, as `nnc` does. It means something only on a machine that does nothing else: processor
 * seconds, which other programs disturb less, are counted too coarsely for images as small as those that are measured.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { TierPicker } from "../cli/tier_picker.ts";
import { cellGridSize, GEOMETRIES } from "../codec/lattice/lattice.ts";
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

/** Compares the estimates of some tiers with what images of up to so many megapixels take. */
export async function compareEstimates(
  { largest, tiers }: { largest: number; tiers: readonly string[] },
): Promise<EstimateReport> {
  const engine = await openEngine();
  const picker = new TierPicker({ budget: NO_LIMIT, memory: new Map() });
  const started = performance.now();
  await picker.estimate(engine, shapeOf(1));
  const measuring = (performance.now() - started) / 1000;
  const rows: EstimateRow[] = [];
  for (const megapixels of MEGAPIXELS.filter((each) => each <= largest)) {
    const shape = shapeOf(megapixels);
    const estimates = await picker.estimate(engine, shape);
    for (const { tier, seconds: estimated } of estimates) {
      if (!tiers.includes(tier)) continue;
      const start = performance.now();
      await draw(engine, { shape, tier });
      rows.push({ megapixels, tier, estimated, taken: (performance.now() - start) / 1000 });
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
      json: { type: "boolean", default: false },
    },
  });
  const unknown = values.tier.find((tier) => !shippedTiers(STEP).some((known) => known === tier));
  if (unknown !== undefined) {
    throw new Error(`Name one of ${shippedTiers(STEP).join(", ")}; found "${unknown}"`);
  }
  const report = await compareEstimates({
    largest: Number(values.largest),
    tiers: values.tier,
  });
  console.log(values.json ? JSON.stringify(report, null, 2) : format(report));
}
