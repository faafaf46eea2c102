/**
 * Which network draws a step: the shipped one of a tier, or one's own.
 *
 * @module
 */

import type { NetworkStep } from "../codec/lattice/within.ts";
import type { Network } from "../gpu/network.ts";
import { isFor, type NetworkFile } from "./network_file.ts";
import { loadNetwork } from "./shipped_networks.ts";

/** Where {@link chooseNetworks} takes networks from. */
export interface ChooseNetworksOptions {
  /** Default `"standard"`; see {@link availableTiers}. */
  readonly tier?: string | undefined;
  /** A network of one's own, from `decodeNetwork`; it stands in for the shipped ones of its step and spacings. */
  readonly own?: NetworkFile | undefined;
  /** Address of the folder that the shipped ones lie in. Default: that of this module. */
  readonly folder?: string | URL | undefined;
}

/**
 * The network of every step, as restoring asks for it: shipped ones of a tier, or one's own for its step and spacings.
 *
 * @returns a function of the step and its `spacing` (see {@link LoadNetworkOptions}; default: 1), which rejects with a {@link WeightsError} if nothing is shipped for a step and the tier.
 *
 * @example
 * ```ts
 * import { chooseNetworks, loadNetwork } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * const own = await loadNetwork("grid");
 * const networkOf = chooseNetworks({ own });
 * equal(await networkOf("grid"), own.network);
 * equal(await networkOf("rows"), (await loadNetwork("rows")).network);
 * ```
 */
export function chooseNetworks(
  options: ChooseNetworksOptions = {},
): (step: NetworkStep, place?: { readonly spacing: number }) => Promise<Network> {
  const { own, ...shipped } = options;
  return async (step, { spacing } = { spacing: 1 }) => {
    if (own && isFor(own.info, { step, spacing })) return own.network;
    return (await loadNetwork(step, { ...shipped, spacing })).network;
  };
}
