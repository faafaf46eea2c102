/**
 * Draws a photo-like scene: the demonstration's sample and the tests' photographs, made by code alone.
 *
 * It has what is easy and what is hard to restore: smooth gradients, soft and hard edges at all angles, brick
 * and water textures, foliage, strokes as fine as lettering, and the grain of a sensor.
 *
 * @module
 */

import { Canvas } from "./canvas.ts";
import { paintFoliage, paintHouse, paintSign, paintWheel } from "./objects.ts";
import { paintHills, paintSky, paintWater } from "./landscape.ts";
import { createRandom } from "./noise.ts";
import type { Scenery } from "./scenery.ts";

/** What to draw. */
export interface SceneOptions {
  /** Width in pixels, at least 1. */
  readonly width: number;
  /** Height in pixels, at least 1. */
  readonly height: number;
  /** Which scene; the same seed and size give the same bytes. 1 when absent. */
  readonly seed?: number | undefined;
  /** Strength of the sensor's grain in 8-bit levels; 5 when absent, 0 for none. */
  readonly grain?: number | undefined;
}

/** A drawn scene. */
export interface Scene {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Samples of a pixel. */
  readonly channels: 3;
  /** `[height][width][3]`: red, green, blue. */
  readonly data: Uint8Array;
}

/**
 * Draws a scene.
 *
 * @throws {RangeError} if a side is not a whole number of at least 1.
 */
export function renderScene(options: SceneOptions): Scene {
  const { width, height, seed = 1, grain = 5 } = options;
  for (const [name, side] of [["width", width], ["height", height]] as const) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`A scene's ${name} must be a whole number of at least 1, found ${side}`);
    }
  }
  const canvas = new Canvas(width, height);
  const random = createRandom(seed);
  const horizon = height * (0.5 + 0.15 * random());
  const scenery: Scenery = { canvas, random, seed, unit: Math.max(width, height) * 0.75, horizon };
  paintSky(scenery);
  paintHills(scenery);
  paintWater(scenery);
  paintHouse(scenery);
  paintSign(scenery);
  paintWheel(scenery);
  paintFoliage(scenery);
  return { width, height, channels: 3, data: canvas.develop({ seed: seed + 1, grain }) };
}
