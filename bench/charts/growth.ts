/** Time against size, with a straight line through it. @module */

import { drawChart } from "./chart.ts";
import { fitLine } from "./line.ts";

/** An image and the seconds that it took by the clock on the wall. */
export interface Growth {
  readonly megapixels: number;
  readonly wall: number;
}

/** Draws the images of the memory bench, smallest first, and the line that fits them best. */
export function drawGrowth(images: readonly Growth[]): string {
  const measured = images.map(({ megapixels, wall }) => ({ x: megapixels, y: wall }));
  const { start, slope } = fitLine(measured);
  const at = (x: number) => ({ x, y: start + slope * x });
  const fitted = [at(0), at(measured.at(-1)!.x)];
  const name = `${start.toFixed(2)} s and ${slope.toFixed(2)} s for every megapixel`;
  return drawChart({
    series: [
      { name, dashed: true, line: fitted, dots: [] },
      { name: "measured", dashed: false, line: measured, dots: [] },
    ],
    markers: [],
  }, {
    title: "Restoring one file, from the start of the program to the written PNG",
    across: "megapixels",
    up: "seconds",
  });
}
