/**
 * What the parts of a scene have in common.
 *
 * @module
 */

import type { Canvas } from "./canvas.ts";
import type { Random } from "./noise.ts";

/** What every part of a scene needs to paint itself. */
export interface Scenery {
  /** What to paint on. */
  readonly canvas: Canvas;
  /** Decides where things are. */
  readonly random: Random;
  /** Decides the textures. */
  readonly seed: number;
  /** A length in pixels that grows with the picture: what a scene 1 unit high measures. */
  readonly unit: number;
  /** Height of the horizon in pixels from the top. */
  readonly horizon: number;
}
