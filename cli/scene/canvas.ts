/**
 * A canvas of floating-point colours on which shapes are painted with anti-aliased edges.
 *
 * A shape is a signed distance in pixels, negative inside, so that an edge at any angle gets the coverage
 * that a lens and a sensor would give it, and a wide `softness` makes it out of focus.
 *
 * @module
 */

import { createRandom } from "./noise.ts";

/** Red, green and blue, 0 to 255, not rounded. */
export type Colour = readonly [number, number, number];

/** A rectangle in pixels that encloses a shape. */
export interface Bounds {
  /** Left edge. */
  readonly left: number;
  /** Upper edge. */
  readonly top: number;
  /** Right edge. */
  readonly right: number;
  /** Lower edge. */
  readonly bottom: number;
}

/** Something to paint. */
export interface Shape {
  /** Where `distance` may be negative; the whole canvas when absent. */
  readonly bounds?: Bounds | undefined;
  /** Distance to the edge in pixels, negative inside; everything is inside when absent. */
  distance?(x: number, y: number): number;
  /** The shape's colour at a point. */
  colour(x: number, y: number): Colour;
  /** Width of the edge in pixels; 1 when absent. */
  readonly softness?: number | undefined;
  /** 0 to 1; 1 when absent. */
  readonly opacity?: number | undefined;
}

/** Pixels that can be painted on. */
export class Canvas {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  #samples: Float32Array;

  /** A black canvas. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#samples = new Float32Array(width * height * 3);
  }

  /** Paints a shape over what is there. */
  paint(shape: Shape): void {
    const { softness = 1, opacity = 1 } = shape;
    const { left, top, right, bottom } = this.#clip(shape.bounds, softness);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const distance = shape.distance?.(x + 0.5, y + 0.5) ?? -Infinity;
        const coverage = opacity * Math.min(1, Math.max(0, 0.5 - distance / softness));
        if (coverage === 0) continue;
        const colour = shape.colour(x + 0.5, y + 0.5);
        const at = (y * this.width + x) * 3;
        for (let c = 0; c < 3; c++) {
          this.#samples[at + c]! += (colour[c]! - this.#samples[at + c]!) * coverage;
        }
      }
    }
  }

  /**
   * Develops the canvas as a camera would: a slight blur, grain, then bytes.
   *
   * @returns RGB samples, `[height][width][3]`
   */
  develop(options: { seed: number; grain: number }): Uint8Array {
    const { width, height } = this;
    const random = createRandom(options.seed);
    const blurred = this.#blur();
    const bytes = new Uint8Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const luminance = (random() + random() + random() - 1.5) * options.grain;
      for (let c = 0; c < 3; c++) {
        const chroma = (random() - 0.5) * options.grain * 0.5;
        const value = Math.round(blurred[pixel * 3 + c]! + luminance + chroma);
        bytes[pixel * 3 + c] = Math.min(255, Math.max(0, value));
      }
    }
    return bytes;
  }

  #clip(bounds: Bounds | undefined, softness: number): Bounds {
    const { width, height } = this;
    if (!bounds) return { left: 0, top: 0, right: width, bottom: height };
    return {
      left: Math.max(0, Math.floor(bounds.left - softness)),
      top: Math.max(0, Math.floor(bounds.top - softness)),
      right: Math.min(width, Math.ceil(bounds.right + softness)),
      bottom: Math.min(height, Math.ceil(bounds.bottom + softness)),
    };
  }

  /** A 3×3 binomial blur of little strength: no lens is sharper than its sensor. */
  #blur(): Float32Array {
    const { width, height } = this;
    const weights = [0.11, 0.78, 0.11];
    const across = new Float32Array(this.#samples.length);
    const down = new Float32Array(this.#samples.length);
    const pass = (from: Float32Array, to: Float32Array, vertical: boolean) => {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let tap = 0; tap < 3; tap++) {
            const nx = vertical ? x : Math.min(width - 1, Math.max(0, x + tap - 1));
            const ny = vertical ? Math.min(height - 1, Math.max(0, y + tap - 1)) : y;
            for (let c = 0; c < 3; c++) {
              to[(y * width + x) * 3 + c]! += weights[tap]! * from[(ny * width + nx) * 3 + c]!;
            }
          }
        }
      }
    };
    pass(this.#samples, across, false);
    pass(across, down, true);
    return down;
  }
}

/** Distance to the segment from (ax, ay) to (bx, by) thickened by `radius`: a stroke with round ends. */
export function strokeDistance(
  point: readonly [number, number],
  stroke: { from: readonly [number, number]; to: readonly [number, number]; radius: number },
): number {
  const { from, to, radius } = stroke;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [px, py] = [point[0] - from[0], point[1] - from[1]];
  const along = (px * dx + py * dy) / Math.max(1e-9, dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(px - t * dx, py - t * dy) - radius;
}

/** The rectangle that encloses a stroke. */
export function strokeBounds(
  stroke: { from: readonly [number, number]; to: readonly [number, number]; radius: number },
): Bounds {
  const { from, to, radius } = stroke;
  return {
    left: Math.min(from[0], to[0]) - radius,
    top: Math.min(from[1], to[1]) - radius,
    right: Math.max(from[0], to[0]) + radius,
    bottom: Math.max(from[1], to[1]) + radius,
  };
}
