/**
 * What other benches printed, drawn as SVG: `deno task bench charts quality REPORT.json … > docs/quality.svg` has quality against
 * size, `deno task bench charts memory REPORT.json > docs/growth.svg` time against size with a straight line through it.
 *
 * @module
 */

import { drawChart } from "./charts/chart.ts";
import { fitLine, type Line } from "./charts/line.ts";
import { makeCurves } from "./charts/quality_curves.ts";
import { type Bench, UsageError } from "./program.ts";
import type { MemoryReport } from "./memory.ts";
import type { QualityRow } from "./quality/report.ts";

/** An image and the seconds that it took by the clock on the wall. */
export interface Growth {
  readonly megapixels: number;
  readonly wall: number;
}

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

/** Draws the images of the memory bench, and a straight line. */
export function drawGrowth(images: readonly Growth[], { start, slope }: Line): string {
  const most = images.at(-1)!.megapixels;
  const at = (megapixels: number) => ({ x: megapixels, y: start + slope * megapixels });
  const fitted = { dashed: true, line: [at(0), at(most)], dots: [] };
  const measured = images.map(({ megapixels, wall }) => ({ x: megapixels, y: wall }));
  return drawChart({
    series: [
      { ...fitted, name: `${start.toFixed(2)} s and ${slope.toFixed(2)} s for every megapixel` },
      { name: "measured", dashed: false, line: measured, dots: [] },
    ],
    markers: [],
  }, {
    title: "Restoring one file, from the start of the program to the written PNG",
    across: "megapixels",
    up: "seconds",
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

/**
 * The images of a report, smallest first.
 *
 * @throws {SyntaxError} if the text is not what the memory bench prints, or has fewer than three images.
 */
export function readImages(text: string): Growth[] {
  const report = JSON.parse(text) as Partial<MemoryReport> | null;
  const images = report?.images;
  const isSound = Array.isArray(images) && images.length > 2 &&
    images.every(({ megapixels, wall }) => megapixels > 0 && wall > 0);
  if (!isSound) {
    throw new SyntaxError("It is no report of the memory bench with at least three images");
  }
  return images.toSorted((a, b) => a.megapixels - b.megapixels);
}

/** The bench as a program. */
export const bench: Bench = {
  operands: "quality|memory REPORT.json …",
  options: {},
  async run({ operands: [kind, ...paths] }) {
    if (paths.length === 0) throw new UsageError("Name the JSON files of a bench");
    const texts = await Promise.all(paths.map((path) => Deno.readTextFile(path)));
    if (kind === "quality") return { text: drawCurves(texts.flatMap(readRows)).trimEnd() };
    if (kind !== "memory") throw new UsageError(`Name quality or memory; found "${kind}"`);
    const images = texts.flatMap(readImages);
    const line = fitLine(images.map(({ megapixels, wall }) => ({ x: megapixels, y: wall })));
    console.error(`The line is off by ${(100 * line.off).toFixed(0)} % at most`);
    return { text: drawGrowth(images, line).trimEnd() };
  },
};
