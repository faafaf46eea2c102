/**
 * What a coded file says of itself, and what is needed to write or read one.
 *
 * @module
 */

import type { Workers } from "../platform/tasks.ts";
import type { Coder, OfferNetwork } from "./coded/coder.ts";
import { type BareFacts, readBareMark } from "./bare_mark.ts";
import { type CodedHeader, decodeCodedHeader, NO_CODER } from "./coded_header.ts";
import { planesOf } from "./coded_planes.ts";
import { ALPHA_CHUNK_TYPE, LOW_CHUNK_TYPE } from "./apart_chunks.ts";
import { octavesOf } from "./coded_octaves.ts";
import { CHUNK_TYPE, findContainer } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import { checkSize } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Size } from "./lattice/raster.ts";
import { type ChunkFault, readChunks } from "./png/png_chunks.ts";
import { decodeChunks } from "./png/png_decode.ts";
import { readHeader } from "./png/png_header.ts";
import { STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** What runs the networks of coded files, and which those are. */
export interface CodingOptions {
  /** The networks. */
  readonly coder: Coder;
  /** The digest that names them, 8 bytes. */
  readonly digest: Uint8Array;
  /** Offered them before the processor. Default: nobody. */
  readonly run?: OfferNetwork | undefined;
  /** What codes, and deflates. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Aborts, with its reason. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all pixels are done. Default: nobody. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The parts of a coded file. */
export interface OpenedFile {
  /** Its chunks, but those that are damaged. */
  readonly chunks: readonly Chunk[];
  /** What it says. */
  readonly header: CodedHeader;
  /** Size of the picture that it shows. */
  readonly shown: Size;
  /** What is damaged or missing behind its pixels. */
  readonly faults: readonly ChunkFault[];
}

/**
 * Reads a file's chunks, and what they say; nothing is decoded. The file may be cut off behind its PNG's pixels.
 *
 * @throws {ImageError} if the file is no PNG or damaged up to its pixels.
 * @throws {ContainerError} if it is no coded file, or its header is damaged.
 */
export function openCoded(
  file: Uint8Array,
  options: { readonly onWarning?: ((message: string) => void) | undefined } = {},
): OpenedFile {
  const faults: ChunkFault[] = [];
  const chunks = readChunks(file, {
    needed: [CHUNK_TYPE, ALPHA_CHUNK_TYPE, STEP_CHUNK_TYPE, LOW_CHUNK_TYPE],
    onWarning: options.onWarning,
    onFault: (fault) => faults.push(fault),
  });
  const data = findContainer(chunks);
  const bare = data ? undefined : readBareMark(chunks);
  if (!data && !bare) {
    throw new ContainerError(
      `The PNG has no "${CHUNK_TYPE}" chunk, so it is no coded file; "compressCoded" makes one of a photo`,
    );
  }
  if (!chunks.some(({ type }) => type === "IDAT")) {
    throw new ContainerError('The PNG has no "IDAT" chunk, so no picture; get the file again');
  }
  const { width, height } = readHeader(chunks[0]!, { depth: 16, maxPixels: Infinity });
  const shown = { width, height };
  const header = bare ? bareHeader(chunks, bare) : decodeCodedHeader(data!, shown);
  return { chunks, faults, header, shown };
}

/** What a header would say of a bare PNG; its pixels are few, and tell whether they are grey. */
function bareHeader(chunks: readonly Chunk[], { isColoured, isWide }: BareFacts): CodedHeader {
  const { image } = decodeChunks(chunks, { depth: 16 });
  const { colours, alpha } = planesOf(image);
  const { width, height } = image;
  return {
    octaves: 0,
    maxError: 0,
    isGrey: colours.channels === 1,
    isColoured,
    hasAlpha: alpha !== undefined,
    isWide: isWide || image.low !== undefined,
    size: { width, height },
    coder: NO_CODER,
    checksums: [0],
  };
}

/**
 * Checks a file before anything of its size is allocated.
 *
 * @param maxPixels above which it is too large; default: 400 million
 * @throws {ImageError} if it is too large.
 * @throws {ContainerError} if what it shows is not of the size that belongs to what it says.
 */
export function checkOpened({ header, shown }: OpenedFile, maxPixels?: number): void {
  checkSize(header.size, maxPixels);
  const { width, height } = octavesOf(header).at(-1)!.size;
  if (shown.width === width && shown.height === height) return;
  throw new ContainerError(
    `The file must show ${width}×${height} pixels, found ${shown.width}×${shown.height}`,
  );
}
