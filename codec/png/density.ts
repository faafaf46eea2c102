/**
 * pHYs: how large a pixel is. A packed pixel stands for several, so the packed image states its own.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 11.3.4.3.
 *
 * @module
 */

import type { Lattice } from "../lattice/lattice.ts";
import { packedPixel } from "../lattice/pyramid.ts";
import { viewOf } from "../image/bytes.ts";

/** PNG's unit when pixels per metre are meant; 0 states the aspect only. */
const METRE = 1;

const MAX_DENSITY = 2 ** 31 - 1;

/** Writes a pHYs chunk's payload: pixels per unit, which is the metre (1) or unknown (0). */
export function encodeDensity(density: { x: number; y: number; unit: number }): Uint8Array {
  const data = new Uint8Array(9);
  viewOf(data).setUint32(0, density.x);
  viewOf(data).setUint32(4, density.y);
  data[8] = density.unit;
  return data;
}

/**
 * The pHYs payload of a packed image.
 *
 * In metres each axis is divided and rounded. Without a unit only the aspect counts, so the axes are scaled up
 * to stay exact while PNG can state them.
 *
 * @param original the pHYs payload of the original, if it has one
 * @returns nothing where the packed pixels are square and the original states nothing.
 */
export function packDensity(
  original: Uint8Array | undefined,
  lattice: Lattice,
): Uint8Array | undefined {
  const { width: wide, height: high } = packedPixel(lattice);
  const aspect = { x: Math.max(1, high / wide), y: Math.max(1, wide / high) };
  if (!original) {
    return aspect.x === aspect.y ? undefined : encodeDensity({ ...aspect, unit: 0 });
  }
  const view = viewOf(original);
  const x = view.getUint32(0);
  const y = view.getUint32(4);
  const unit = view.getUint8(8);
  const scaled = { x: x * aspect.x, y: y * aspect.y, unit };
  if (unit !== METRE && scaled.x <= MAX_DENSITY && scaled.y <= MAX_DENSITY) {
    return encodeDensity(scaled);
  }
  return encodeDensity({ x: divide(x, wide), y: divide(y, high), unit });
}

function divide(density: number, by: number): number {
  return Math.min(MAX_DENSITY, Math.max(1, Math.round(density / by)));
}
