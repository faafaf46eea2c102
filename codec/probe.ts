/**
 * What a file says of itself, without restoring it.
 *
 * @module
 */

import type { Inflated } from "../platform/platform.ts";
import type { Channels } from "./lattice/raster.ts";
import type { LatticeName, Ratio } from "./lattice/lattice.ts";
import { readBareMark } from "./bare_mark.ts";
import { CHUNK_TYPE } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import type { OpenOptions } from "./file_shape.ts";
import { takeBytes } from "./image/given.ts";
import type { Chunk } from "./image/metadata.ts";
import { type ChecksumState, type NncFile, openChunks, readNncChunks } from "./nnc_file.ts";

/** The facts of a file. */
export interface Facts {
  /** Name of the lattice; `rows` is assumed where neither the file nor the options say. */
  readonly lattice: LatticeName;
  /** Original pixels over kept pixels. */
  readonly ratio: Ratio;
  /** Width of the original. */
  readonly width: number;
  /** Height of the original. */
  readonly height: number;
  /** Width of the picture that the file shows. */
  readonly packedWidth: number;
  /** Height of the picture that the file shows. */
  readonly packedHeight: number;
  /** Samples of a restored pixel. */
  readonly channels: Channels;
  /** Whether the file has an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
  /** Types of the chunks that travel with the pixels. */
  readonly metadata: readonly string[];
}

/**
 * Reads a file's facts and verifies its checksum.
 *
 * @throws {ImageError} or {@link ContainerError} or TypeError as `restore` does.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA, probe } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const facts = probe(await compress(image, { ratio: 8 }));
 * equal(facts.lattice, "quincunx");
 * equal(facts.width, 8);
 * equal(facts.checksum, "matches");
 * ```
 */
export function probe(file: Uint8Array | ArrayBuffer, options: OpenOptions = {}): Facts {
  return factsOf(openForFacts(readNncChunks(takeBytes(file, "probe"), options), options));
}

/** The facts of a file that was opened, its pixels with what their stream holds where that is known. */
export function factsOf(opened: NncFile, inflated?: Inflated): Facts {
  const { lattice, size, packedSize, metadata, hasChunk } = opened;
  const { packed, checksum } = opened.readPixels(inflated);
  return {
    lattice: lattice.name,
    ratio: lattice.ratio,
    width: size.width,
    height: size.height,
    packedWidth: packedSize.width,
    packedHeight: packedSize.height,
    channels: packed.channels,
    hasChunk,
    checksum,
    metadata: metadata.chunks.map(({ type }) => type),
  };
}

/** Opens a file that nothing is drawn of, as {@link probe} does. */
export function openForFacts(chunks: readonly Chunk[], options: OpenOptions): NncFile {
  return openChunks(chunks, assumeRows(chunks, options));
}

/** Nothing is drawn by what is told here, so a file that says nothing may be taken for what it can be. */
function assumeRows(chunks: readonly Chunk[], options: OpenOptions): OpenOptions {
  const isStated = options.lattice !== undefined || options.ratio !== undefined;
  if (isStated || chunks.some(({ type }) => type === CHUNK_TYPE)) return options;
  if (readBareMark(chunks)) {
    throw new ContainerError(
      'The file is a small picture that is stored whole, as a coded file of which "probeCoded" tells',
    );
  }
  options.onWarning?.(
    `The file has no "${CHUNK_TYPE}" chunk: it was never compressed, or lost the chunk in another program, or is of the ` +
      "program of 2020, which is what the facts are told for",
  );
  return { ...options, lattice: "rows" };
}
