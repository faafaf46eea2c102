/** How long restoring a megapixel takes on this machine, by lattice and tier. @module */

import { renderScene } from "../../cli/scene/scene.ts";
import { compress } from "../../codec/compress.ts";
import type { Image } from "../../codec/image/image.ts";
import { ALL_LATTICES, type Lattice } from "../../codec/lattice/lattice.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { restore } from "../../codec/restore.ts";
import { type Engine, openEngine } from "../../gpu/engine.ts";
import { chooseNetworks } from "../../weights/network_choice.ts";
import { isAveraged } from "../../weights/shipped_networks.ts";
import { type Seconds, timeOnce, timeWork } from "../clock.ts";
import { describeMachine } from "../machine.ts";
import { tiersOf } from "../quality.ts";
import { formatMarkdown, round } from "../tables.ts";

/** One lattice and tier. */
export interface SecondsRow {
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  readonly tier: string;
  /** Seconds for a megapixel of the restored image, by the clock on the wall; absent if the machine was busy. */
  readonly wall?: number | undefined;
  /** The same by all threads of the process: what it costs however many programs share the machine. */
  readonly cpu: number;
}

/** Everything that was measured, and on what. */
export interface SecondsReport {
  readonly engine: string;
  /** Whether the processor stands in for a graphics card, so that its seconds count. */
  readonly software: boolean;
  readonly machine: string;
  /** The day, as `YYYY-MM-DD`. */
  readonly date: string;
  readonly image: { readonly width: number; readonly height: number };
  /** Lattice by lattice, tiers from fast to good. */
  readonly rows: readonly SecondsRow[];
}

/** About a megapixel, and more than one tile. */
const IMAGE = { width: 1232, height: 816 };

/** Seconds above which a restoration is timed once, without another before it for nothing. */
const LONG = 20;

/** What to time. */
export interface SecondsOptions {
  /** The size of the image; default: about a megapixel. */
  readonly image?: { readonly width: number; readonly height: number } | undefined;
  /** The tiers; default: all that a lattice has. */
  readonly tiers?: readonly string[] | undefined;
  /** The kernel; default: the engine's choice. */
  readonly kernel?: string | undefined;
  /** Whether other programs compete, so that seconds on the wall are left out; default: false. */
  readonly busy?: boolean | undefined;
  readonly onRow?: ((row: SecondsRow) => void) | undefined;
}

/**
 * Restores a scene drawn by code, from a file to pixels: the median of three after one for nothing, by every lattice and tier.
 */
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

/** A table in Markdown: seconds for a megapixel, see {@link formatRow}. */
export function formatSeconds(report: SecondsReport): string {
  const tiers = [...new Set(report.rows.map(({ tier }) => tier))];
  const header = ["lattice", ...tiers.map((tier) => `\`${tier}\``)];
  const body = [...new Set(report.rows.map(describeLattice))].map((lattice) => [
    lattice,
    ...tiers.map((tier) => {
      const row = report.rows.find((one) => describeLattice(one) === lattice && one.tier === tier);
      return row ? formatRow(row, report) : "–";
    }),
  ]);
  return formatMarkdown([header, ...body]);
}

/** Seconds on the wall, and in brackets those of the processor, where it computes. */
export function formatRow(
  { wall, cpu }: SecondsRow,
  { software }: Pick<SecondsReport, "software">,
): string {
  const spent = software || wall === undefined ? `(${show(cpu)})` : "";
  return [wall === undefined ? "" : show(wall), spent].filter((text) => text !== "").join(" ");
}

function describeLattice({ lattice, ratio }: SecondsRow): string {
  return `${lattice}, ratio ${ratio}`;
}

function show(seconds: number): string {
  return seconds.toPrecision(2).includes("e") ? seconds.toFixed(0) : seconds.toPrecision(2);
}
