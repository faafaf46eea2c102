/** Lettering, as a screen shows it with and without anti-aliasing. @module */

import { drawText } from "../../cli/demo/lettering.ts";
import { inkOnPaper, type Picture } from "./picture.ts";

const KIND = "text";

/** Made of the letters there are. */
const LINES = [
  "ink on paper records a line of grain",
  "no stone is lost in a clear river",
  "34 open doors and 15 old sleepers",
  "fold a tent at 7.30 go on to 9 alps",
];

/** The points of the letters' pixels. */
type Dots = ReadonlySet<number>;

const COLUMNS = 6 * 40;
const ROWS = 10;

const dotsOfLines = LINES.map((line) => {
  const dots = new Set<number>();
  drawText(line, { scale: 1, plot: (x, y) => dots.add(y * COLUMNS + x) });
  return dots;
});

/** The row where the larger letters begin. */
const LARGE_FROM = 96;

/** Where a point of the page lies: its line of text, and the place in that line's own pixels. */
function placeOf(
  [x, y]: readonly [number, number],
  { small, large }: { small: number; large: number },
): { dots: Dots; u: number; v: number } {
  const [top, scale] = y < LARGE_FROM ? [0, small] : [LARGE_FROM, large];
  const line = Math.floor((y - top) / (ROWS * scale));
  return {
    dots: dotsOfLines[line % LINES.length]!,
    u: x / scale - 1,
    v: (y - top) / scale - line * ROWS - 1,
  };
}

/** Whether a pixel of a line of text is ink; both count from the line's top left corner. */
export function isInk(line: number, { column, row }: { column: number; row: number }): boolean {
  return column >= 0 && column < COLUMNS &&
    dotsOfLines[line % LINES.length]!.has(row * COLUMNS + column);
}

/** Letters of 5×7 pixels, set and not set. */
export const PIXEL_TEXT: Picture = {
  name: "pixel text",
  kind: KIND,
  shows: "letters of 5×7 pixels above, of 10×14 below, without anti-aliasing",
  colour(x, y) {
    const { dots, u, v } = placeOf([x, y], { small: 1, large: 2 });
    return inkOnPaper(dots.has(Math.floor(v) * COLUMNS + Math.floor(u)) ? 1 : 0);
  },
};

/** Thickness of a stroke, in pixels of a letter. */
const STROKE = 0.95;

/** The same letters of round strokes, in sizes that meet no pixel. */
export const SMOOTH_TEXT: Picture = {
  name: "smooth text",
  kind: KIND,
  shows: "letters 9 pixels high above, 15 below, of anti-aliased strokes",
  samples: 4,
  colour(x, y) {
    const { dots, u, v } = placeOf([x, y], { small: 1.3, large: 2.15 });
    return inkOnPaper(distanceToStrokes(dots, u, v) < STROKE / 2 ? 1 : 0);
  },
};

const NEIGHBOURS = [[0, 0], [1, 0], [0, 1], [1, 1], [-1, 1]] as const;

/** The distance to the nearest line that joins neighbouring dots, through their middles. */
function distanceToStrokes(dots: Dots, u: number, v: number): number {
  let nearest = Infinity;
  for (let row = Math.floor(v) - 2; row <= Math.floor(v) + 1; row++) {
    for (let column = Math.floor(u) - 2; column <= Math.floor(u) + 2; column++) {
      if (column < 0 || row < 0 || !dots.has(row * COLUMNS + column)) continue;
      for (const [dx, dy] of NEIGHBOURS) {
        if (!dots.has((row + dy) * COLUMNS + column + dx)) continue;
        // A corner is not cut: its dots are joined along the sides.
        const isCorner = dx !== 0 && dy !== 0 &&
          (dots.has(row * COLUMNS + column + dx) || dots.has((row + dy) * COLUMNS + column));
        if (isCorner) continue;
        const [px, py] = [u - column - 0.5, v - row - 0.5];
        const along = dx === 0 && dy === 0 ? 0 : (px * dx + py * dy) / (dx * dx + dy * dy);
        const at = Math.min(1, Math.max(0, along));
        nearest = Math.min(nearest, Math.hypot(px - at * dx, py - at * dy));
      }
    }
  }
  return nearest;
}
