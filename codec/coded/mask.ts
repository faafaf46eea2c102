/**
 * Alpha, which is coded apart from the colours and exactly, all of it before their steps.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";
import { type BandOptions, CODE_MASK, codeBands } from "./bands.ts";

/** A mask's bands as streams. */
export async function encodeMask(
  data: Uint8Array,
  options: BandOptions & { size: Size },
): Promise<Uint8Array[]> {
  const { size } = options;
  const { width } = size;
  return await codeBands(size, {
    ...options,
    task: CODE_MASK,
    input: ({ first, rows }) => ({
      width,
      height: rows,
      data: data.slice(first * width, (first + rows) * width),
    }),
  });
}

/** Streams as the bands of a mask of a size. */
export async function decodeMask(
  streams: readonly Uint8Array[],
  options: BandOptions & { size: Size },
): Promise<Uint8Array> {
  const { size } = options;
  const { width, height } = size;
  const bands = await codeBands(size, {
    ...options,
    task: CODE_MASK,
    input: ({ rows, index }) => ({ width, height: rows, stream: streams[index]! }),
  });
  const data = new Uint8Array(width * height);
  let at = 0;
  for (const band of bands) {
    data.set(band, at);
    at += band.length;
  }
  return data;
}
