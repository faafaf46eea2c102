/**
 * A network in a `safetensors` file.
 *
 * Tensors: `head.weight` `[outputs, inputs, 3, 3]`, `head.bias` and `head.slopes` `[outputs]`, then the same of
 * `blocks.0.first`, `blocks.0.second` (no slopes), …, and `tail` (no slopes): the order and layout of PyTorch's
 * `Conv2d` and `PReLU`. Metadata: `format`, `architecture` (JSON), `step`, `tier`, `base`, and where known `spacings` (JSON),
 * `recipe`, `data`, `licence` and `scores` (JSON). Nothing about a network is known to the code that is not in its file.
 *
 * @module
 */

import { takeBytes } from "../codec/image/given.ts";
import { NETWORK_GEOMETRIES, NETWORK_STEPS, type NetworkStep } from "../codec/lattice/within.ts";
import type { Architecture, Network } from "../gpu/network.ts";
import {
  checkSpacings,
  checkTierName,
  checkWritable,
  parseArchitecture,
  parseNumbers,
  parseSpacings,
  quote,
  writeArchitecture,
} from "./network_metadata.ts";
import { networkTensors, takeLayers } from "./network_tensors.ts";
import { decodeSafetensors, encodeSafetensors, type TensorType } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** What a weights file says about its network. */
export interface NetworkInfo {
  /** The lattice step whose missing pixels the network draws, or `"within"` for one that improves lossy files within their bins. */
  readonly step: NetworkStep;
  /**
   * Its rung on the ladder of sizes: `draft`, `standard` or `high`, followed by `-coarse` where it is for the coarse step
   * alone, or a name of one's own. It has up to 32 letters, digits, dots, hyphens and underscores, and begins with one of the
   * first two.
   */
  readonly tier: string;
  /** The fixed interpolation that the network's output is added to. */
  readonly base: "average";
  /**
   * What the network is for, as distances in original pixels between neighbouring pixels of the image that it completes:
   * 1 where all of them are wanted, 2 at the coarse step of ratios 8 and 16. Default: whatever the distance.
   */
  readonly spacings?: readonly number[] | undefined;
  /** How it was trained, in words or as JSON. */
  readonly recipe?: string | undefined;
  /** What it was trained on. */
  readonly data?: string | undefined;
  /** The licences of that data. */
  readonly licence?: string | undefined;
  /** Measured quality, such as `{ "psnr.kodak": … }` in dB. */
  readonly scores?: Readonly<Record<string, number>> | undefined;
}

/** A network and what its file says about it. */
export interface NetworkFile {
  /** The weights. */
  readonly network: Network;
  /** Where they come from and what they are for. */
  readonly info: NetworkInfo;
}

/** Whether a network is for a lattice step that completes an image of pixels `spacing` original ones apart. */
export function isFor(
  info: Pick<NetworkInfo, "step" | "spacings">,
  place: { readonly step: NetworkStep; readonly spacing: number },
): boolean {
  return info.step === place.step && (info.spacings?.includes(place.spacing) ?? true);
}

/** How {@link encodeNetwork} stores weights. */
export interface EncodeNetworkOptions {
  /** Stored type of every weight; default `"F32"`. F16 halves the file and rounds the weights. */
  readonly dtype?: TensorType | undefined;
}

const FORMAT = "nnc network 1";

const TEXTS = ["recipe", "data", "licence"] as const;

/**
 * Writes a network. The same network, info and options give the same bytes.
 *
 * @throws {WeightsError} if the network does not match its architecture or its step, or holds a value that cannot be
 * stored as a finite one.
 *
 * @example
 * ```ts
 * import { encodeNetwork, loadNetwork } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const { network, info } = await loadNetwork("rows");
 * const half = encodeNetwork(network, { ...info, tier: "mine" }, { dtype: "F16" });
 * ok(half.length < encodeNetwork(network, info).length);
 * ```
 */
export function encodeNetwork(
  network: Network,
  info: NetworkInfo,
  options: EncodeNetworkOptions = {},
): Uint8Array<ArrayBuffer> {
  checkWritable(network);
  checkChannels(network.architecture, info.step);
  checkTierName(info.tier);
  if (info.spacings) checkSpacings(info.spacings);
  const metadata = new Map([
    ["format", FORMAT],
    ["architecture", writeArchitecture(network.architecture)],
    ["step", info.step],
    ["tier", info.tier],
    ["base", info.base],
  ]);
  if (info.spacings) metadata.set("spacings", JSON.stringify(info.spacings));
  for (const key of TEXTS) {
    const text = info[key];
    if (text !== undefined) metadata.set(key, text);
  }
  if (info.scores) metadata.set("scores", JSON.stringify(info.scores));
  return encodeSafetensors({ tensors: networkTensors(network), metadata }, options);
}

/**
 * Reads a network from a file that may be damaged or hostile.
 *
 * @throws {WeightsError} if the file is not a `safetensors` file, not a network of ours, or not exactly the tensors that
 * its architecture and step call for.
 * @throws {TypeError} if it is given something else than bytes.
 *
 * @example
 * ```ts
 * import { decodeNetwork, encodeNetwork, loadNetwork } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const { network, info } = await loadNetwork("rows");
 * const again = decodeNetwork(encodeNetwork(network, info));
 * ok(again.info.step === "rows");
 * ok(again.network.layers.length === network.layers.length);
 * ```
 */
export function decodeNetwork(file: Uint8Array | ArrayBuffer): NetworkFile {
  const { tensors, metadata } = decodeSafetensors(takeBytes(file, "decodeNetwork"));
  const format = metadata.get("format");
  if (format !== FORMAT) {
    throw new WeightsError(
      `The weights file must have the metadata "format": "${FORMAT}", found ${quote(format)}`,
    );
  }
  const architecture = parseArchitecture(metadata);
  const info = parseInfo(metadata);
  checkChannels(architecture, info.step);
  return { network: { architecture, layers: takeLayers(tensors, architecture) }, info };
}

function parseInfo(metadata: ReadonlyMap<string, string>): NetworkInfo {
  const step = metadata.get("step");
  if (step === undefined || !Object.hasOwn(NETWORK_GEOMETRIES, step)) {
    throw new WeightsError(
      `The network's step must be one of ${NETWORK_STEPS.join(", ")}, found ${quote(step)}`,
    );
  }
  const base = metadata.get("base");
  if (base !== "average") {
    throw new WeightsError(`The network's base must be "average", found ${quote(base)}`);
  }
  const tier = checkTierName(metadata.get("tier"));
  const texts = TEXTS.flatMap((key) => metadata.has(key) ? [[key, metadata.get(key)!]] : []);
  return {
    step: step as NetworkStep,
    tier,
    base,
    ...(metadata.has("spacings") && { spacings: parseSpacings(metadata.get("spacings")!) }),
    ...Object.fromEntries(texts),
    ...(metadata.has("scores") && { scores: parseNumbers(metadata, "scores") }),
  };
}

/** Three colours for every kept and every missing phase of a cell. */
function checkChannels({ inputs, outputs }: Architecture, step: NetworkStep): void {
  const { kept, missing } = NETWORK_GEOMETRIES[step];
  const expected = { inputs: 3 * kept, outputs: 3 * missing };
  if (inputs !== expected.inputs || outputs !== expected.outputs) {
    throw new WeightsError(
      `A network for the step "${step}" must have ${expected.inputs} inputs and ${expected.outputs} ` +
        `outputs, found ${inputs} and ${outputs}`,
    );
  }
}
