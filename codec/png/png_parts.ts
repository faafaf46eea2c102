/**
 * The order of a PNG's chunks.
 *
 * @module
 */

import type { Chunk, Metadata } from "../image/metadata.ts";
import { writeChunks } from "./png_chunks.ts";

/** What stands in a PNG besides its own chunks. */
export interface PartsOptions {
  /** Chunks that follow IHDR before any other. Default: none. */
  readonly chunks?: readonly Chunk[] | undefined;
  /** Chunks that follow IDAT and what of the metadata does. Default: none. */
  readonly trailing?: readonly Chunk[] | undefined;
  /** What travels, each chunk before the pixels or behind them. */
  readonly metadata: Metadata;
}

/** A PNG of its own chunks, IHDR to IDAT, with metadata and others around them. */
export function writeParts(
  [header, ...pixels]: readonly Chunk[],
  options: PartsOptions,
): Uint8Array {
  const { chunks } = options.metadata;
  return writeChunks([
    header!,
    ...options.chunks ?? [],
    ...chunks.filter(({ behind }) => !behind),
    ...pixels,
    ...chunks.filter(({ behind }) => behind),
    ...options.trailing ?? [],
    { type: "IEND", data: new Uint8Array(0) },
  ]);
}
