/**
 * What an image carries beside its pixels, as the PNG chunks that hold it.
 *
 * @module
 */

/** A PNG chunk without its length and checksum. */
export interface Chunk {
  /** Four ASCII letters. */
  readonly type: string;
  /** Payload. */
  readonly data: Uint8Array;
  /** Whether it follows the pixels, as texts and Exif may. Default: it is before them. */
  readonly behind?: true | undefined;
}

/** What an image carries. */
export interface Metadata {
  /** In the order of the file that they are from, or in which they are to be written. */
  readonly chunks: readonly Chunk[];
}

/**
 * Metadata of an image that has none.
 *
 * @example
 * ```ts
 * import { type Image, NO_METADATA } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(2 * 2 * 3);
 * const image: Image = { width: 2, height: 2, channels: 3, data, metadata: NO_METADATA };
 * equal(image.metadata.chunks.length, 0);
 * ```
 */
export const NO_METADATA: Metadata = { chunks: [] };
