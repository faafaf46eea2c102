/** Regular patterns as fine as a lattice, and finer: what was between kept pixels cannot be told from what they show. @module */

import { type Colour, inkOnPaper, mix, type Picture, SIDE } from "./picture.ts";

const KIND = "fine patterns";
const HALF = SIDE / 2;

/** Squares of 1, 2, 3 and 4 pixels. */
export const CHECKERBOARDS: Picture = {
  name: "checkerboards",
  kind: KIND,
  shows: "squares of 1, 2, 3 and 4 pixels, in four quarters",
  colour(x, y) {
    const side = 1 + (x > HALF ? 1 : 0) + (y > HALF ? 2 : 0);
    return inkOnPaper((Math.floor(x / side) + Math.floor(y / side)) % 2);
  },
};

/** The directions and periods of the gratings, left to right and top to bottom. */
const ANGLES = [0, 22, 45, 71, 90];
const PERIODS = [2.2, 2.7, 3.4, 4.3, 5.5];

/** Sinusoidal gratings, near the finest that a lattice holds. */
export const GRATINGS: Picture = {
  name: "gratings",
  kind: KIND,
  shows: "sinusoidal stripes of 2.2 to 5.5 pixels, in five directions",
  samples: 3,
  colour(x, y) {
    const angle = ANGLES[Math.floor(x / SIDE * ANGLES.length)]! * Math.PI / 180;
    const period = PERIODS[Math.floor(y / SIDE * PERIODS.length)]!;
    const along = x * Math.cos(angle) + y * Math.sin(angle);
    return inkOnPaper(0.5 + 0.45 * Math.cos(2 * Math.PI * along / period));
  },
};

/** Rings that grow finer towards the edge, down to 2 pixels. */
export const ZONE_PLATE: Picture = {
  name: "zone plate",
  kind: KIND,
  shows: "rings, finer the farther out, down to 2 pixels from crest to crest",
  samples: 3,
  colour(x, y) {
    const radius = Math.hypot(x - HALF, y - HALF);
    // The phase whose slope at the edge is a cycle in 2 pixels.
    return inkOnPaper(0.5 + 0.45 * Math.cos(Math.PI * radius ** 2 / SIDE));
  },
};

/** Thresholds of ordered dithering, 4×4, after Bayer (1973). */
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

const PALETTE: readonly [Colour, Colour][] = [
  [[20, 20, 60], [240, 150, 70]],
  [[0, 0, 0], [255, 255, 255]],
];

/** A sky and a ball in two colours each. */
export const DITHERING: Picture = {
  name: "dithering",
  kind: KIND,
  shows: "two gradients in two colours each, by a 4×4 matrix of thresholds",
  colour(x, y) {
    const threshold = (BAYER[Math.floor(y) % 4 * 4 + Math.floor(x) % 4]! + 0.5) / 16;
    const [dx, dy] = [(x - SIDE * 0.55) / 55, (y - SIDE * 0.6) / 55];
    const inside = dx * dx + dy * dy < 1;
    const light = inside
      ? Math.max(0, (Math.sqrt(1 - dx * dx - dy * dy) - 0.6 * dx - 0.6 * dy) / 1.4)
      : y / SIDE;
    const [dark, bright] = PALETTE[inside ? 1 : 0]!;
    return mix(dark, bright, light > threshold ? 1 : 0);
  },
};
