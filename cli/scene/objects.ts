/**
 * The near parts of a scene: a house of bricks, a sign with lettering, a wheel whose spokes lie at every
 * angle, and foliage.
 *
 * @module
 */

import { type Bounds, type Colour, strokeBounds, strokeDistance } from "./canvas.ts";
import { blend, shade } from "./landscape.ts";
import { fractal, hash, noise } from "./noise.ts";
import type { Scenery } from "./scenery.ts";

/** A rectangle turned about its centre; distances and texture coordinates are in its own frame. */
function turnedBox(
  centre: readonly [number, number],
  box: { width: number; height: number; angle: number },
): {
  bounds: Bounds;
  local: (x: number, y: number) => [number, number];
  distance: (x: number, y: number) => number;
} {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const reach = Math.hypot(box.width, box.height) / 2;
  const local = (x: number, y: number): [number, number] => {
    const [dx, dy] = [x - centre[0], y - centre[1]];
    return [dx * cos + dy * sin, dy * cos - dx * sin];
  };
  return {
    bounds: {
      left: centre[0] - reach,
      top: centre[1] - reach,
      right: centre[0] + reach,
      bottom: centre[1] + reach,
    },
    local,
    distance: (x, y) => {
      const [u, v] = local(x, y);
      return Math.max(Math.abs(u) - box.width / 2, Math.abs(v) - box.height / 2);
    },
  };
}

/** A wall of bricks with windows, under a tiled roof, a little out of plumb. */
export function paintHouse({ canvas, random, seed, unit, horizon }: Scenery): void {
  const [width, height] = [unit * 0.34, unit * 0.3];
  const centre: [number, number] = [
    canvas.width * (0.25 + 0.5 * random()),
    horizon - height * 0.42,
  ];
  const angle = (random() - 0.5) * 0.12;
  const wall = turnedBox(centre, { width, height, angle });
  const brick = unit / 30;
  const clay: Colour = [168, 92 + 20 * random(), 70];
  canvas.paint({
    ...wall,
    colour: (x, y) => {
      const [u, v] = wall.local(x, y);
      const row = Math.floor(v / brick * 2);
      const shifted = u / brick + (row & 1) / 2;
      const inside = Math.min(shifted - Math.floor(shifted), 1 - (shifted - Math.floor(shifted)));
      const level = v / brick * 2 - row;
      const mortar = inside < 0.05 || Math.min(level, 1 - level) < 0.1;
      const tone = 0.75 + 0.4 * hash(Math.floor(shifted), row, seed) +
        0.15 * (noise(x, y, seed) - 0.5);
      return mortar ? [190, 184, 172] : shade(clay, tone);
    },
  });
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (const along of [-0.3, 0, 0.3]) {
    const middle: [number, number] = [
      centre[0] + along * width * cos,
      centre[1] + along * width * sin,
    ];
    const frame = turnedBox(middle, { width: width * 0.2, height: height * 0.42, angle });
    const pane = turnedBox(middle, { width: width * 0.17, height: height * 0.38, angle });
    canvas.paint({ ...frame, colour: () => [238, 236, 228] });
    canvas.paint({
      ...pane,
      colour: (x, y) => {
        const [u, v] = pane.local(x, y);
        const bar = Math.abs(u) < unit * 0.002 || Math.abs(v) < unit * 0.002;
        const reflection = fractal(x / unit * 8, y / unit * 8, { seed: seed + 77, octaves: 2 });
        return bar ? [238, 236, 228] : blend([24, 30, 40], [150, 175, 200], reflection ** 2);
      },
    });
  }
  const eaves = centre[1] - height * 0.5;
  const slope = 0.55 + 0.4 * random();
  canvas.paint({
    bounds: {
      left: centre[0] - width * 0.6,
      top: eaves - width * slope,
      right: centre[0] + width * 0.6,
      bottom: eaves + unit * 0.02,
    },
    distance: (x, y) => {
      const [u, v] = wall.local(x, y);
      const below = v + height * 0.48;
      return Math.max(below, (Math.abs(u) * slope - v - height * 0.5 - width * 0.55 * slope) / 1.2);
    },
    colour: (x, y) => {
      const [u, v] = wall.local(x, y);
      const tile = 0.5 + 0.5 * Math.sin(u / unit * 330) * Math.sin(v / unit * 420);
      return shade([96, 58, 52], 0.7 + 0.5 * tile + 0.2 * noise(x / 3, y / 3, seed + 3));
    },
  });
}

/** A board with two lines of strokes that look like lettering. */
export function paintSign({ canvas, random, unit }: Scenery): void {
  const [width, height] = [unit * 0.32, unit * 0.12];
  const centre: [number, number] = [
    canvas.width * (0.25 + 0.2 * random()),
    canvas.height - height * (0.7 + random()),
  ];
  const angle = (random() - 0.5) * 0.3;
  const board = turnedBox(centre, { width, height, angle });
  canvas.paint({ ...board, colour: () => [236, 230, 208] });
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const place = (u: number, v: number): [number, number] => [
    centre[0] + u * cos - v * sin,
    centre[1] + u * sin + v * cos,
  ];
  for (const [line, size] of [[-0.2, 0.036], [0.24, 0.02]] as const) {
    const step = size * unit * 0.8;
    for (let u = -width * 0.44; u < width * 0.42; u += step) {
      if (random() < 0.14) continue;
      for (let part = 0; part < 3; part++) {
        const corner = () =>
          [
            u + Math.floor(random() * 3) / 2 * step * 0.7,
            line * height + (Math.floor(random() * 3) / 2 - 0.5) * size * unit,
          ] as const;
        const [a, b] = [corner(), corner()];
        const stroke = {
          from: place(...a),
          to: place(...b),
          radius: Math.max(0.4, size * unit * 0.07),
        };
        canvas.paint({
          bounds: strokeBounds(stroke),
          distance: (x, y) => strokeDistance([x, y], stroke),
          colour: () => [40, 32, 36],
        });
      }
    }
  }
}

/** A wheel: a ring and thin spokes, so that edges of every direction occur. */
export function paintWheel({ canvas, random, unit }: Scenery): void {
  const radius = unit * 0.13;
  const centre: [number, number] = [
    canvas.width * (0.6 + 0.15 * random()),
    canvas.height - radius * (1 + 0.5 * random()),
  ];
  const [cx, cy] = centre;
  const spokes = 36;
  for (let spoke = 0; spoke < spokes; spoke++) {
    const angle = (spoke + random() * 0.2) * 2 * Math.PI / spokes;
    const to: [number, number] = [cx + Math.cos(angle) * radius, cy + Math.sin(angle) * radius];
    const stroke = { from: centre, to, radius: Math.max(0.35, unit * 0.0008) };
    canvas.paint({
      bounds: strokeBounds(stroke),
      distance: (x, y) => strokeDistance([x, y], stroke),
      colour: () => [222, 224, 228],
    });
  }
  for (
    const [at, thickness, colour] of [[1, 0.012, [28, 28, 30]], [0.93, 0.004, [
      170,
      30,
      36,
    ]]] as const
  ) {
    const reach = radius * at + thickness * unit;
    canvas.paint({
      bounds: { left: cx - reach, top: cy - reach, right: cx + reach, bottom: cy + reach },
      distance: (x, y) => Math.abs(Math.hypot(x - cx, y - cy) - radius * at) - thickness * unit / 2,
      colour: () => colour,
    });
  }
}

/** Leaves in two lower corners, each an ellipse with a midrib, lit from above. */
export function paintFoliage({ canvas, random, seed, unit }: Scenery): void {
  const leaves = 420;
  for (let leaf = 0; leaf < leaves; leaf++) {
    const corner = leaf & 1;
    const spread = Math.sqrt(random());
    const direction = random() * Math.PI / 2;
    const reach = unit * 0.34 * spread;
    const x0 = corner ? canvas.width - Math.cos(direction) * reach : Math.cos(direction) * reach;
    const y0 = canvas.height - Math.sin(direction) * reach * 1.2;
    const angle = random() * Math.PI;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const length = unit * (0.012 + 0.022 * random());
    const green: Colour = [50 + 90 * random(), 90 + 90 * random(), 30 + 40 * random()];
    const light = 0.45 + 0.75 * leaf / leaves;
    const local = (x: number, y: number) =>
      [
        ((x - x0) * cos + (y - y0) * sin) / length,
        ((y - y0) * cos - (x - x0) * sin) / (length * 0.45),
      ] as const;
    canvas.paint({
      bounds: { left: x0 - length, top: y0 - length, right: x0 + length, bottom: y0 + length },
      distance: (x, y) => {
        const [u, v] = local(x, y);
        return (Math.hypot(u, v) - 1) * length * 0.45;
      },
      colour: (x, y) => {
        const [u, v] = local(x, y);
        const rib = Math.abs(v) < 0.08 ? 1.25 : 1;
        const vein = 0.12 * Math.sin((u * 9 + Math.abs(v) * 5) * 2);
        return shade(green, light * rib * (0.9 + 0.25 * v + vein + 0.1 * noise(x, y, seed + leaf)));
      },
    });
  }
}
