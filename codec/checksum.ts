/**
 * Checksums of samples: the same for every lossless way to store them.
 *
 * @module
 */

import type { QuantaImage } from "./coded/lossy_colours.ts";
import { viewOf } from "./image/bytes.ts";
import { CODER_CELLS, type CoderStep } from "./lattice/coder_steps.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import type { Lattice } from "./lattice/lattice.ts";
import { keptInRow } from "./lattice/packing.ts";
import { countInside } from "./lattice/sampling.ts";
import { crc32 } from "./png/crc32.ts";

/**
 * CRC-32 (as in PNG) over pixels in rows from left to right and top to bottom, four bytes each: R, G, B, A.
 *
 * Grey counts as R = G = B and a missing alpha as 255, so that the colour type does not matter.
 *
 * @param countInRow how many pixels of a row count; default: all
 */
export function pixelChecksum(
  raster: Raster,
  countInRow: (row: number) => number = () => raster.width,
): number {
  const add = rowAdder(raster);
  let checksum = 0;
  for (let y = 0; y < raster.height; y++) {
    checksum = add(checksum, { x: 0, y, dx: 1, count: countInRow(y) });
  }
  return checksum;
}

/**
 * The checksum of the pixels that a step adds to an octave: one phase after the other in the order of coding, each as
 * {@link pixelChecksum} goes through an image.
 */
export function stepChecksum(octave: Raster, step: CoderStep): number {
  const add = rowAdder(octave);
  const { width: dx, height: dy, missing } = CODER_CELLS[step];
  let checksum = 0;
  for (const [x, first] of missing) {
    const count = countInside(x, dx, octave.width);
    for (let y = first; y < octave.height; y += dy) checksum = add(checksum, { x, y, dx, count });
  }
  return checksum;
}

/**
 * The checksum of what stands for the samples that a step adds to an octave of a lossy file: Y′, Co′, Cg′, of grey 0 in place
 * of the last two, as signed numbers of 16 bits, big-endian; in the order of {@link stepChecksum}.
 */
export function quantaChecksum(octave: QuantaImage, step: CoderStep): number {
  const { channels, data } = octave;
  const { width: dx, height: dy, missing } = CODER_CELLS[step];
  const row = new Uint8Array(octave.width * 6);
  const view = viewOf(row);
  let checksum = 0;
  for (const [x, first] of missing) {
    const count = countInside(x, dx, octave.width);
    for (let y = first; y < octave.height; y += dy) {
      let from = (y * octave.width + x) * channels;
      for (let to = 0; to < 6 * count; to += 6) {
        if (channels === 1) view.setInt16(to, data[from]!);
        else {
          view.setInt16(to, data[from + 1]!);
          view.setInt16(to + 2, data[from]!);
          view.setInt16(to + 4, data[from + 2]!);
        }
        from += dx * channels;
      }
      checksum = crc32(row.subarray(0, 6 * count), checksum);
    }
  }
  return checksum;
}

/** What continues a checksum by `count` pixels of a row: columns x, x + dx, …. */
function rowAdder(
  { width, channels, data }: Raster,
): (checksum: number, pixels: { x: number; y: number; dx: number; count: number }) => number {
  const green = channels < 3 ? 0 : 1;
  const blue = channels < 3 ? 0 : 2;
  const row = new Uint8Array(width * 4).fill(255);
  return (checksum, { x, y, dx, count }) => {
    let from = (y * width + x) * channels;
    for (let to = 0; to < 4 * count; to += 4) {
      row[to] = data[from]!;
      row[to + 1] = data[from + green]!;
      row[to + 2] = data[from + blue]!;
      if (channels % 2 === 0) row[to + 3] = data[from + channels - 1]!;
      from += dx * channels;
    }
    return crc32(row.subarray(0, 4 * count), checksum);
  };
}

/**
 * The checksum of the kept pixels of a packed image, see {@link pixelChecksum}; the filling of short rows is left out.
 *
 * @param packed what `options.lattice` keeps of an image of `options.size`
 */
export function keptChecksum(packed: Raster, options: { lattice: Lattice; size: Size }): number {
  return pixelChecksum(packed, (row) => keptInRow(row, options));
}
