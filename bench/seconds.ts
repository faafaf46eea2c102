/**
 * How long restoring a megapixel takes here: `deno task bench seconds [--tier NAME] [--busy] [--json] [--save]`.
 *
 * A scene drawn by code is compressed, then restored from the file to pixels, encoding left out: by every lattice and tier, the
 * median of three after one for nothing; what takes long is run once. `--busy` leaves out seconds on the wall, which other
 * programs make meaningless. `--save` keeps the report for the model cards.
 *
 * @module
 */

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { renderScene } from "../cli/scene/scene.ts";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES, type Lattice } from "../codec/lattice/lattice.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { restore } from "../codec/restore.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { chooseNetworks } from "../weights/network_choice.ts";
import { isAveraged } from "../weights/shipped_networks.ts";
import { type Seconds, timeOnce, timeWork } from "./engine/clock.ts";
import { tiersOf } from "./quality.ts";
import { round } from "./scores/keys.ts";
import { formatRow, formatSeconds, type SecondsReport, type SecondsRow } from "./seconds/report.ts";
import { saveReport } from "./weights/reports.ts";

/** About a megapixel, and more than one tile. */
const IMAGE = { width: 1232, height: 816 };

/** Seconds above which a restoration is timed once, without another before it for nothing. */
const LONG = 20;

/** What to time. */
export interface SecondsOptions {
  /** The size of the image; default: about a megapixel. */
  readonly image?: { readonly width: number; readonly height: number };
  /** The tiers; default: all that a lattice has. */
  readonly tiers?: readonly string[] | undefined;
  /** The kernel; default: the engine's choice. */
  readonly kernel?: string;
  /** Whether other programs compete, so that seconds on the wall are left out; default: false. */
  readonly busy?: boolean | undefined;
  /** Told of every row. */
  readonly onRow?: (row: SecondsRow) => void;
}

/** Times every lattice and tier. */
export async function measureSeconds(options: SecondsOptions = {}): Promise<SecondsReport> {
  const { image = IMAGE, tiers, kernel, busy = false, onRow = () => {} } = options;
  const scene: Image = { ...renderScene(image), metadata: NO_METADATA };
  const engine = await openEngine(kernel === undefined ? {} : { kernel });
  try {
    const rows: SecondsRow[] = [];
    for (const lattice of ALL_LATTICES) {
      const file = await compress(scene, { lattice: lattice.name, ratio: lattice.ratio });
      for (const tier of tiersOf(lattice).filter((name) => tiers?.includes(name) ?? true)) {
        const { wall, ...row } = await timeTier(file, { lattice, tier, engine, image });
        rows.push(busy ? row : { ...row, wall });
        onRow(rows.at(-1)!);
      }
    }
    const { description, software } = engine;
    return { engine: description, software, ...describeMachine(), image, rows };
  } finally {
    engine.close();
  }
}

async function timeTier(
  file: Uint8Array,
  { lattice, tier, engine, image }: {
    lattice: Lattice;
    tier: string;
    engine: Engine;
    image: { width: number; height: number };
  },
): Promise<SecondsRow & Seconds> {
  const megapixels = image.width * image.height / 1e6;
  const options = { engine, network: chooseNetworks({ tier }), selfEnsemble: isAveraged(tier) };
  const { wall, cpu } = await timeSparingly(() => restore(file, options));
  return {
    lattice: lattice.name,
    ratio: lattice.ratio,
    tier,
    wall: round(wall / megapixels, 3),
    cpu: round(cpu / megapixels, 3),
  };
}

async function timeSparingly(work: () => Promise<unknown>): Promise<Seconds> {
  const first = await timeOnce(work);
  return first.cpu > LONG ? first : await timeWork(work, { samples: 3 });
}

function describeMachine(): { machine: string; date: string } {
  const [first] = cpus();
  const machine = `${
    first?.model ?? "unknown processor"
  }, ${navigator.hardwareConcurrency} threads`;
  return { machine, date: new Date().toISOString().slice(0, 10) };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      tier: { type: "string", multiple: true },
      busy: { type: "boolean" },
      json: { type: "boolean" },
      save: { type: "boolean" },
    },
  });
  const report = await measureSeconds({
    tiers: values.tier,
    busy: values.busy,
    onRow: (row) =>
      console.error(
        `${row.lattice} ${row.ratio}  ${row.tier}  ${formatRow(row, { software: true })} s/MP`,
      ),
  });
  if (values.save) await saveReport("seconds", report);
  console.log(
    values.json
      ? JSON.stringify(report, null, 2)
      : `${report.engine} on ${report.machine}, ${report.date}\n\n${formatSeconds(report)}`,
  );
}
