/**
 * Coded files in a browser: a module of its own, loaded when the first such file comes.
 *
 * @module
 */

import { decodeCoded } from "../codec/coded_decoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { missingLevels, restoreCoded } from "../codec/coded_restore.ts";
import type { Image } from "../codec/image/image.ts";
import type { Engine } from "../gpu/engine.ts";
import type { Inflated } from "../platform/platform.ts";
import { coderForReading } from "../weights/coder_choice.ts";
import { chooseNetworks } from "../weights/network_choice.ts";
import type { RestoreOptions } from "../weights/restore.ts";
import { isAveraged } from "../weights/shipped_networks.ts";

/** How a coded file is restored in a browser. */
export interface RestoreCodedFileOptions extends Omit<RestoreOptions, "engine" | "weights"> {
  /** What draws where pixels are missing; asked for only there. */
  readonly withEngine: <Result>(work: (engine: Engine) => Promise<Result>) => Promise<Result>;
  /** Address of the folder that weights and coders lie in. */
  readonly weights: string | URL;
  /** What the stream of the file's pixels holds. */
  readonly inflated: Inflated;
}

/**
 * Restores a coded file, or as much of one as has come in; the rest is drawn.
 *
 * @throws {ImageError} or {@link ContainerError} if the file is damaged; WeightsError if its coder cannot be had.
 */
export async function restoreCodedFile(
  file: Uint8Array,
  options: RestoreCodedFileOptions,
): Promise<Image> {
  const { withEngine, weights, inflated, tier, network, coder: own, onProgress, ...rest } = options;
  const { header } = openCoded(file);
  const coder = await coderForReading(header.coder, { own, folder: weights });
  const decoded = await decodeCoded(file, { ...rest, ...coder, inflated, onProgress });
  if (missingLevels(decoded).length === 0) return decoded.image;
  const networkOf = chooseNetworks({ tier, own: network, folder: weights });
  return await withEngine((engine) =>
    restoreCoded(decoded, {
      selfEnsemble: isAveraged(tier),
      ...rest,
      engine,
      network: networkOf,
    })
  );
}
