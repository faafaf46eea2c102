/**
 * Quality against size as the quality bench measured it, drawn as SVG:
 * `deno task bench charts REPORT.json … > docs/quality.svg`.
 *
 * @module
 */

import { drawChart } from "./charts/chart.ts";
import { makeCurves } from "./charts/quality_curves.ts";
import { type Bench, UsageError } from "./program.ts";
import type { QualityRow } from "./quality/report.ts";

/** Draws the rows of one or more reports of the quality bench. */
export function drawCurves(rows: readonly QualityRow[]): string {
  const images = new Set(rows.map(({ images }) => images));
  const count = [...images].sort((a, b) => a - b).join(" to ");
  return drawChart(makeCurves(rows), {
    title: `Restored quality of ${count} images, by what their files take`,
    across: "bits per original pixel",
    up: "PSNR in dB",
  });
}

/**
 * The rows of a report.
 *
 * @throws {SyntaxError} if the text is not what the quality bench prints.
 */
export function readRows(text: string): QualityRow[] {
  const report: unknown = JSON.parse(text);
  const rows = (report as { rows?: unknown } | null)?.rows;
  const sound = Array.isArray(rows) &&
    rows.every((row) =>
      [row?.ratio, row?.bitsPerPixel, row?.restored?.psnr, row?.interpolated?.psnr]
        .every(Number.isFinite) && typeof row.lattice === "string" && typeof row.tier === "string"
    );
  if (!sound) throw new SyntaxError("It is no report of the quality bench with finite scores");
  return rows;
}

/** The bench as a program. */
export const bench: Bench = {
  operands: "REPORT.json …",
  options: {},
  async run({ operands }) {
    if (operands.length === 0) throw new UsageError("Name JSON files of the quality bench");
    const texts = await Promise.all(operands.map((path) => Deno.readTextFile(path)));
    return { text: drawCurves(texts.flatMap(readRows)).trimEnd() };
  },
};
