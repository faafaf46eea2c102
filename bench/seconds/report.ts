/** How long restorations take, by lattice and tier. @module */

/** One lattice and tier. */
export interface SecondsRow {
  /** The lattice's name. */
  readonly lattice: string;
  /** Original pixels over kept pixels. */
  readonly ratio: number;
  /** The tier. */
  readonly tier: string;
  /** Seconds for a megapixel of the restored image, by the clock on the wall. */
  readonly wall: number;
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

/** A table in Markdown: seconds for a megapixel on the wall, and of the processor where that computes. */
export function formatSeconds(report: SecondsReport): string {
  const tiers = [...new Set(report.rows.map(({ tier }) => tier))];
  const header = ["lattice", ...tiers.map((tier) => `\`${tier}\``)];
  const rule = header.map((_, column) => column === 0 ? "---" : "--:");
  const body = [...new Set(report.rows.map(describeLattice))].map((lattice) => [
    lattice,
    ...tiers.map((tier) => {
      const row = report.rows.find((one) => describeLattice(one) === lattice && one.tier === tier);
      if (!row) return "–";
      return report.software ? `${show(row.wall)} (${show(row.cpu)})` : show(row.wall);
    }),
  ]);
  return [header, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function describeLattice({ lattice, ratio }: SecondsRow): string {
  return `${lattice}, ratio ${ratio}`;
}

function show(seconds: number): string {
  return seconds.toPrecision(2).includes("e") ? seconds.toFixed(0) : seconds.toPrecision(2);
}
