/**
 * The curves of quality against size: `deno task bench curves REPORT.json … > docs/quality.svg`, from what
 * `deno task bench quality --json` printed.
 *
 * @module
 */

import { drawChart } from "./curves/chart.ts";
import { makeCurves } from "./curves/series.ts";
import type { QualityRow } from "./quality/report.ts";

/** Draws the rows of one or more reports as one SVG. */
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

if (import.meta.main) {
  try {
    if (Deno.args.length === 0) throw new Error("Name the JSON files of the quality bench");
    const texts = await Promise.all(Deno.args.map((path) => Deno.readTextFile(path)));
    console.log(drawCurves(texts.flatMap(readRows)).trimEnd());
  } catch (error) {
    console.error(`No curves were drawn. ${(error as Error).message}`);
    Deno.exit(1);
  }
}
