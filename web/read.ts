/**
 * Restoring and probing in a browser: as in the library, but inflated by the browser itself, which is faster and takes no
 * code, and which it does only while others have their turn.
 *
 * @module
 */

import { isCodedFile } from "../codec/is_coded_file.ts";
import type { OpenOptions } from "../codec/file_shape.ts";
import { takeBytes } from "../codec/image/given.ts";
import type { Image } from "../codec/image/image.ts";
import type { Chunk } from "../codec/image/metadata.ts";
import { type NncFile, openChunks, readNncChunks } from "../codec/nnc_file.ts";
import { pixelStream } from "../codec/png/png_decode.ts";
import { readHeader } from "../codec/png/png_header.ts";
import { type Facts, factsOf, openForFacts } from "../codec/probe.ts";
import type { Inflated } from "../platform/platform.ts";
import type { RestoredFile } from "../weights/restore_file.ts";
import { restoreOpened, type RestoreOptions } from "../weights/restore.ts";
import { sharedDrawing } from "./engine.ts";
import { inflateNatively } from "./inflate.ts";

/** Where the weights lie unless it is said: in `weights/` beside this file. */
const WEIGHTS = new URL("./weights/", import.meta.url);

/** What coded files take, which classic ones do without. */
export type CodedModule = typeof import("./coded.ts");

let loadCoded = (): Promise<CodedModule> => import(new URL("./coded.js", import.meta.url).href);

/** Hands in what reads coded files, for where modules cannot be loaded when they are needed. */
export function useCoded(coded: CodedModule): void {
  loadCoded = () => Promise.resolve(coded);
}

/**
 * Restores an NNC file, classic or coded. Weights are fetched from the folder `weights/` beside this file unless `weights`
 * says where.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 * @throws {WeightsError} if there is no such tier, or its weights cannot be read.
 * @throws {GpuError} if the device fails.
 * @throws {TypeError} if it is given something else than bytes.
 */
export async function restore(
  file: Uint8Array | ArrayBuffer,
  options: RestoreOptions = {},
): Promise<RestoredFile> {
  const bytes = takeBytes(file, "restore");
  const how = {
    ...options,
    weights: options.weights ?? WEIGHTS,
    engine: options.engine ?? sharedDrawing(),
  };
  if (isCodedFile(bytes)) {
    const { restoreCodedFile } = await loadCoded();
    return await restoreCodedFile(bytes, how);
  }
  const chunks = readNncChunks(bytes, options);
  const opened = openChunks(chunks, options);
  const inflated = await inflatePixels(chunks, options);
  const source: NncFile = { ...opened, readPixels: () => opened.readPixels(inflated) };
  return await restoreOpened(source, how);
}

/**
 * Restores what has come in of a coded file, which is smaller than the original, for looking at while more is on its way.
 *
 * @throws {Error} as {@link restore} does.
 */
export async function restorePart(file: Uint8Array, options: RestoreOptions): Promise<Image> {
  const { restoreCodedPart } = await loadCoded();
  return await restoreCodedPart(file, { ...options, weights: options.weights ?? WEIGHTS });
}

/**
 * Reads a file's facts and verifies its checksum.
 *
 * @throws {ImageError} or {@link ContainerError} or TypeError as {@link restore} does.
 */
export async function probe(
  file: Uint8Array | ArrayBuffer,
  options: OpenOptions = {},
): Promise<Facts> {
  const chunks = readNncChunks(takeBytes(file, "probe"), options);
  const opened = openForFacts(chunks, options);
  return factsOf(opened, await inflatePixels(chunks, options));
}

/** What the stream of a file's pixels holds. */
async function inflatePixels(
  chunks: readonly Chunk[],
  options: OpenOptions,
): Promise<Inflated> {
  const { compressed, length } = pixelStream(chunks, readHeader(chunks[0]!, options));
  return await inflateNatively(compressed, length);
}
