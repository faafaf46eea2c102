import type { Cells, Geometry } from "../../gpu/geometry.ts";
import type { Crop } from "../../train/photo_tiles.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

/** Cuts a crop out the plain way: pixel by pixel, each symmetry and the spacing as they are defined. */
export function cropOf(image: Pixels, crop: Crop, size: { width: number; height: number }): Pixels {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const mirroredX = crop.symmetry & 1 ? size.width - 1 - x : x;
      const mirroredY = crop.symmetry & 2 ? size.height - 1 - y : y;
      const [dx, dy] = crop.symmetry & 4 ? [mirroredY, mirroredX] : [mirroredX, mirroredY];
      const [fromX, fromY] = [crop.x + dx * crop.spacing, crop.y + dy * crop.spacing];
      const from = (fromY * image.width + fromX) * 3;
      data.set(image.data.subarray(from, from + 3), (y * size.width + x) * 3);
    }
  }
  return { ...size, channels: 3, data };
}

/** The fixed interpolation of one sample, unrounded, in [0, 1]. */
export function interpolate(
  geometry: Geometry,
  kept: Cells,
  at: { phase: number; x: number; y: number; c: number },
): number {
  const clamp = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
  return geometry.base[at.phase]!.reduce((sum, { phase, dx, dy, weight }) => {
    const x = clamp(at.x + dx, kept.width);
    const y = clamp(at.y + dy, kept.height);
    return sum + weight * kept.data[((phase * kept.height + y) * kept.width + x) * 4 + at.c]! / 255;
  }, 0);
}
