/**
 * NNC keeps the pixels of an image that lie on a fixed lattice, stores them as an ordinary PNG, and draws the missing
 * ones back in with a convolution network on the viewer's GPU.
 *
 * A kept pixel is never changed; what was restored compresses to the same file, byte for byte, any number of times; and
 * the file names no network, so that a better one restores it better.
 *
 * Shaders and weights are found next to the module, wherever it is imported from. Restoring reads the weights: it needs
 * read permission for them, or net permission for their server.
 *
 * What draws, and networks and their files, are in `@nnc/nnc/engine`; training is in `@nnc/nnc/train`.
 *
 * @example Compress a photo, restore it, and save what came back.
 * ```ts
 * import { compress, encodePng, type Image, NO_METADATA, psnr, restore } from "@nnc/nnc";
 * import { ok } from "node:assert/strict";
 *
 * const [width, height] = [48, 32];
 * const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / 300));
 * const photo: Image = { width, height, channels: 3, data, metadata: NO_METADATA };
 *
 * const file = await compress(photo, { lattice: "quincunx" });
 * const restored = await restore(file);
 * ok(psnr(photo, restored) > 30);
 *
 * const png = await encodePng(restored);
 * ok(png.length > 0);
 * ```
 *
 * @module
 */

import "./platform/deno.ts";

export { restore, type RestoredFile } from "./weights/restore_file.ts";
export type { RestoreOptions } from "./weights/restore.ts";
export type { OpenOptions } from "./codec/file_shape.ts";
export type { ChecksumState } from "./codec/nnc_file.ts";
export { compress, type CompressOptions } from "./codec/compress.ts";
export { openWorkers } from "./codec/workers.ts";
export type { RunOptions, Task, Workers } from "./platform/tasks.ts";
export { type Facts, probe } from "./codec/probe.ts";

export {
  type CodedImage,
  type CodedOptions,
  compressCoded,
  type CompressCodedOptions,
  readCoded,
  type ReadCodedOptions,
} from "./weights/coded.ts";
export { isCodedFile } from "./codec/is_coded_file.ts";
export { type CodedFacts, probeCoded } from "./codec/coded_probe.ts";
export type { CodedHeader } from "./codec/coded_header.ts";
export type { Loss } from "./codec/coded_loss.ts";

export { decodeImage, type ReadOptions } from "./codec/read.ts";
export { encodePng, type PngOptions } from "./codec/png/png.ts";
export type { Effort } from "./codec/png/png_pixels.ts";
export type { Channels, Size } from "./codec/lattice/raster.ts";
export type { Image } from "./codec/image/image.ts";
export { type Chunk, type Metadata, NO_METADATA } from "./codec/image/metadata.ts";
export type { GatherOptions } from "./codec/png/metadata.ts";

export {
  ALL_LATTICES,
  describeLattice,
  type Lattice,
  type LatticeName,
  type Ratio,
  resolveLattice,
} from "./codec/lattice/lattice.ts";
export { keptMask } from "./codec/lattice/packing.ts";

export { exactShare, maxError, type MetricOptions, psnr } from "./codec/image/metrics.ts";
export { ssim } from "./codec/image/ssim.ts";

export { ContainerError } from "./codec/container_error.ts";
export { ImageError } from "./codec/image/image_error.ts";
export { LatticeError } from "./codec/lattice/lattice_error.ts";
export { GpuError } from "./gpu/errors.ts";
export type { GpuErrorKind } from "./gpu/errors.ts";
export { WeightsError } from "./weights/weights_error.ts";
