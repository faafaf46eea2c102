/**
 * The checksum of the kept samples: the same for every lossless way to store them.
 *
 * @module
 */

import type { Raster, Size } from "./lattice/raster.ts";
import type { Lattice } from "./lattice/lattice.ts";
import { keptInRow } from "./lattice/packing.ts";
import { crc32 } from "./png/crc32.ts";

/**
 * CRC-32 (as in PNG) over pixels in rows from left to right and top to bottom, four bytes each: R, G, B, A.
 *
 * Grey counts as R = G = B and a missing alpha as 255, so that the colour type does not matter.
 *
 * @param countInRow how many pixels of a row count; default: all
 */
export function pixelChecksum(
  { width, height, channels, data }: Raster,
  countInRow: (row: number) => number = () => width,
): number {
  const green = channels < 3 ? 0 : 1;
  const blue = channels < 3 ? 0 : 2;
  const row = new Uint8Array(width * 4).fill(255);
  let checksum = 0;
  for (let y = 0; y < height; y++) {
    const count = countInRow(y);
    let from = y * width * channels;
    for (let x = 0; x < count; x++) {
      row[4 * x] = data[from]!;
      row[4 * x + 1] = data[from + green]!;
      row[4 * x + 2] = data[from + blue]!;
      if (channels % 2 === 0) row[4 * x + 3] = data[from + channels - 1]!;
      from += channels;
    }
    checksum = crc32(row.subarray(0, 4 * count), checksum);
  }
  return checksum;
}

/**
 * The checksum of the kept pixels of a packed image, see {@link pixelChecksum}; the filling of short rows is left out.
 *
 * @param packed what `options.lattice` keeps of an image of `options.size`
 */
export function keptChecksum(packed: Raster, options: { lattice: Lattice; size: Size }): number {
  return pixelChecksum(packed, (row) => keptInRow(row, options));
}
