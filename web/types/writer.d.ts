/** Types of `writer.js`, for pages; `tests/web_types_test.ts` holds them against the module itself. */

import type { Facts, Image, OpenOptions } from "./reader.d.ts";

export type { Facts, Image, OpenOptions };
export type { ChecksumState, Chunk, Size } from "./reader.d.ts";

/** How hard to make a file small. */
export type Effort = "fast" | "default" | "max";

/** How image files are read. */
export interface ReadOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** 8 rounds a PNG of 16 bits a sample to 8, 16 keeps them (`Image.low`). Default: such files are refused. */
  readonly depth?: 8 | 16 | undefined;
  /** Told of what is wrong with a file that can be read all the same, and of what cannot travel. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** How PNGs are written. */
export interface PngOptions {
  /** How hard to compress. Default: `default`. */
  readonly effort?: Effort | undefined;
  /** Told what is done of how much. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the work with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How an image becomes a classic file. */
export interface CompressOptions extends ReadOptions, PngOptions {
  /** Which pixels are kept: `quincunx`, `rows` or `grid`. Default: quincunx, or what `ratio` calls for. */
  readonly lattice?: string | undefined;
  /** Original pixels over kept pixels. Default: the lattice's lowest. */
  readonly ratio?: number | undefined;
  /** Whether all metadata but what display needs is left out. Default: no. */
  readonly strip?: boolean | undefined;
}

/** How an image becomes a coded file. */
export interface CompressCodedOptions extends ReadOptions, PngOptions {
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /** From 1 to 100: a lossy file, of a fidelity as people know it from JPEGs. */
  readonly quality?: number | undefined;
  /** A lossy file of at most so many bytes, as good as that gets. */
  readonly targetBytes?: number | undefined;
  /** A lossy file that comes back at so many decibels (PSNR) at least, as small as that gets. */
  readonly targetDecibels?: number | undefined;
  /** How much coarser the colour of a lossy file is told than costs fewest squared errors, 0.25 to 8. Default: 1. */
  readonly chroma?: number | undefined;
  /** Original pixels over those that are coded; the others are left to be drawn. Default: all are coded. */
  readonly ratio?: 2 | 4 | 8 | 16 | undefined;
  /** Whether all metadata but what display needs is left out. Default: no. */
  readonly strip?: boolean | undefined;
  /** Address of the folder with the coders. Default: `weights/` beside the module. */
  readonly weights?: string | URL | undefined;
}

/** Says where the compiled codecs lie, `squoosh_oxipng_bg.wasm` and `mozjpeg_dec.wasm`; `base` is the page unless it is given. */
export function useCodecsFrom(folder: string | URL, base?: string | URL): void;

/** Compresses a PNG, a JPEG or pixels to a classic file. */
export function compress(
  source: Uint8Array | ArrayBuffer | Image,
  options?: CompressOptions,
): Promise<Uint8Array>;

/** Compresses a PNG, a JPEG or pixels to a coded file: lossless, nearly so, or lossy. */
export function compressCoded(
  source: Uint8Array | ArrayBuffer | Image,
  options?: CompressCodedOptions,
): Promise<Uint8Array>;

/** Decodes a PNG or a JPEG, exactly as stored, and turned as the JPEG says. */
export function decodeImage(
  file: Uint8Array | ArrayBuffer,
  options?: ReadOptions,
): Promise<Image>;

/** Writes an image and its metadata as a PNG, the same bytes on every machine. */
export function encodePng(image: Image, options?: PngOptions): Promise<Uint8Array>;

/** Peak signal-to-noise ratio in dB; infinite where nothing differs. */
export function psnr(a: Image, b: Image): number;

/** Reads a classic file's facts and verifies its checksum. */
export function probe(file: Uint8Array | ArrayBuffer, options?: OpenOptions): Facts;

/** The file is no NNC file, damaged, or of a newer version. */
export class ContainerError extends Error {}
/** The source is no picture that can be kept, or damaged. */
export class ImageError extends Error {}
/** There is no such lattice, or it does not fit. */
export class LatticeError extends Error {}
/** A coder cannot be had. */
export class WeightsError extends Error {}
