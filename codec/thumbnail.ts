/**
 * Small pictures of NNC files: of what they show, or decode of their coarse steps, as far as that has pixels enough.
 *
 * @module
 */

import { decodeCoded, type DecodeOptions } from "./coded_decoder.ts";
import { openCoded } from "./coded_file.ts";
import { octavesOf } from "./coded_octaves.ts";
import type { Image } from "./image/image.ts";
import type { Metadata } from "./image/metadata.ts";
import { scaleDown, sizeWithin } from "./image/scale_down.ts";
import { latticeSteps } from "./lattice/lattice.ts";
import { fineToCoarse } from "./lattice/pyramid.ts";
import type { Size } from "./lattice/raster.ts";
import type { NncFile } from "./nnc_file.ts";
import { displayMetadata } from "./png/metadata.ts";

/**
 * Pixels a side of the octave that a thumbnail is made of, over its own: an octave picks pixels and averages none, so that one
 * alone for each of the thumbnail's would show jagged edges.
 */
const SPARE = 1.5;

/** Makes a restored image small: at most so many pixels a side, and no metadata but what its display needs. */
export function thumbnailOf(image: Image, longest: number): Image {
  return shrink(image, { size: sizeWithin(image, longest), metadata: image.metadata });
}

/**
 * The thumbnail of a classic file by its kept pixels alone; `undefined` where they are too few, so that some must be drawn.
 *
 * @throws {ImageError} if they are damaged.
 */
export function thumbnailOfKept(file: NncFile, longest: number): Image | undefined {
  const size = sizeWithin(file.size, longest);
  // A cell has at least one kept pixel, so each of the thumbnail's pixels covers a few or one.
  const { cells } = fineToCoarse(file.size, latticeSteps(file.lattice)).at(-1)!;
  if (!isWithin(size, cells)) return undefined;
  return shrink(file.readPixels().packed, { size, metadata: file.metadata });
}

/**
 * The thumbnail of a coded file by as few of its steps as suffice; `undefined` where those that are there do not.
 *
 * @throws {ImageError} if the file is no PNG, damaged up to its pixels, or too large.
 * @throws {ContainerError} if its chunks contradict each other or the pixels, or it names another coder; if it is damaged,
 * unless that is to be salvaged.
 */
export async function thumbnailOfSteps(
  source: Uint8Array,
  { longest, ...options }: DecodeOptions & { readonly longest: number },
): Promise<Image | undefined> {
  const { header } = openCoded(source);
  const size = sizeWithin(header.size, longest);
  const wanted = sizeWithin(header.size, SPARE * longest);
  const level = octavesOf(header).findLastIndex((octave) => isWithin(wanted, octave.size));
  const steps = 2 * (header.octaves - level);
  const { image, loss } = await decodeCoded(source, { ...options, steps });
  if (loss || !isWithin(size, image)) return undefined;
  return shrink(image, { size, metadata: image.metadata });
}

function isWithin(size: Size, other: Size): boolean {
  return size.width <= other.width && size.height <= other.height;
}

/** Its density is that of the whole image, and would be wrong here. */
function shrink(
  image: Parameters<typeof scaleDown>[0],
  { size, metadata }: { size: Size; metadata: Metadata },
): Image {
  const { width, height, channels, data } = scaleDown(image, size);
  const chunks = displayMetadata(metadata).chunks.filter(({ type }) => type !== "pHYs");
  return { width, height, channels, data, metadata: { chunks } };
}
