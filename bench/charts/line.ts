/** A straight line through points of very different size. @module */

/** `start + slope · x`, and how well it fits. */
export interface Line {
  readonly start: number;
  readonly slope: number;
  /** The largest distance of a point from it, as a share of the point's height. */
  readonly off: number;
}

/**
 * Fits a line such that relative errors are small: the squares of errors are divided by those of heights, or else the
 * largest points would decide alone.
 *
 * @throws {RangeError} if all points lie above one another, or one is not above zero.
 */
export function fitLine(points: readonly { x: number; y: number }[]): Line {
  if (points.some(({ y }) => !(y > 0))) throw new RangeError("A point is not above zero");
  const sum = (value: (x: number, y: number) => number) =>
    points.reduce((total, { x, y }) => total + value(x, y) / y ** 2, 0);
  const [weight, x, y] = [sum(() => 1), sum((x) => x), sum((_, y) => y)];
  const [xx, xy] = [sum((x) => x * x), sum((x, y) => x * y)];
  const spread = weight * xx - x * x;
  if (!(spread > 1e-12 * weight * xx)) throw new RangeError("The points lie above one another");
  const slope = (weight * xy - x * y) / spread;
  const start = (y - slope * x) / weight;
  const off = Math.max(...points.map(({ x, y }) => Math.abs(start + slope * x - y) / y));
  return { start, slope, off };
}
