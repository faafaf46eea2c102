/**
 * Restoring with the shipped networks and an engine that opens by itself: what the library's entries have in common.
 *
 * @module
 */

import type { OpenOptions } from "../codec/file_shape.ts";
import { takeBytes } from "../codec/image/given.ts";
import type { NncFile } from "../codec/nnc_file.ts";
import { restore as restoreWith, type RestoredImage } from "../codec/restore.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import type { Workers } from "../platform/tasks.ts";
import { chooseNetworks } from "./network_choice.ts";
import type { NetworkFile } from "./network_file.ts";
import { isAveraged } from "./shipped_networks.ts";

/** How a file is restored; everything has a default. */
export interface RestoreOptions extends OpenOptions {
  /** What draws; it stays open. Default: one that is opened on first use and shared from then on. */
  readonly engine?: Engine | undefined;
  /** One of `availableTiers`; default `"standard"`. `"max"` turns `selfEnsemble` on. */
  readonly tier?: string | undefined;
  /** A network of one's own, from `decodeNetwork` or `train`, in place of the shipped one of its step. */
  readonly network?: NetworkFile | undefined;
  /** Address of the folder that the shipped weights lie in. Default: that of this module. */
  readonly weights?: string | URL | undefined;
  /**
   * Averages what the networks draw of the image mirrored and turned, with every symmetry of its lattice, and for rows of its
   * negative as well: 8 times the work. Default: whether the tier is `"max"`.
   */
  readonly selfEnsemble?: boolean | undefined;
  /** Largest tile side in cells. Default: the engine's. The result does not depend on it. */
  readonly tile?: number | undefined;
  /** Read, sort and join the pixels of large images, see `openWorkers`. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Aborts between tiles, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all cells are drawn. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
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
 * @throws {TypeError} if it is given something else than bytes.
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
  file: Uint8Array | ArrayBuffer,
  options: RestoreOptions = {},
): Promise<RestoredImage> {
  return await restoreOpened(takeBytes(file, "restore"), options);
}

/** Restores a file, opened or not, as {@link restore} does. */
export async function restoreOpened(
  source: Uint8Array | NncFile,
  options: RestoreOptions,
): Promise<RestoredImage> {
  const { engine, tier, network, weights, ...rest } = options;
  const networkOf = chooseNetworks({
    tier,
    own: network,
    folder: weights,
  });
  try {
    return await restoreWith(source, {
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
