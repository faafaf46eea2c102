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
 * CRC-32 (as in PNG) over the kept pixels of a packed image, in its rows from left to right and top to bottom,
 * four bytes each: R, G, B, A.
 *
 * Grey counts as R = G = B and a missing alpha as 255, so that the colour type does not matter. The filling of
 * short rows is left out.
 *
 * @param packed what `options.lattice` keeps of an image of `options.size`
 */
export function keptChecksum(packed: Raster, options: { lattice: Lattice; size: Size }): number {
  const { width, height, channels, data } = packed;
  const green = channels < 3 ? 0 : 1;
  const blue = channels < 3 ? 0 : 2;
  const row = new Uint8Array(width * 4).fill(255);
  let checksum = 0;
  for (let y = 0; y < height; y++) {
    const kept = keptInRow(y, options);
    let from = y * width * channels;
    for (let x = 0; x < kept; x++) {
      row[4 * x] = data[from]!;
      row[4 * x + 1] = data[from + green]!;
      row[4 * x + 2] = data[from + blue]!;
      if (channels % 2 === 0) row[4 * x + 3] = data[from + channels - 1]!;
      from += channels;
    }
    checksum = crc32(row.subarray(0, 4 * kept), checksum);
  }
  return checksum;
}
