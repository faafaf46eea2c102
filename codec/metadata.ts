/**
 * The colour and capture data that travels with the pixels, as the PNG chunks that hold it.
 *
 * @module
 */

/** A PNG chunk without its length and checksum. */
export interface Chunk {
  /** Four ASCII letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Chunks in the order in which they are written. */
export interface Metadata {
  readonly chunks: readonly Chunk[];
}

/** Metadata of an image that has none. */
export const NO_METADATA: Metadata = { chunks: [] };
