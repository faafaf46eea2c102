/**
 * The first part of compressing: a source to the pixels that are kept of it, with all that belongs to them but not yet deflated.
 *
 * @module
 */

import type { Task } from "../platform/tasks.ts";
import { keptChecksum } from "./checksum.ts";
import { encodeContainer } from "./container.ts";
import type { Shape } from "./file_shape.ts";
import { dropOpaqueAlpha, type Image, requireEightBits } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Lattice } from "./lattice/lattice.ts";
import { packImage } from "./lattice/packing.ts";
import { packDensity } from "./png/density.ts";
import { canonicalMetadata, findChunk, replaceChunk } from "./png/metadata.ts";
import { type ReadFileInput, readSource } from "./source.ts";

/** Kept pixels, ready to be written. */
export interface PackedImage extends Shape {
  /** The packed image, with the metadata of the file. */
  readonly image: Image;
  /** The `nnCX` chunk. */
  readonly container: Chunk;
}

/** What a file is to be packed by. */
export interface PackFileInput extends ReadFileInput {
  /** Which pixels are kept. */
  readonly lattice: Lattice;
}

/** Reads and packs a file, here or on a worker. */
export const PACK_FILE: Task<PackFileInput, PackedImage> = {
  name: "pack file",
  work: async ({ source, options, lattice }, tell) =>
    pack(await readSource(source, { ...options, onWarning: tell }), lattice),
};

/**
 * The pixels of an image that a lattice keeps.
 *
 * @throws {ImageError} if it has 16 bits a sample.
 */
export function pack(image: Image, lattice: Lattice): PackedImage {
  requireEightBits(image);
  const { width, height } = image;
  const metadata = canonicalMetadata(image.metadata);
  const size = { width, height };
  const density = findChunk(metadata, "pHYs");
  const packed = dropOpaqueAlpha(packImage(image, lattice));
  const container = encodeContainer({
    lattice,
    size,
    checksum: keptChecksum(packed, { lattice, size }),
    ...(density && { density }),
  });
  const packedMetadata = replaceChunk(metadata, {
    type: "pHYs",
    data: packDensity(density, lattice),
  });
  return { image: { ...packed, metadata: packedMetadata }, container, lattice, size };
}
