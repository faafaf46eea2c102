/** All pictures that weaknesses are measured on, and one as a photograph would be, for comparison. @module */

import { renderScene } from "../../cli/scene/scene.ts";
import { CARTOON, LINE_DRAWING, SCREENSHOT } from "./drawings.ts";
import { CHECKERBOARDS, DITHERING, GRATINGS, ZONE_PLATE } from "./patterns.ts";
import { type Picture, SIDE } from "./picture.ts";
import { PIXEL_TEXT, SMOOTH_TEXT } from "./text.ts";

const scene = renderScene({ width: SIDE, height: SIDE, seed: 1, grain: 4 });

const SCENE: Picture = {
  name: "scene",
  kind: "for comparison",
  shows: "a landscape with a house, as a camera takes it",
  colour(x, y) {
    const at = (Math.floor(y) * SIDE + Math.floor(x)) * 3;
    return [scene.data[at]!, scene.data[at + 1]!, scene.data[at + 2]!];
  },
};

/** In the order of the tables. */
export const PICTURES: readonly Picture[] = [
  CHECKERBOARDS,
  GRATINGS,
  ZONE_PLATE,
  DITHERING,
  PIXEL_TEXT,
  SMOOTH_TEXT,
  LINE_DRAWING,
  CARTOON,
  SCREENSHOT,
  SCENE,
];
