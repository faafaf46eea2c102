/**
 * Writing NNC files in a browser. A page that only shows them needs nothing of this.
 *
 * ```js
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

import { inflateSlowly } from "../platform/inflate_slowly.ts";
import { usePlatform } from "../platform/platform.ts";

usePlatform({ inflateCarefully: inflateSlowly });

export { useCodecsFrom } from "../platform/web.ts";
export { compress, type CompressOptions } from "../codec/compress.ts";
export { decodeImage, type ReadOptions } from "../codec/read.ts";
export { encodePng, type PngOptions } from "../codec/png/png.ts";
export { psnr } from "../codec/image/metrics.ts";
export { type Facts, probe } from "../codec/probe.ts";
export type { Image } from "../codec/image/image.ts";

export { ImageError } from "../codec/image/image_error.ts";
export { LatticeError } from "../codec/lattice/lattice_error.ts";
