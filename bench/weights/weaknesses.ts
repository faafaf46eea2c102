/** What networks are weak at: fine patterns, text and drawings, next to a scene as a camera would take it. @module */

import { compress } from "../../codec/compress.ts";
import { ALL_LATTICES, type Lattice, latticeSteps } from "../../codec/lattice/lattice.ts";
import { type Engine, openEngine } from "../../gpu/engine.ts";
import { measureTiers, tiersOf } from "../quality.ts";
import { formatGain, formatMarkdown, round } from "../tables.ts";
import { type Picture, renderPicture } from "../weaknesses/picture.ts";
import { PICTURES } from "../weaknesses/pictures.ts";
import { digestShipped } from "./files.ts";

/** One picture through one lattice; PSNR in dB over all pixels. */
export interface WeaknessRow {
  readonly picture: string;
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  readonly averaging: number;
  readonly tiers: Readonly<Record<string, number>>;
}

/** Everything that was measured, and of which networks. */
export interface WeaknessReport {
  readonly engine: string;
  /** A digest of the weights of every network that took part, by the name of its file. */
  readonly networks: Readonly<Record<string, string>>;
  /** Picture by picture, each through every lattice. */
  readonly rows: readonly WeaknessRow[];
}

/**
 * Measures pictures at every tier that a lattice of one step has. As in `quality`, nothing is reported unless kept pixels are
 * unchanged and compressing what was restored gives the same file.
 */
export async function measureWeaknesses(
  { pictures = PICTURES, tiers, kernel }: {
    /** Default: all of them. */
    pictures?: readonly Picture[] | undefined;
    /** Default: all that a lattice has. */
    tiers?: readonly string[] | undefined;
    /** Default: the engine's choice. */
    kernel?: string | undefined;
  } = {},
): Promise<WeaknessReport> {
  const lattices = ALL_LATTICES.filter((lattice) => latticeSteps(lattice).length === 1);
  const engine = await openEngine(kernel === undefined ? {} : { kernel });
  try {
    const rows: WeaknessRow[] = [];
    for (const picture of pictures) {
      for (const lattice of lattices) {
        const of = tiersOf(lattice, { options: tiers ? { tiers } : {} });
        rows.push(await measurePicture(picture, { lattice, tiers: of, engine }));
      }
    }
    return { engine: engine.description, networks: await digestShipped(), rows };
  } finally {
    engine.close();
  }
}

async function measurePicture(
  picture: Picture,
  { lattice, tiers, engine }: { lattice: Lattice; tiers: readonly string[]; engine: Engine },
): Promise<WeaknessRow> {
  const original = renderPicture(picture);
  const file = await compress(original, { lattice: lattice.name, ratio: lattice.ratio });
  const subject = { name: picture.name, original, lattice, file };
  const samples = await measureTiers(subject, { tiers, engine });
  const [first] = samples.values();
  return {
    picture: picture.name,
    lattice: lattice.name,
    ratio: lattice.ratio,
    averaging: round(first!.interpolated.psnr, 2),
    tiers: Object.fromEntries(
      [...samples].map(([tier, { restored }]) => [tier, round(restored.psnr, 2)]),
    ),
  };
}

/** A table in Markdown: averaging, then what each tier adds to it, losses in bold. */
export function formatWeaknesses(
  { rows }: WeaknessReport,
  { pictures }: { pictures: readonly Picture[] },
): string {
  const tiers = [...new Set(rows.flatMap((row) => Object.keys(row.tiers)))];
  const header = ["picture", "lattice", "averaging", ...tiers.map((tier) => `\`${tier}\``)];
  const body = pictures.flatMap(({ name, shows }) =>
    rows.filter(({ picture }) => picture === name).map((row, index) => [
      index === 0 ? `**${name}**: ${shows}` : "",
      row.lattice,
      row.averaging.toFixed(2),
      ...tiers.map((tier) => formatGain((row.tiers[tier] ?? NaN) - row.averaging)),
    ])
  );
  return formatMarkdown([header, ...body], { left: 2 });
}
