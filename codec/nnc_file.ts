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

/** What to believe of a file, and against it. */
export interface OpenOptions {
  /** Lattice to assume, whatever the file says. */
  readonly lattice?: string | undefined;
  /** Ratio to assume, whatever the file says. */
  readonly ratio?: number | undefined;
  /** Size of the original to assume, whatever the file says. */
  readonly size?: Size | undefined;
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
 * Opens an NNC file, or any PNG as one that the 2020 program wrote: every second row of an image of twice the
 * height.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its chunk is damaged, contradicts the pixels, or is of a newer version.
 * @throws {LatticeError} if a lattice or a size that is to be assumed does not fit the pixels.
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
 * Which pixels of what original a file holds, by its headers and by what is to be assumed; nothing is decoded.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, or too large.
 * @throws {ContainerError} if its chunk is damaged or of a newer version.
 * @throws {LatticeError} if there is no such lattice as is to be assumed.
 */
export function readShape(file: Uint8Array, options: OpenOptions = {}): Shape {
  const chunks = readChunks(file, { needed: [CHUNK_TYPE] });
  const container = findContainer(chunks.filter(({ type }) => type === CHUNK_TYPE));
  const packed = readHeader(chunks[0]!, options);
  const { lattice, size } = shapeOf(packed, {
    container,
    options: { ...options, onWarning: undefined },
  });
  return { lattice, size };
}

function shapeOf(
  packed: Size,
  { container, options }: { container: Container | undefined; options: OpenOptions },
): Shape & { overridden: boolean } {
  const stated = container ?? assumeRows(packed, options);
  const lattice = overrideLattice(stated.lattice, options);
  const size = options.size ??
    (sameLattice(lattice, stated.lattice) ? stated.size : grow(packed, lattice));
  checkSize(size, options.maxPixels);
  const overridden = options.size !== undefined || !sameLattice(lattice, stated.lattice);
  return { lattice, size, overridden };
}

function findContainer(chunks: readonly { data: Uint8Array }[]): Container | undefined {
  if (chunks.length > 1) {
    throw new ContainerError(`A file has one "${CHUNK_TYPE}" chunk, found ${chunks.length}`);
  }
  return chunks[0] && decodeContainer(chunks[0].data);
}

function assumeRows(packed: Size, options: OpenOptions): { lattice: Lattice; size: Size } {
  const lattice = resolveLattice({ lattice: "rows" });
  if (options.lattice === undefined && options.ratio === undefined) {
    options.onWarning?.(
      `The file has no "${CHUNK_TYPE}" chunk: it is taken for every second row of an image, as the ` +
        "program of 2020 wrote it; state the lattice and the size if it is not",
    );
  }
  return { lattice, size: grow(packed, lattice) };
}

function overrideLattice(stated: Lattice, options: OpenOptions): Lattice {
  const { lattice, ratio } = options;
  if (lattice === undefined && ratio === undefined) return stated;
  return resolveLattice(options);
}

function sameLattice(a: Lattice, b: Lattice): boolean {
  return a.name === b.name && a.ratio === b.ratio;
}

/** The largest size that a lattice packs into this one. */
function grow(packed: Size, lattice: Lattice): Size {
  const { width, height } = packedPixel(lattice);
  return { width: packed.width * width, height: packed.height * height };
}

function checkFit(
  packed: Size,
  options: { lattice: Lattice; size: Size; overridden: boolean },
): void {
  const { lattice, size, overridden } = options;
  const expected = packedImageSize(size, lattice);
  if (expected.width === packed.width && expected.height === packed.height) return;
  const message =
    `The lattice ${lattice.name} at ratio ${lattice.ratio} packs ${size.width}×${size.height} ` +
    `pixels into ${expected.width}×${expected.height}, the file has ${packed.width}×${packed.height}`;
  if (!overridden) {
    throw new ContainerError(`${message}: it was resized or cut; state another size to restore it`);
  }
  const largest = grow(packed, lattice);
  throw new LatticeError(`${message}: the size is at most ${largest.width}×${largest.height}`);
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
