/**
 * Coded files with the shipped coders: what the library's entries need beside the codec.
 *
 * @module
 */

import { decodeCoded } from "../codec/coded_decoder.ts";
import { codingWay, encodeWay } from "../codec/coded_way.ts";
import { openCoded } from "../codec/coded_file.ts";
import { qualityOf } from "../codec/coded_quality.ts";
import { bytesOf, takeBytes } from "../codec/image/given.ts";
import type { Image } from "../codec/image/image.ts";
import type { Ratio } from "../codec/lattice/lattice.ts";
import type { Size } from "../codec/lattice/raster.ts";
import type { Effort } from "../codec/png/png_pixels.ts";
import { readFile, readSource, type SourceOptions } from "../codec/source.ts";
import type { Workers } from "../platform/tasks.ts";
import { coderForReading, coderForWriting } from "./coder_choice.ts";
import type { CoderFile } from "./coder_file.ts";

/** What writing and reading coded files may be told alike. */
export interface CodedOptions {
  /** A coder of one's own, from `decodeCoderFile`. Default: the shipped one, by effort or as the file says. */
  readonly coder?: CoderFile | undefined;
  /** Address of the folder that the shipped weights lie in. Default: that of this module. */
  readonly weights?: string | URL | undefined;
  /** What codes. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Aborts, with its reason. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all pixels are done. Default: nobody. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How an image becomes a coded file; everything has a default. */
export interface CompressCodedOptions extends CodedOptions, SourceOptions {
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /** From 1 to 100: a lossy file, of a fidelity as people know it from JPEGs. Default: samples have a largest error. */
  readonly quality?: number | undefined;
  /** A file of at most so many bytes, as good as that gets: a lossy one, or a lossless one that fits. Default: `quality` decides. */
  readonly targetBytes?: number | undefined;
  /** A file that comes back at so many decibels (PSNR) at least, as small as that gets: lossy, unless a lossless one is smaller. Default: `quality` decides. */
  readonly targetDecibels?: number | undefined;
  /** How much wider the steps of chroma are than costs fewest squared errors, 0.25 to 8, of a lossy file. Default: 1. */
  readonly chroma?: number | undefined;
  /**
   * What a lossy file's steps are spread over the picture for: `"ssim"`, eyes, makes them finer where little is around and coarser where
   * much is; `"psnr"`, squared errors, even. Default: `"psnr"` for `targetDecibels`, else `"ssim"`.
   */
  readonly tune?: "ssim" | "psnr" | undefined;
  /** Original pixels over those that are coded; the others are left for `restore` to draw. Default: all are coded. */
  readonly ratio?: Ratio | undefined;
  /** How hard to make the file small: `"max"` takes the best coder, which is slower to read as well. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/**
 * Compresses a PNG, a JPEG or pixels to a coded file: every pixel exactly, or within a largest error, in fewer bytes than a
 * PNG; or lossy, in far fewer. The same pixels, metadata and options give the same bytes on every machine, and what is restored from them
 * compresses to them again.
 *
 * A file can be read with the coder alone that it was written with, which it names.
 *
 * @throws {ImageError} if the source is no image that can be kept exactly, an NNC file already, or has transparent pixels
 * where there is a ratio.
 * @throws {RangeError} if the largest error is no whole number from 0 to 16, or a quality or a factor is none that there is.
 * @throws {TypeError} if options contradict each other.
 * @throws {WeightsError} if the shipped coder cannot be read.
 * @throws {TypeError} if the source is neither bytes nor an image.
 *
 * @example
 * ```ts
 * import { compressCoded, type Image, maxError, NO_METADATA, restore } from "@nnc/nnc";
 * import { equal, ok } from "node:assert/strict";
 *
 * const data = Uint8Array.from({ length: 32 * 24 * 3 }, (_, i) => 128 + 90 * Math.sin(i / 300));
 * const photo: Image = { width: 32, height: 24, channels: 3, data, metadata: NO_METADATA };
 * equal(maxError(photo, await restore(await compressCoded(photo))), 0);
 * ok(maxError(photo, await restore(await compressCoded(photo, { maxError: 2 }))) <= 2);
 * ```
 */
export async function compressCoded(
  source: Uint8Array | ArrayBuffer | Image,
  options: CompressCodedOptions = {},
): Promise<Uint8Array> {
  const { coder, weights, workers, effort, maxError, ratio, signal, onProgress } = options;
  const way = codingWay(options);
  const bytes = bytesOf(source);
  const image = bytes && workers
    ? await readFile(bytes, { ...options, workers })
    : await readSource(source, options);
  const isLossy = way !== undefined;
  const chosen = await coderForWriting(effort, { own: coder, folder: weights, isLossy });
  const how = { ...chosen, maxError, ratio, effort, workers, signal, onProgress };
  const findExact = () => coderForWriting(effort, { folder: weights });
  return await encodeWay(image, { way, findExact, ...how });
}

/** How a coded file is read; everything has a default. */
export interface ReadCodedOptions extends CodedOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Whether of a file that is damaged behind its PNG's pixels what comes before is read. Default: no; it is refused. */
  readonly salvage?: boolean | undefined;
  /** Told of what is wrong with a file that can be read all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What is there of a coded file: all of the image, or every so many pixels of it. */
export interface CodedImage extends Image {
  /** Distance in original pixels between neighbouring pixels; 1 where all of the image is there. */
  readonly spacing: number;
  /** Largest error of a sample in grey levels; 0 is lossless, unless there is a `quality`. */
  readonly maxError: number;
  /** Of a lossy file, the quality from 1 to 100 that gives it, to two decimals. */
  readonly quality?: number | undefined;
  /** Size of the original. */
  readonly original: Size;
}

/**
 * Reads a coded file, or as much of one as has come in: it may end anywhere behind its PNG's pixels. Nothing is drawn; `restore`
 * does that.
 *
 * @throws {ImageError} if the file is no PNG, damaged up to its pixels, or too large.
 * @throws {ContainerError} if it is no coded file, its chunks contradict each other or the pixels, or it is damaged and not
 * to be salvaged.
 * @throws {WeightsError} if its coder is neither shipped nor given, or cannot be read.
 * @throws {TypeError} if it is given something else than bytes.
 *
 * @example
 * ```ts
 * import { compressCoded, type Image, NO_METADATA, readCoded } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * const wave = (i: number) => 128 + 90 * Math.sin(i / 30) * Math.cos(i / 1700) + 3 * Math.sin(i ** 2);
 * const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => wave(i));
 * const photo: Image = { width: 64, height: 48, channels: 3, data, metadata: NO_METADATA };
 * const file = await compressCoded(photo, { maxError: 2 });
 * const whole = await readCoded(file);
 * deepEqual([whole.spacing, whole.maxError], [1, 2]);
 * const start = await readCoded(file.subarray(0, file.length / 2));
 * deepEqual([start.width, start.original.width], [64 / start.spacing, 64]);
 * ```
 */
export async function readCoded(
  file: Uint8Array | ArrayBuffer,
  options: ReadCodedOptions = {},
): Promise<CodedImage> {
  const { coder, weights, ...rest } = options;
  const bytes = takeBytes(file, "readCoded");
  const chosen = await coderForReading(openCoded(bytes).header.coder, {
    own: coder,
    folder: weights,
  });
  const { image, spacing, header } = await decodeCoded(bytes, { ...rest, ...chosen });
  const { maxError, lossy, size: original } = header;
  return { ...image, spacing, maxError, original, ...lossy && { quality: qualityOf(lossy) } };
}
