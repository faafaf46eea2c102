/**
 * What is compressed: a file or a caller's image, read, and none of ours.
 *
 * @module
 */

import type { Task, Workers } from "../platform/tasks.ts";
import { readBareMark } from "./bare_mark.ts";
import { CHUNK_TYPE } from "./container.ts";
import { holdWarnings } from "./held_warnings.ts";
import { bytesOf, requireImage } from "./image/given.ts";
import { checkImage, type Image } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import type { Chunk } from "./image/metadata.ts";
import { readFrame } from "./jpeg/jpeg_frame.ts";
import { readJpegParts } from "./jpeg/jpeg_segments.ts";
import { displayMetadata, travellingMetadata } from "./png/metadata.ts";
import { isPng, readChunks } from "./png/png_chunks.ts";
import { decodeImage, decodePngImage, type ReadOptions } from "./read.ts";

/** How what is compressed is read. */
export interface SourceOptions extends ReadOptions {
  /** Whether all metadata but what display needs is left out: capture data, texts, density. Default: no. */
  readonly strip?: boolean | undefined;
}

/**
 * The image that bytes or a caller's object hold, with the metadata that travels.
 *
 * @throws {ImageError} if the source is no image that can be kept exactly, or an NNC file already.
 * @throws {TypeError} if the source is neither bytes nor an image.
 */
export async function readSource(
  source: Uint8Array | ArrayBuffer | Image,
  options: SourceOptions,
): Promise<Image> {
  const bytes = bytesOf(source);
  const image = bytes ? await decodeSource(bytes, options) : takeImage(source, options);
  return options.strip ? { ...image, metadata: displayMetadata(image.metadata) } : image;
}

/** A file that is to be read. */
export interface ReadFileInput {
  /** The bytes of a PNG or a JPEG. */
  readonly source: Uint8Array;
  /** How it is read; what is worth knowing of it is told by the task. */
  readonly options: Omit<SourceOptions, "onWarning">;
}

/** Reads a file, here or on a worker. */
export const READ_FILE: Task<ReadFileInput, Image> = {
  name: "read file",
  work: ({ source, options }, tell) => readSource(source, { ...options, onWarning: tell }),
};

/** Pixels up to which a worker would be longer in starting than in reading a file. */
const MOST_SMALL_PIXELS = 2 ** 17;

/** Whether a file is worth a worker: while a large one is read, the thread that reads it does nothing else. */
export function isWorthWorker(source: Uint8Array): boolean {
  return statedPixels(source) > MOST_SMALL_PIXELS;
}

/**
 * Reads a file as {@link readSource} does, by a worker where it is worth one.
 *
 * @throws {ImageError} as {@link readSource}
 */
export async function readFile(
  source: Uint8Array,
  options: SourceOptions & { readonly workers: Workers },
): Promise<Image> {
  const { workers, onWarning, maxPixels, depth, strip } = options;
  if (!isWorthWorker(source)) return await readSource(source, options);
  const input = { source, options: { maxPixels, depth, strip } };
  return await workers.run(READ_FILE, { input, onTell: onWarning });
}

/** A caller's image, which may have anything in it. */
function takeImage(image: unknown, options: ReadOptions): Image {
  requireImage(
    image,
    '"compress" takes the bytes of a PNG or JPEG as a Uint8Array or an ArrayBuffer, or',
  );
  checkImage(image);
  return { ...image, metadata: travellingMetadata(image.metadata.chunks, options) };
}

async function decodeSource(source: Uint8Array, options: ReadOptions): Promise<Image> {
  if (!isPng(source)) return await decodeImage(source, options);
  return await holdWarnings(options, (held) => {
    const chunks = readChunks(source, { ...held, needed: [CHUNK_TYPE] });
    refuseOurs(chunks);
    return decodePngImage(chunks, held);
  });
}

/** Whether a file is an NNC file already. */
export function isCompressed(source: Uint8Array): boolean {
  return isPng(source) && isOurs(readChunks(source, { needed: [CHUNK_TYPE] }));
}

/**
 * Looks whether a file is none of ours.
 *
 * @throws {ImageError} if it is an NNC file already.
 */
export function checkNotCompressed(source: Uint8Array): void {
  if (isPng(source)) refuseOurs(readChunks(source, { needed: [CHUNK_TYPE] }));
}

function refuseOurs(chunks: readonly Chunk[]): void {
  if (isOurs(chunks)) {
    throw new ImageError("The file is an NNC file already; restore it first to compress it anew");
  }
}

function isOurs(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ type }) => type === CHUNK_TYPE) || readBareMark(chunks) !== undefined;
}

/** Where a PNG's header begins: after the signature, a length and a type. */
const IHDR_AT = 16;

/** How many pixels an image says that it has; 0 where that cannot be read, as nothing is decoded of it then. */
export function statedPixels(source: Uint8Array): number {
  try {
    if (isPng(source)) {
      const header = new DataView(source.buffer, source.byteOffset + IHDR_AT);
      return header.getUint32(0) * header.getUint32(4);
    }
    const { width, height } = readFrame(readJpegParts(source).segments);
    return width * height;
  } catch {
    return 0;
  }
}
