/** What was measured on pictures that are hard to restore, and the table that model cards have of it. @module */

import { formatGain, formatTable } from "../weights/table.ts";
import type { Picture } from "./picture.ts";

/** One picture through one lattice; PSNR in dB over all pixels. */
export interface WeaknessRow {
  /** The picture's name. */
  readonly picture: string;
  /** The lattice's name. */
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  /** The fixed interpolation. */
  readonly averaging: number;
  /** The networks, by tier. */
  readonly tiers: Readonly<Record<string, number>>;
}

/** Everything that was measured, and of which networks. */
export interface WeaknessReport {
  /** What ran the networks. */
  readonly engine: string;
  /** A digest of the weights of every network that took part, by the name of its file. */
  readonly networks: Readonly<Record<string, string>>;
  /** Picture by picture, each through every lattice. */
  readonly rows: readonly WeaknessRow[];
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
  return formatTable([header, ...body], { left: 2 });
}
