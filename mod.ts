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

import { restore as restoreWith, type RestoredImage } from "./codec/restore.ts";
import type { ChecksumState, OpenOptions } from "./codec/nnc_file.ts";
import { type Engine, openEngine } from "./gpu/engine.ts";
import { GpuError } from "./gpu/errors.ts";
import { chooseNetworks } from "./weights/network_choice.ts";
import { isAveraged } from "./weights/shipped_networks.ts";
import type { NetworkFile } from "./weights/network_file.ts";

/** How a file is restored; everything has a default. */
export interface RestoreOptions extends OpenOptions {
  /** What draws; it stays open. Default: one that is opened on first use and shared from then on. */
  readonly engine?: Engine;
  /** One of `availableTiers`; default `"standard"`. `"max"` turns `selfEnsemble` on. */
  readonly tier?: string;
  /** A network of one's own, from `decodeNetwork` or `train`, in place of the shipped one of its step. */
  readonly network?: NetworkFile;
  /**
   * Averages what the networks draw of the image mirrored and turned, with every symmetry of its lattice, and for rows of its
   * negative as well: 8 times the work. Default: whether the tier is `"max"`.
   */
  readonly selfEnsemble?: boolean;
  /** Largest tile side in cells. Default: the engine's. The result does not depend on it. */
  readonly tile?: number;
  /** Aborts between tiles, with its reason. */
  readonly signal?: AbortSignal;
  /** Told how many of all cells are drawn. */
  readonly onProgress?: (done: number, total: number) => void;
}

let sharedEngine: Promise<Engine> | undefined;

/**
 * Restores an NNC file; or, where `lattice` is stated, a PNG without a chunk, as the program of 2020 wrote them.
 *
 * Kept pixels come back exactly. Grey is drawn as R = G = B; alpha is interpolated, and colours under zero alpha do
 * not tint what is drawn beside them.
 *
 * @throws {ImageError} if the file is no PNG of 8 bits, damaged or too large.
 * @throws {ContainerError} if its `nnCX` chunk is damaged, contradicts the pixels, is of a newer version, or is missing and no
 * lattice is stated.
 * @throws {LatticeError} if `lattice` or `size` does not fit the pixels, or contradicts the chunk without `override`.
 * @throws {WeightsError} if there is no such tier, or its weights cannot be read.
 * @throws {GpuError} if the device fails.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA, restore } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(9 * 7).fill(200);
 * const image: Image = { width: 9, height: 7, channels: 1, data, metadata: NO_METADATA };
 * const file = await compress(image, { ratio: 4 });
 * const restored = await restore(file, { tier: "standard" });
 * equal(restored.lattice.name, "grid");
 * equal(restored.data[0], 200);
 * ```
 */
export async function restore(
  file: Uint8Array,
  options: RestoreOptions = {},
): Promise<RestoredImage> {
  const { engine, tier, network, ...rest } = options;
  const networkOf = chooseNetworks({
    ...(tier !== undefined && { tier }),
    ...(network && { own: network }),
  });
  try {
    return await restoreWith(file, {
      selfEnsemble: isAveraged(tier),
      ...rest,
      engine: engine ?? await shareEngine(),
      network: networkOf,
    });
  } catch (error) {
    if (error instanceof GpuError) sharedEngine = undefined;
    throw error;
  }
}

/** An engine that could not be opened, or whose device failed, is not kept: the next call opens another. */
function shareEngine(): Promise<Engine> {
  if (!sharedEngine) {
    sharedEngine = openEngine();
    sharedEngine.catch(() => sharedEngine = undefined);
  }
  return sharedEngine;
}

export { compress, type CompressOptions } from "./codec/compress.ts";
export { type Facts, probe } from "./codec/probe.ts";
export type { ChecksumState, OpenOptions, RestoredImage };

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
export { GpuError };
export type { GpuErrorKind } from "./gpu/errors.ts";
export { WeightsError } from "./weights/weights_error.ts";
