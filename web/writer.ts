/**
 * Writing NNC files in a browser, classic and coded. A page that only shows them needs nothing of this.
 *
 * ```js ignore
 * import { compress, useCodecsFrom } from "./writer.js";
 *
 * useCodecsFrom("codecs", import.meta.url);
 * const file = await compress(await photo.arrayBuffer(), { lattice: "quincunx" });
 * ```
 *
 * A page with a strict policy must allow `script-src 'wasm-unsafe-eval'`, as the codecs are WebAssembly.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { inflateSlowly } from "../platform/inflate_slowly.ts";
import { usePlatform } from "../platform/platform.ts";
import { compressCoded as code, type CompressCodedOptions } from "../weights/coded.ts";

usePlatform({ inflateCarefully: inflateSlowly });

/** Where the coders lie unless it is said: in `weights/` beside this file. */
const WEIGHTS = new URL("./weights/", import.meta.url);

/**
 * Compresses to a coded file, as the library does. The coder is fetched from the folder `weights/` beside this file unless
 * `weights` says where.
 *
 * @throws {ImageError} if the source is no image that can be kept exactly, or is an NNC file already.
 * @throws {RangeError} if the largest error is out of range.
 * @throws {WeightsError} if the coder cannot be read.
 */
export function compressCoded(
  source: Uint8Array | ArrayBuffer | Image,
  options: CompressCodedOptions = {},
): Promise<Uint8Array> {
  return code(source, { weights: WEIGHTS, ...options });
}

export { useCodecsFrom } from "../platform/web.ts";
export { compress, type CompressOptions } from "../codec/compress.ts";
export { decodeImage, type ReadOptions } from "../codec/read.ts";
export { encodePng, type PngOptions } from "../codec/png/png.ts";
export { psnr } from "../codec/image/metrics.ts";
export { type Facts, probe } from "../codec/probe.ts";
export type { CompressCodedOptions, Image };

export { WeightsError } from "../weights/weights_error.ts";
export { ContainerError } from "../codec/container_error.ts";
export { ImageError } from "../codec/image/image_error.ts";
export { LatticeError } from "../codec/lattice/lattice_error.ts";
