/** The networks that are shipped, found next to this file wherever it was loaded from. @module */

import type { Network } from "../gpu/network.ts";
import { decodeNetwork, type NetworkFile, type NetworkStep } from "./network_file.ts";
import { WeightsError } from "./weights_error.ts";

/** A rung on the ladder from fast to good. */
export type Tier = "draft" | "standard" | "high" | "max";

/** What {@link loadNetwork} may be told. */
export interface LoadNetworkOptions {
  /** One of the shipped tiers; default `"standard"`. See {@link shippedTiers}. */
  readonly tier?: string;
}

/** The tiers that are shipped for each step, each as `<step>-<tier>.safetensors`. */
const SHIPPED: Readonly<Record<NetworkStep, readonly Tier[]>> = {
  quincunx: ["draft", "standard"],
  grid: ["draft", "standard"],
  rows: ["draft", "standard"],
};

const loaded = new Map<string, Promise<NetworkFile>>();

/**
 * The tiers that can be loaded for a step, from fast to good.
 *
 * @throws {WeightsError} if there is no such step.
 *
 * @example
 * ```ts
 * import { shippedTiers } from "@nnc/nnc";
 * import { ok } from "node:assert/strict";
 *
 * ok(shippedTiers("quincunx").includes("standard"));
 * ```
 */
export function shippedTiers(step: NetworkStep): readonly Tier[] {
  if (!Object.hasOwn(SHIPPED, step)) {
    throw new WeightsError(
      `There is no step "${step}"; expected one of ${Object.keys(SHIPPED).join(", ")}`,
    );
  }
  return SHIPPED[step];
}

/**
 * Loads a shipped network, once a process.
 *
 * The file is looked for next to this module: on disk (needs read permission), embedded in a program made by
 * `deno compile --include weights`, or on the server that the module was imported from (needs net permission).
 *
 * @throws {WeightsError} if nothing is shipped under that name, or the file cannot be read.
 *
 * @example
 * ```ts
 * import { loadNetwork } from "@nnc/nnc";
 * import { ok } from "node:assert/strict";
 *
 * const { network, info } = await loadNetwork("quincunx", { tier: "standard" });
 * ok(info.step === "quincunx" && network.architecture.inputs === 6);
 * ```
 */
export function loadNetwork(
  step: NetworkStep,
  options: LoadNetworkOptions = {},
): Promise<NetworkFile> {
  const tier = options.tier ?? "standard";
  const name = `${step}-${tier}`;
  let promise = loaded.get(name);
  if (!promise) {
    promise = load(name, { step, tier });
    loaded.set(name, promise);
    promise.catch(() => loaded.delete(name));
  }
  return promise;
}

/** Where {@link chooseNetworks} takes networks from. */
export interface ChooseNetworksOptions {
  /** One of the shipped tiers; default `"standard"`. */
  readonly tier?: string;
  /** A network of one's own, from `decodeNetwork` or `train`; it stands in for the shipped one of its step. */
  readonly own?: NetworkFile;
}

/**
 * The network of every step, as restoring asks for it: shipped ones of a tier, or one's own for its step.
 *
 * @returns a function that rejects with a {@link WeightsError} if nothing is shipped for a step and the tier.
 *
 * @example
 * ```ts
 * import { chooseNetworks, loadNetwork } from "@nnc/nnc";
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
): (step: NetworkStep) => Promise<Network> {
  const { own, tier } = options;
  return async (step) => {
    if (own?.info.step === step) return own.network;
    return (await loadNetwork(step, tier === undefined ? {} : { tier })).network;
  };
}

async function load(
  name: string,
  expected: { step: NetworkStep; tier: string },
): Promise<NetworkFile> {
  const { step, tier } = expected;
  if (!shippedTiers(step).some((shipped) => shipped === tier)) {
    throw new WeightsError(
      `No network is shipped for the step "${step}" and the tier "${tier}"; shipped are ${listShipped()}`,
    );
  }
  const url = new URL(`./${name}.safetensors`, import.meta.url);
  let bytes: Uint8Array;
  try {
    bytes = await readAsset(url);
  } catch (cause) {
    throw new WeightsError(
      `The weights "${url.href}" cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  const file = decodeNetwork(bytes);
  if (file.info.step !== step || file.info.tier !== tier) {
    throw new WeightsError(
      `The weights "${url.href}" must be for ${name}, found ${file.info.step}-${file.info.tier}`,
    );
  }
  return file;
}

async function readAsset(url: URL): Promise<Uint8Array> {
  if (url.protocol === "file:") return await Deno.readFile(url);
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status} ${response.statusText}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function listShipped(): string {
  return Object.entries(SHIPPED)
    .flatMap(([step, tiers]) => tiers.map((tier) => `${step}-${tier}`))
    .join(", ");
}
