/**
 * The far parts of a scene: sky, hills and water.
 *
 * @module
 */

import type { Colour } from "./canvas.ts";
import { fractal, noise } from "./noise.ts";
import type { Scenery } from "./scenery.ts";

/** The colour a share `t` of the way from `a` to `b`. */
export function blend(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** A colour made lighter or darker. */
export function shade(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** A clear sky with soft clouds, and discs of light far out of focus. */
export function paintSky({ canvas, random, seed, unit, horizon }: Scenery): void {
  const high: Colour = [50 + 40 * random(), 100 + 40 * random(), 190 + 40 * random()];
  const low: Colour = [225, 205 + 30 * random(), 180 + 50 * random()];
  const cloud: Colour = [246, 244, 240];
  canvas.paint({
    colour: (x, y) => {
      const air = blend(high, low, Math.min(1, y / Math.max(1, horizon)));
      const density = fractal(x / unit * 4, y / unit * 9, { seed, octaves: 5 });
      return blend(air, cloud, Math.min(1, Math.max(0, (density - 0.48) * 4)));
    },
  });
  for (let disc = 0; disc < 4; disc++) {
    const [cx, cy] = [random() * canvas.width, random() * horizon * 0.6];
    const radius = unit * (0.02 + 0.05 * random());
    canvas.paint({
      bounds: { left: cx - radius, top: cy - radius, right: cx + radius, bottom: cy + radius },
      distance: (x, y) => Math.hypot(x - cx, y - cy) - radius,
      colour: () => [255, 240, 200],
      softness: Math.max(1, radius * (0.1 + random())),
      opacity: 0.35,
    });
  }
}

/** Three ridges, hazier the farther; the nearest is wooded. */
export function paintHills({ canvas, random, seed, unit, horizon }: Scenery): void {
  const haze: Colour = [190, 200, 215];
  const near: Colour = [52 + 20 * random(), 78 + 20 * random(), 44];
  for (let ridge = 0; ridge < 3; ridge++) {
    const share = (ridge + 1) / 3;
    const key = seed + 100 * (ridge + 1);
    const base = horizon - unit * (0.16 - 0.05 * ridge);
    const wooded = ridge === 2 ? 0.02 : 0;
    const crest = (x: number) => {
      const form = fractal(x / unit * 3, 0.5, { seed: key, octaves: 4 + ridge });
      const trees = Math.abs((noise(x / unit * 90, 0.5, key + 9) - 0.5) * 2);
      return base - unit * (0.2 * (form - 0.35) + wooded * trees);
    };
    canvas.paint({
      bounds: { left: 0, top: base - unit * 0.2, right: canvas.width, bottom: horizon + 2 },
      distance: (x, y) => crest(x) - y,
      colour: (x, y) => {
        const grain = fractal(x / unit * 60, y / unit * 60, { seed: key + 50, octaves: 3 });
        return shade(blend(haze, near, share), 1 + share * 0.9 * (grain - 0.5));
      },
      softness: 3 - ridge,
    });
  }
}

/** Water from the horizon down: ripples that grow towards the viewer. */
export function paintWater({ canvas, random, seed, unit, horizon }: Scenery): void {
  const deep: Colour = [34, 62 + 20 * random(), 84 + 20 * random()];
  const light: Colour = [196, 200, 196];
  canvas.paint({
    bounds: { left: 0, top: horizon, right: canvas.width, bottom: canvas.height },
    distance: (_, y) => horizon - y,
    colour: (x, y) => {
      const depth = unit * 0.02 + (y - horizon);
      const across = (x - canvas.width / 2) / depth;
      const away = unit / depth;
      const ripple = fractal(across * 6, away * 14, { seed: seed + 500, octaves: 3 });
      const wave = 0.5 + 0.5 * Math.sin(away * 40 + ripple * 9);
      return blend(deep, light, Math.min(1, 0.75 * wave * ripple + 0.2 / Math.max(1, away)));
    },
  });
}
