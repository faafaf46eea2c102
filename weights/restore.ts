/**
 * Restoring with the shipped networks and an engine that opens by itself: what the library's entries have in common.
 *
 * @module
 */

import type { DrawOptions } from "../codec/draw_levels.ts";
import type { OpenOptions } from "../codec/file_shape.ts";
import type { NncFile } from "../codec/nnc_file.ts";
import { restore as restoreWith, type RestoredImage } from "../codec/restore.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import type { Workers } from "../platform/tasks.ts";
import type { CoderFile } from "./coder_file.ts";
import { chooseNetworks } from "./network_choice.ts";
import type { NetworkFile } from "./network_file.ts";
import { isAveraged } from "./shipped_networks.ts";

/** How a file is restored; everything has a default. */
export interface RestoreOptions extends OpenOptions {
  /** What draws; it stays open. Default: one that is opened on first use and shared from then on. */
  readonly engine?: Pick<Engine, "restoreCells"> | undefined;
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
  /** Read, sort and join the pixels of large images, and decode coded ones, see `openWorkers`. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Aborts between tiles, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all cells are drawn; of a coded file, how much of its pixels is done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** A coder of one's own, from `decodeCoderFile`, for coded files that name it. Default: shipped ones alone. */
  readonly coder?: CoderFile | undefined;
  /** Whether of a coded file that is damaged behind its PNG's pixels what is there is taken. Default: no; it is refused. */
  readonly salvage?: boolean | undefined;
}

let sharedEngine: Promise<Engine> | undefined;

/**
 * Restores a classic file, opened or not.
 *
 * @throws {Error} as `restore` of the library does.
 */
export async function restoreOpened(
  source: Uint8Array | NncFile,
  options: RestoreOptions,
): Promise<RestoredImage> {
  return await drawWith(options, async (how) => await restoreWith(source, { ...options, ...how }));
}

/** Does what draws with the engine and the networks that options ask for. */
export async function drawWith<Result>(
  options: RestoreOptions,
  draw: (how: Pick<DrawOptions, "engine" | "network" | "selfEnsemble">) => Promise<Result>,
): Promise<Result> {
  const { engine, tier, network: own, weights: folder, selfEnsemble = isAveraged(tier) } = options;
  const network = chooseNetworks({ tier, own, folder });
  try {
    return await draw({ engine: engine ?? await shareEngine(), network, selfEnsemble });
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
