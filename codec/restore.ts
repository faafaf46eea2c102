/**
 * An NNC file to an image: the kept pixels where they were, the missing ones drawn by a network.
 *
 * @module
 */

import { drawLevels, type DrawOptions } from "./draw_levels.ts";
import type { OpenOptions } from "./file_shape.ts";
import type { Image } from "./image/image.ts";
import { type Lattice, latticeSteps } from "./lattice/lattice.ts";
import { coarseToFine } from "./lattice/pyramid.ts";
import { workersFor } from "./level_tasks.ts";
import { type ChecksumState, type NncFile, openNncFile } from "./nnc_file.ts";

/** How a file is opened and drawn. */
export interface RestoreFileOptions extends OpenOptions, DrawOptions {}

/** An image and what its file said of it. */
export interface RestoredImage extends Image {
  /** Which of its pixels were kept. */
  readonly lattice: Lattice;
  /** Whether the file had an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
}

/**
 * Restores an NNC file, opened or not; or, where `lattice` is stated, a PNG without a chunk, as the program of 2020 wrote them.
 *
 * Kept pixels come back exactly. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 */
export async function restore(
  source: Uint8Array | NncFile,
  options: RestoreFileOptions,
): Promise<RestoredImage> {
  const file = source instanceof Uint8Array ? openNncFile(source, options) : source;
  const { workers, signal } = options;
  let checksum: ChecksumState = "absent";
  const image = await drawLevels(async () => {
    const pixels = workers && workersFor(file.packedSize, workers) === workers
      ? await file.readPixelsBy(workers, signal)
      : file.readPixels();
    checksum = pixels.checksum;
    return pixels.packed;
  }, { ...options, levels: coarseToFine(file.size, latticeSteps(file.lattice)) });
  const { metadata, lattice, hasChunk } = file;
  return { ...image, metadata, lattice, hasChunk, checksum };
}
