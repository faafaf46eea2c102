/**
 * An image to an NNC file: the kept pixels as a PNG that says where they belong.
 *
 * @module
 */

import { holdWarnings } from "./held_warnings.ts";
import { keptChecksum } from "./checksum.ts";
import { CHUNK_TYPE, encodeContainer } from "./container.ts";
import { packDensity } from "./png/density.ts";
import { ImageError } from "./image/image_error.ts";
import { bytesOf, requireImage } from "./image/given.ts";
import { checkImage, dropOpaqueAlpha, type Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Shape } from "./file_shape.ts";
import { resolveLattice } from "./lattice/lattice.ts";
import { displayMetadata, findChunk, replaceChunk, travellingMetadata } from "./png/metadata.ts";
import { packImage } from "./lattice/packing.ts";
import { writePng } from "./png/png.ts";
import { isPng, readChunks } from "./png/png_chunks.ts";
import type { PixelOptions } from "./png/png_pixels.ts";
import { decodeImage, decodePngImage, type ReadOptions } from "./read.ts";

/** How an image is compressed. */
export interface CompressOptions extends ReadOptions, PixelOptions {
  /** Which pixels are kept. Default: quincunx, or what `ratio` calls for. */
  readonly lattice?: string | undefined;
  /** Original pixels over kept pixels. Default: the lattice's lowest. */
  readonly ratio?: number | undefined;
  /** Whether all metadata but what display needs is left out: capture data, texts, density. Default: no. */
  readonly strip?: boolean | undefined;
}

/**
 * Compresses a PNG, a JPEG or pixels. The same pixels, metadata and options give the same bytes on every
 * machine, and what is restored from them compresses to them again.
 *
 * Alpha is left out where every kept pixel is opaque.
 *
 * @throws {ImageError} if the source is no image that can be kept exactly, or an NNC file already.
 * @throws {LatticeError} if there is no such lattice.
 * @throws {TypeError} if the source is neither bytes nor an image.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const file = await compress(image, { lattice: "grid", effort: "max" });
 * deepEqual([...file.subarray(1, 4)], [80, 78, 71]); // PNG
 * ```
 */
export async function compress(
  source: Uint8Array | ArrayBuffer | Image,
  options: CompressOptions = {},
): Promise<Uint8Array> {
  return (await compressImage(source, options)).bytes;
}

/** An NNC file that was made, and what it holds. */
export interface Compressed extends Shape {
  /** The file. */
  readonly bytes: Uint8Array;
}

/** Compresses as {@link compress} does, and says of what size the original is and which lattice it was. */
export async function compressImage(
  source: Uint8Array | ArrayBuffer | Image,
  options: CompressOptions = {},
): Promise<Compressed> {
  const lattice = resolveLattice(options);
  const image = await readSource(source, options);
  const { metadata } = image;
  const density = findChunk(metadata, "pHYs");
  const packed = dropOpaqueAlpha(packImage(image, lattice));
  const size = { width: image.width, height: image.height };
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
  const file = await writePng({ ...packed, metadata: packedMetadata }, {
    ...pixelOptions(options),
    chunks: [container],
  });
  return { bytes: file, lattice, size };
}

function pixelOptions({ effort, workers, onProgress, signal }: PixelOptions): PixelOptions {
  return { effort, workers, onProgress, signal };
}

/**
 * The image that bytes or a caller's object hold, with the metadata that travels.
 *
 * @throws {ImageError} if the source is no image that can be kept exactly, or an NNC file already.
 * @throws {TypeError} if the source is neither bytes nor an image.
 */
export async function readSource(
  source: Uint8Array | ArrayBuffer | Image,
  options: Pick<CompressOptions, "strip"> & ReadOptions,
): Promise<Image> {
  const bytes = bytesOf(source);
  const image = bytes ? await decodeSource(bytes, options) : takeImage(source, options);
  return options.strip ? { ...image, metadata: displayMetadata(image.metadata) } : image;
}

/** A caller's image, which may have anything in it. */
function takeImage(image: unknown, options: ReadOptions): Image {
  requireImage(
    image,
    '"compress" takes the bytes of a PNG or JPEG as a Uint8Array or an ArrayBuffer, or',
  );
  checkImage(image);
  return { ...image, metadata: travellingMetadata(image.metadata.chunks, options) };
}

async function decodeSource(source: Uint8Array, options: ReadOptions): Promise<Image> {
  if (!isPng(source)) return await decodeImage(source, options);
  return await holdWarnings(options, (held) => {
    const chunks = readChunks(source, { ...held, needed: [CHUNK_TYPE] });
    refuseOurs(chunks);
    return decodePngImage(chunks, held);
  });
}

/** Whether a file is an NNC file already. */
export function isCompressed(source: Uint8Array): boolean {
  return isPng(source) && isOurs(readChunks(source, { needed: [CHUNK_TYPE] }));
}

/**
 * Looks whether a file is none of ours.
 *
 * @throws {ImageError} if it is an NNC file already.
 */
export function checkNotCompressed(source: Uint8Array): void {
  if (isPng(source)) refuseOurs(readChunks(source, { needed: [CHUNK_TYPE] }));
}

function refuseOurs(chunks: readonly Chunk[]): void {
  if (isOurs(chunks)) {
    throw new ImageError("The file is an NNC file already; restore it first to compress it anew");
  }
}

function isOurs(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ type }) => type === CHUNK_TYPE);
}
