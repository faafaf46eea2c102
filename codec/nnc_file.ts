/**
 * An NNC file opened: which pixels it keeps of what original, and what is known of them.
 *
 * @module
 */

import type { Inflated } from "../platform/platform.ts";
import type { Task, Workers } from "../platform/tasks.ts";
import { keptChecksum } from "./checksum.ts";
import { readBareMark } from "./bare_mark.ts";
import { CHUNK_TYPE, type Container, decodeContainer, findContainer } from "./container.ts";
import { findShape, type OpenOptions, type Shape } from "./file_shape.ts";
import { hex } from "./image/bytes.ts";
import { dropOpaqueAlpha } from "./image/image.ts";
import type { Chunk, Metadata } from "./image/metadata.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { canonicalMetadata, travellingMetadata } from "./png/metadata.ts";
import { isAncillary, isPng, readChunks } from "./png/png_chunks.ts";
import { decodeChunks } from "./png/png_decode.ts";
import { readHeader } from "./png/png_header.ts";

/** Whether the kept pixels are those that were compressed; `absent` where the file cannot tell. */
export type ChecksumState = "matches" | "differs" | "absent";

/** An NNC file that was opened: everything but its pixels, which are read when they are asked for. */
export interface NncFile extends Shape {
  /** Size of the picture that the file shows. */
  readonly packedSize: Size;
  /** What the original's metadata was. */
  readonly metadata: Metadata;
  /** Whether the file has an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /**
   * Decodes the kept pixels, each time anew, so that a large image lies in memory only where it is worked on.
   *
   * @param inflated what their stream holds, for who has inflated it already
   * @throws {ImageError} if they are damaged.
   */
  readPixels(inflated?: Inflated): KeptPixels;
  /**
   * As {@link NncFile.readPixels}, by a worker.
   *
   * @throws {ImageError} if they are damaged; the signal's reason if aborted.
   */
  readPixelsBy(workers: Workers, signal?: AbortSignal): Promise<KeptPixels>;
}

/** The kept pixels of a file. */
export interface KeptPixels {
  /** Packed without gaps; without alpha where all of them are opaque. */
  readonly packed: Raster;
  /** Whether they are those that were compressed. */
  readonly checksum: ChecksumState;
}

/**
 * Opens an NNC file; or, where a lattice is stated, any PNG: those of the program of 2020 hold rows and no chunk.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, or too large.
 * @throws {ContainerError} if its chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if a lattice or a size that is stated does not fit the pixels, or contradicts the chunk.
 */
export function openNncFile(file: Uint8Array, options: OpenOptions = {}): NncFile {
  const opened = openChunks(readNncChunks(file, options), options);
  if (!opened.hasChunk) options.onWarning?.(describeAssumption(opened));
  return opened;
}

/** Whether a file is a PNG that says which pixels it keeps, of whatever version or bare; that it is sound is not said. */
export function isNncFile(file: Uint8Array): boolean {
  if (!isPng(file)) return false;
  const chunks = readChunks(file, { needed: [CHUNK_TYPE], onFault: () => {} });
  return chunks.some(({ type }) => type === CHUNK_TYPE) || readBareMark(chunks) !== undefined;
}

/** The chunks of a file, of which its own must not be damaged. */
export function readNncChunks(file: Uint8Array, { onWarning }: OpenOptions = {}): Chunk[] {
  return readChunks(file, { needed: [CHUNK_TYPE], onWarning });
}

/** Opens a file whose chunks have been read, as {@link openNncFile} does. */
export function openChunks(chunks: readonly Chunk[], options: OpenOptions): NncFile {
  const data = findContainer(chunks);
  const container = data && decodeContainer(data);
  const { width, height } = readHeader(chunks[0]!, options);
  const packedSize = { width, height };
  const { lattice, size, overridden } = findShape(packedSize, { container, options });
  const { maxPixels, onWarning } = options;
  const stored = { chunks, container: overridden ? undefined : container, maxPixels };
  return {
    lattice,
    size,
    packedSize,
    metadata: originalMetadata(chunks, { container, options }),
    hasChunk: container !== undefined,
    readPixels: (inflated) => readPixels(stored, { onWarning, inflated }),
    readPixelsBy: (workers, signal) =>
      workers.run(READ_PIXELS, { input: stored, onTell: onWarning, signal }),
  };
}

/** Of a file without a chunk nothing tells whether what was stated is true, nor whether its pixels are as they were. */
function describeAssumption({ lattice, size }: Shape): string {
  return `The file does not say which pixels it keeps, nor whether they were changed; it is taken for ${lattice.name} at ratio ` +
    `${lattice.ratio} of ${size.width}×${size.height} pixels, as was stated`;
}

/** What pixels are read from. */
export interface StoredPixels {
  /** The file's. */
  readonly chunks: readonly Chunk[];
  /** What it says, if that stands. */
  readonly container: Container | undefined;
  /** As stated of the file. */
  readonly maxPixels: number | undefined;
}

/** Reads the pixels of a file, here or on a worker. */
export const READ_PIXELS: Task<StoredPixels, KeptPixels> = {
  name: "read pixels",
  work: (stored, tell) => Promise.resolve(readPixels(stored, { onWarning: tell })),
};

function readPixels(
  { chunks, container, maxPixels }: StoredPixels,
  options: Pick<OpenOptions, "onWarning"> & { inflated?: Inflated | undefined },
): KeptPixels {
  const { onWarning } = options;
  const packed = dropOpaqueAlpha(decodeChunks(chunks, { ...options, maxPixels }).image);
  const checksum = container ? compareChecksum(packed, { container, onWarning }) : "absent";
  return { packed, checksum };
}

/** What travels, but with the original's density: the file's own is that of packed pixels. */
function originalMetadata(
  chunks: readonly Chunk[],
  { container, options }: { container: Container | undefined; options: OpenOptions },
): Metadata {
  const ancillary = chunks.filter(({ type }) => isAncillary(type));
  if (!container) return travellingMetadata(ancillary, options);
  const others = ancillary.filter(({ type }) => type !== "pHYs");
  const { density } = container;
  const original = density ? [...others, { type: "pHYs", data: density }] : others;
  return canonicalMetadata(travellingMetadata(original, options));
}

function compareChecksum(
  packed: Raster,
  options: { container: Container; onWarning: OpenOptions["onWarning"] },
): ChecksumState {
  const { container } = options;
  const found = keptChecksum(packed, container);
  if (found === container.checksum) return "matches";
  options.onWarning?.(
    `The kept pixels are not those that were compressed: their checksum is ${
      hex(found)
    }, the file ` +
      `states ${hex(container.checksum)}; another program changed them`,
  );
  return "differs";
}
