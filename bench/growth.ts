/**
 * The curve of time against size: `deno task bench growth REPORT.json > docs/growth.svg`, from what
 * `deno task bench memory --json` printed. A straight line is fitted to it, and what it is off by is said on standard error.
 *
 * @module
 */

import { drawChart } from "./curves/chart.ts";
import { fitLine, type Line } from "./growth/line.ts";
import type { MemoryReport } from "./memory.ts";

/** An image and the seconds that it took. */
export interface Growth {
  /** Its size. */
  readonly megapixels: number;
  /** By the clock on the wall. */
  readonly wall: number;
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

/** Draws the images and a straight line. */
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

if (import.meta.main) {
  try {
    const [path] = Deno.args;
    if (path === undefined) throw new Error("Name the JSON file of the memory bench");
    const images = readImages(await Deno.readTextFile(path));
    const line = fitLine(images.map(({ megapixels, wall }) => ({ x: megapixels, y: wall })));
    console.log(drawGrowth(images, line).trimEnd());
    console.error(`The line is off by ${(100 * line.off).toFixed(0)} % at most`);
  } catch (error) {
    console.error(`No curve was drawn. ${(error as Error).message}`);
    Deno.exit(1);
  }
}
