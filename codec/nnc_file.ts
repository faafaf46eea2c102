/**
 * An NNC file opened: its kept pixels, where they belong, and what is known of them.
 *
 * @module
 */

import { keptChecksum } from "./checksum.ts";
import { CHUNK_TYPE, type Container, decodeContainer } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import { LatticeError } from "./lattice/lattice_error.ts";
import { checkSize, dropOpaqueAlpha, type Image } from "./image/image.ts";
import type { Size } from "./lattice/raster.ts";
import { type Lattice, resolveLattice } from "./lattice/lattice.ts";
import { packedImageSize, packedPixel } from "./lattice/pyramid.ts";
import type { Metadata } from "./image/metadata.ts";
import { replaceChunk, travellingMetadata } from "./png/metadata.ts";
import { hex } from "./image/bytes.ts";
import { readChunks } from "./png/png_chunks.ts";
import { decodePng } from "./png/png_decode.ts";
import { readHeader } from "./png/png_header.ts";

/** Whether the kept pixels are those that were compressed; `absent` where the file cannot tell. */
export type ChecksumState = "matches" | "differs" | "absent";

/** What is known of a file besides what it says. */
export interface OpenOptions {
  /** Its lattice, for files without a chunk. Default: what the file says. */
  readonly lattice?: string | undefined;
  /** Its ratio. Default: what the file says, or the lowest of `lattice`. */
  readonly ratio?: number | undefined;
  /** Size of the original. Default: what the file says, or the largest that fits. */
  readonly size?: Size | undefined;
  /** Whether `lattice`, `ratio` and `size` stand against what the file says, which is refused otherwise. Default: no. */
  readonly override?: boolean | undefined;
  /** Pixels of the original above which the file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Told of what is wrong with a file that can be restored all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An original, and which of its pixels a file holds. */
export interface Shape {
  /** Which pixels were kept. */
  readonly lattice: Lattice;
  /** Size of the original. */
  readonly size: Size;
}

/** An NNC file whose pixels have been read. */
export interface NncFile extends Shape {
  /** The kept pixels; without alpha where all of them are opaque. Its metadata is the file's own. */
  readonly packed: Image;
  /** What the original's metadata was. */
  readonly metadata: Metadata;
  /** Whether the file has an `nnCX` chunk. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
}

/**
 * Opens an NNC file; or, where a lattice is stated, any PNG: those of the program of 2020 hold rows and no chunk.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if a lattice or a size that is stated does not fit the pixels, or contradicts the chunk.
 */
export function openNncFile(file: Uint8Array, options: OpenOptions = {}): NncFile {
  const { image, ancillary } = decodePng(file, { ...options, needed: [CHUNK_TYPE] });
  const container = findContainer(ancillary.filter(({ type }) => type === CHUNK_TYPE));
  const metadata = travellingMetadata(ancillary, options);
  const packed = { ...dropOpaqueAlpha(image), metadata };
  const { lattice, size, overridden } = shapeOf(packed, { container, options });
  checkFit(packed, { lattice, size, overridden });
  const original = container
    ? replaceChunk(metadata, { type: "pHYs", data: container.density })
    : metadata;
  const checksum = overridden || !container
    ? "absent"
    : compareChecksum(packed, { container, onWarning: options.onWarning });
  return { packed, lattice, size, metadata: original, hasChunk: container !== undefined, checksum };
}

/**
 * Which pixels of what original a file holds, by its headers and by what is stated; nothing is decoded.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, or too large.
 * @throws {ContainerError} if its chunk is damaged, of a newer version, or missing and no lattice is stated.
 * @throws {LatticeError} if there is no such lattice as is stated, or if it contradicts the chunk.
 */
export function readShape(file: Uint8Array, options: OpenOptions = {}): Shape {
  const chunks = readChunks(file, { needed: [CHUNK_TYPE] });
  const container = findContainer(chunks.filter(({ type }) => type === CHUNK_TYPE));
  const packed = readHeader(chunks[0]!, options);
  const { lattice, size } = shapeOf(packed, { container, options });
  return { lattice, size };
}

function shapeOf(
  packed: Size,
  { container, options }: { container: Container | undefined; options: OpenOptions },
): Shape & { overridden: boolean } {
  const shape = container === undefined
    ? { ...stateShape(packed, options), overridden: options.size !== undefined }
    : reconcileShape(packed, { container, options });
  checkSize(shape.size, options.maxPixels);
  return shape;
}

/** The shape of a file that does not tell it. */
function stateShape(packed: Size, options: OpenOptions): Shape {
  if (options.lattice === undefined && options.ratio === undefined) {
    throw new ContainerError(
      `The PNG has no "${CHUNK_TYPE}" chunk: it was never compressed, or lost the chunk in another program, or is of the ` +
        'program of 2020. State its lattice if it holds kept pixels all the same: "lattice: rows" if it is of 2020',
    );
  }
  const lattice = resolveLattice(options);
  return { lattice, size: options.size ?? grow(packed, lattice) };
}

/** The file's own word stands, unless its pixels refute it or the caller insists. */
function reconcileShape(
  packed: Size,
  { container, options }: { container: Container; options: OpenOptions },
): Shape & { overridden: boolean } {
  const { lattice, size } = container;
  const isStated = options.lattice !== undefined || options.ratio !== undefined;
  const stated = isStated ? resolveLattice(options) : lattice;
  const contradiction = findContradiction(container, options);
  if (contradiction === undefined) return { lattice, size, overridden: false };
  if (!options.override && fits(packed, container)) {
    throw new LatticeError(
      `The file says ${contradiction.found}, which its pixels bear out, and ${contradiction.stated} was stated; ` +
        'leave that out, or insist with "override"',
    );
  }
  const same = stated.name === lattice.name && stated.ratio === lattice.ratio;
  return {
    lattice: stated,
    size: options.size ?? (same ? size : grow(packed, stated)),
    overridden: true,
  };
}

/** What is stated of a file against what it says, in words. */
function findContradiction(
  { lattice, size }: Container,
  stated: OpenOptions,
): { found: string; stated: string } | undefined {
  if (stated.lattice !== undefined && stated.lattice !== lattice.name) {
    return { found: `lattice ${lattice.name}`, stated: stated.lattice };
  }
  if (stated.ratio !== undefined && stated.ratio !== lattice.ratio) {
    return { found: `ratio ${lattice.ratio}`, stated: String(stated.ratio) };
  }
  const differs = stated.size &&
    (stated.size.width !== size.width || stated.size.height !== size.height);
  return differs ? { found: describeSize(size), stated: describeSize(stated.size!) } : undefined;
}

function describeSize({ width, height }: Size): string {
  return `${width}×${height}`;
}

function findContainer(chunks: readonly { data: Uint8Array }[]): Container | undefined {
  if (chunks.length > 1) {
    throw new ContainerError(`A file has one "${CHUNK_TYPE}" chunk, found ${chunks.length}`);
  }
  return chunks[0] && decodeContainer(chunks[0].data);
}

/** The largest size that a lattice packs into this one. */
function grow(packed: Size, lattice: Lattice): Size {
  const { width, height } = packedPixel(lattice);
  return { width: packed.width * width, height: packed.height * height };
}

function fits(packed: Size, { lattice, size }: Shape): boolean {
  const expected = packedImageSize(size, lattice);
  return expected.width === packed.width && expected.height === packed.height;
}

function checkFit(packed: Size, shape: Shape & { overridden: boolean }): void {
  if (fits(packed, shape)) return;
  const { lattice, size, overridden } = shape;
  const expected = packedImageSize(size, lattice);
  const message = `The lattice ${lattice.name} at ratio ${lattice.ratio} packs ${
    describeSize(size)
  } pixels into ${describeSize(expected)}, the file has ${describeSize(packed)}`;
  if (!overridden) {
    throw new ContainerError(`${message}: it was resized or cut; state another size to restore it`);
  }
  throw new LatticeError(
    `${message}: the size is at most ${describeSize(grow(packed, lattice))}`,
  );
}

function compareChecksum(
  packed: Image,
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
