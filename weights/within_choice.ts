/**
 * Which network improves lossy files within their bins: the shipped one of a tier, or one's own.
 *
 * @module
 */

import type { Network } from "../gpu/network.ts";
import type { ChooseNetworksOptions } from "./network_choice.ts";
import { loadNetwork } from "./shipped_networks.ts";

/** The tier that leaves what stands for the bins, as that takes no time. */
export const UNIMPROVED = "draft";

/**
 * The network for `"within"`: one's own where it is for that, else the shipped one of a tier.
 *
 * @returns nothing where the tier improves nothing; else a function that rejects with a {@link WeightsError} if there is no
 * such tier, or its file cannot be read.
 */
export function chooseWithin(
  { own, ...shipped }: ChooseNetworksOptions = {},
): (() => Promise<Network>) | undefined {
  if (own?.info.step === "within") return () => Promise.resolve(own.network);
  if (shipped.tier === UNIMPROVED) return undefined;
  return async () => (await loadNetwork("within", shipped)).network;
}
