/** How long restorations take, by lattice and tier. @module */

import { formatTable } from "../weights/table.ts";

/** One lattice and tier. */
export interface SecondsRow {
  /** The lattice's name. */
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  /** The tier. */
  readonly tier: string;
  /** Seconds for a megapixel of the restored image, by the clock on the wall; absent if the machine was busy. */
  readonly wall?: number;
  /** The same by all threads of the process: what it costs however many programs share the machine. */
  readonly cpu: number;
}

/** Everything that was measured, and on what. */
export interface SecondsReport {
  /** The adapter and the kernel. */
  readonly engine: string;
  /** Whether the processor stands in for a graphics card, so that its seconds count. */
  readonly software: boolean;
  /** The processor and its threads. */
  readonly machine: string;
  /** The day, as `YYYY-MM-DD`. */
  readonly date: string;
  /** The image that was restored. */
  readonly image: { readonly width: number; readonly height: number };
  /** Lattice by lattice, tiers from fast to good. */
  readonly rows: readonly SecondsRow[];
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
  return formatTable([header, ...body]);
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
