/**
 * What goes wrong with files: every message says what was found and what to do about it.
 *
 * @module
 */

/**
 * The file or the pixels are not an image that NNC takes.
 *
 * @example
 * ```ts
 * import { decodeImage, ImageError } from "@nnc/nnc";
 * import { rejects } from "node:assert/strict";
 *
 * await rejects(decodeImage(new Uint8Array(0)), ImageError);
 * ```
 */
export class ImageError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ImageError";
}

/**
 * A lattice, a ratio or a size that does not exist or does not fit the image.
 *
 * @example
 * ```ts
 * import { LatticeError, resolveLattice } from "@nnc/nnc";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => resolveLattice({ lattice: "rows", ratio: 16 }), LatticeError);
 * ```
 */
export class LatticeError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "LatticeError";
}

/**
 * An `nnCX` chunk that is damaged, contradicts its image, or comes from a newer version.
 *
 * @example
 * ```ts
 * import { ContainerError, encodePng, type Image, NO_METADATA, probe } from "@nnc/nnc";
 * import { throws } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const chunks = [{ type: "nnCX", data: Uint8Array.of(99) }];
 * const file = await encodePng(image, { chunks });
 * throws(() => probe(file), ContainerError);
 * ```
 */
export class ContainerError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ContainerError";
}
