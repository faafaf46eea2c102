/** Drawings: ink lines, flat colours, and the windows of a screen. @module */

import { type Colour, inkOnPaper, mix, type Picture, SIDE } from "./picture.ts";
import { isInk } from "./text.ts";

const KIND = "drawings";

/** Circles, rays and waves of thin lines. */
export const LINE_DRAWING: Picture = {
  name: "line drawing",
  kind: KIND,
  shows: "circles, rays and waves of ink, 0.8 to 1.2 pixels thick",
  samples: 4,
  colour(x, y) {
    const [dx, dy] = [x - 62, y - 66];
    const radius = Math.hypot(dx, dy);
    const rings = Math.abs(radius - 9 * Math.round(radius / 9)) < 0.5 && radius < 50;
    const turn = Math.atan2(dy, dx) * 24 / (2 * Math.PI);
    const off = Math.abs(turn - Math.round(turn)) * 2 * Math.PI / 24 * radius;
    const rays = off < 0.4 && radius > 50 && radius < 60;
    const wave = 150 + 9 * Math.sin(x / 13) + 4 * Math.sin(x / 5.1);
    const waves = y > 125 && Math.abs((y - wave) % 8) < 0.6;
    const hatching = x > 128 && y < 110 && Math.abs((x * 0.9 + y * 0.6) % 5) < 0.8;
    return inkOnPaper(rings || rays || waves || hatching ? 1 : 0);
  },
};

const SKY: Colour = [126, 200, 236];
const OUTLINE: Colour = [30, 26, 34];

/** A figure in flat colours with outlines. */
export const CARTOON: Picture = {
  name: "cartoon",
  kind: KIND,
  shows: "a face, hills and a sun in flat colours, with outlines of 2 pixels",
  samples: 4,
  colour(x, y) {
    const shapes: readonly [distance: number, colour: Colour][] = [
      [Math.hypot(x - 34, y - 32) - 18, [255, 214, 64]],
      [132 + 16 * Math.sin(x / 30) - y, [96, 180, 84]],
      [Math.hypot(x - 104, (y - 100) * 0.85) - 48, [244, 196, 160]],
      [Math.hypot((x - 104) * 0.9, y - 58) - 26, [150, 70, 40]],
      [Math.hypot(x - 88, y - 92) - 8, [255, 255, 255]],
      [Math.hypot(x - 120, y - 92) - 8, [255, 255, 255]],
      [Math.hypot(x - 90, y - 93) - 3, OUTLINE],
      [Math.hypot(x - 122, y - 93) - 3, OUTLINE],
      [Math.hypot((x - 104) * 0.5, y - 122) - 7, [214, 60, 70]],
      [Math.max(Math.abs(x - 104) - 60, 158 - y), [70, 90, 190]],
    ];
    return shapes.reduce<Colour>((under, [distance, colour]) => {
      if (distance > 1) return under;
      return distance > -1 ? OUTLINE : colour;
    }, SKY);
  },
};

const BAR: Colour = [52, 92, 168];
const FACE: Colour = [236, 236, 240];
const BORDER: Colour = [120, 120, 128];

/** The line of the table that is shown as selected. */
const SELECTED = 4;

/** A window with a table, borders of one pixel. */
export const SCREENSHOT: Picture = {
  name: "screenshot",
  kind: KIND,
  shows: "a window with a table: borders of 1 pixel, letters of 5×7, icons",
  colour(x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 8 || row < 8 || column > 182 || row > 182) {
      return mix([40, 120, 130], [30, 70, 110], y / SIDE);
    }
    if (column === 8 || row === 8 || column === 182 || row === 182) return BORDER;
    if (row < 24) {
      const isCross = column > 168 && column < 178 &&
        (column - 173 === row - 16 || column - 173 === 16 - row);
      return isCross ? [255, 255, 255] : BAR;
    }
    if ((row - 24) % 14 === 0 || column === 40 || column === 130) return [208, 208, 214];
    if (column < 40) return icon(column - 12, (row - 24) % 14);
    const line = Math.floor((row - 24) / 14);
    const letters = isInk(line, { column: column - 44, row: (row - 24) % 14 - 4 });
    if (line === SELECTED) return letters ? [255, 255, 255] : [60, 120, 216];
    return letters ? [32, 32, 36] : FACE;
  },
};

/** A small coloured sign, 10 pixels wide. */
function icon(x: number, y: number): Colour {
  if (x < 0 || x > 9 || y < 3 || y > 11) return FACE;
  if (x === 0 || x === 9 || y === 3 || y === 11) return BORDER;
  return (x + y) % 4 < 2 ? [240, 180, 60] : [250, 226, 150];
}
