/**
 * An image to an NNC file: the kept pixels as a PNG that says where they belong.
 *
 * @module
 */

import type { Shape } from "./file_shape.ts";
import { bytesOf } from "./image/given.ts";
import type { Image } from "./image/image.ts";
import { type Lattice, resolveLattice } from "./lattice/lattice.ts";
import { pack, PACK_FILE, type PackedImage } from "./pack.ts";
import { writePng } from "./png/png.ts";
import type { PixelOptions } from "./png/png_pixels.ts";
import { isWorthWorker, readSource, type SourceOptions } from "./source.ts";

/** How an image is compressed. */
export interface CompressOptions extends SourceOptions, PixelOptions {
  /** Which pixels are kept. Default: quincunx, or what `ratio` calls for. */
  readonly lattice?: string | undefined;
  /** Original pixels over kept pixels. Default: the lattice's lowest. */
  readonly ratio?: number | undefined;
}

/**
 * Compresses a PNG, a JPEG or pixels to a classic file, whatever the source is: where the program would write a lossy file of a
 * JPEG, a library is told to, by `compressCoded` with a quality. The same pixels, metadata and options give the same bytes on every
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
  const { effort, workers, onProgress, signal } = options;
  const { image, container, lattice, size } = await packSource(source, {
    ...options,
    lattice: resolveLattice(options),
  });
  const chunks = [container];
  const bytes = await writePng(image, { effort, workers, onProgress, signal, chunks });
  return { bytes, lattice, size };
}

/** Files are read by a worker where there is one: a large one would keep the calling thread from all else. */
async function packSource(
  source: Uint8Array | ArrayBuffer | Image,
  options: Omit<CompressOptions, "lattice"> & { readonly lattice: Lattice },
): Promise<PackedImage> {
  const { workers, lattice, signal, onWarning, maxPixels, depth, strip } = options;
  const bytes = bytesOf(source);
  if (!workers || !bytes || !isWorthWorker(bytes)) {
    return pack(await readSource(source, options), lattice);
  }
  const input = { source: bytes, options: { maxPixels, depth, strip }, lattice };
  return await workers.run(PACK_FILE, { input, signal, onTell: onWarning });
}
