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

import { STEP_CELLS, STEP_NAMES, type StepName } from "../codec/lattice/steps.ts";
import {
  type Architecture,
  checkArchitecture,
  checkNetwork,
  describeLayers,
  type Layer,
  type Network,
} from "../gpu/network.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Tensor,
  type TensorType,
} from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** What a weights file says about its network. */
export interface NetworkInfo {
  /** The lattice step whose missing pixels the network draws. */
  readonly step: StepName;
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
  readonly spacings?: readonly number[];
  /** How it was trained, in words or as JSON. */
  readonly recipe?: string;
  /** What it was trained on. */
  readonly data?: string;
  /** The licences of that data. */
  readonly licence?: string;
  /** Measured quality, such as `{ "psnr.kodak": … }` in dB. */
  readonly scores?: Readonly<Record<string, number>>;
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
  place: { readonly step: StepName; readonly spacing: number },
): boolean {
  return info.step === place.step && (info.spacings?.includes(place.spacing) ?? true);
}

/** How {@link encodeNetwork} stores weights. */
export interface EncodeNetworkOptions {
  /** Stored type of every weight; default `"F32"`. F16 halves the file and rounds the weights. */
  readonly dtype?: TensorType;
}

const FORMAT = "nnc network 1";

/** The largest distance of pixels that a file may say its network is for. */
const MAX_SPACING = 256;
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
  asWeightsError(() => checkNetwork(network));
  checkChannels(network.architecture, info.step);
  checkTier(info.tier);
  if (info.spacings) checkSpacings(info.spacings);
  const { inputs, outputs, channels, blocks } = network.architecture;
  const metadata = new Map([
    ["format", FORMAT],
    ["architecture", JSON.stringify({ inputs, outputs, channels, blocks })],
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

  const tensors = new Map<string, Tensor>();
  describeLayers(network.architecture).forEach(({ name }, index) => {
    const layer = network.layers[index]!;
    tensors.set(`${name}.weight`, {
      shape: [layer.outputs, layer.inputs, 3, 3],
      values: layer.weights,
    });
    tensors.set(`${name}.bias`, { shape: [layer.outputs], values: layer.bias });
    if (layer.slopes) {
      tensors.set(`${name}.slopes`, { shape: [layer.outputs], values: layer.slopes });
    }
  });
  return encodeSafetensors({ tensors, metadata }, options);
}

/**
 * Reads a network from a file that may be damaged or hostile.
 *
 * @throws {WeightsError} if the file is not a `safetensors` file, not a network of ours, or not exactly the tensors that
 * its architecture and step call for.
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
export function decodeNetwork(bytes: Uint8Array): NetworkFile {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const format = metadata.get("format");
  if (format !== FORMAT) {
    throw new WeightsError(
      `The weights file must have the metadata "format": "${FORMAT}", found ${quote(format)}`,
    );
  }
  const architecture = parseArchitecture(metadata);
  const info = parseInfo(metadata);
  checkChannels(architecture, info.step);

  const remaining = new Map(tensors);
  const layers = describeLayers(architecture).map(({ name, inputs, outputs, prelu }): Layer => ({
    inputs,
    outputs,
    weights: take(remaining, `${name}.weight`, [outputs, inputs, 3, 3]),
    bias: take(remaining, `${name}.bias`, [outputs]),
    ...(prelu && { slopes: take(remaining, `${name}.slopes`, [outputs]) }),
  }));
  for (const name of remaining.keys()) {
    throw new WeightsError(`The architecture has no tensor "${name}", but the file does`);
  }
  return { network: { architecture, layers }, info };
}

function parseArchitecture(metadata: ReadonlyMap<string, string>): Architecture {
  const { inputs, outputs, channels, blocks } = parseNumbers(metadata, "architecture");
  const architecture = { inputs, outputs, channels, blocks } as Architecture;
  asWeightsError(() => checkArchitecture(architecture));
  return architecture;
}

function parseInfo(metadata: ReadonlyMap<string, string>): NetworkInfo {
  const step = metadata.get("step");
  if (step === undefined || !Object.hasOwn(STEP_CELLS, step)) {
    throw new WeightsError(
      `The network's step must be one of ${STEP_NAMES.join(", ")}, found ${quote(step)}`,
    );
  }
  const base = metadata.get("base");
  if (base !== "average") {
    throw new WeightsError(`The network's base must be "average", found ${quote(base)}`);
  }
  const tier = checkTier(metadata.get("tier"));
  const texts = TEXTS.flatMap((key) => metadata.has(key) ? [[key, metadata.get(key)!]] : []);
  return {
    step: step as StepName,
    tier,
    base,
    ...(metadata.has("spacings") && { spacings: parseSpacings(metadata.get("spacings")!) }),
    ...Object.fromEntries(texts),
    ...(metadata.has("scores") && { scores: parseNumbers(metadata, "scores") }),
  };
}

function parseSpacings(text: string): number[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WeightsError(`The network's "spacings" must be JSON, found ${quote(text)}`, {
      cause,
    });
  }
  return checkSpacings(value);
}

function checkSpacings(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [];
  const within = (spacing: unknown) =>
    Number.isInteger(spacing) && spacing as number >= 1 && spacing as number <= MAX_SPACING;
  if (list.length === 0 || list.length > MAX_SPACING || !list.every(within)) {
    throw new WeightsError(
      `The network's "spacings" must be a list of whole numbers from 1 to ${MAX_SPACING}, found ${
        quote(JSON.stringify(value))
      }`,
    );
  }
  return list;
}

function parseNumbers(metadata: ReadonlyMap<string, string>, key: string): Record<string, number> {
  const text = metadata.get(key);
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch { /* reported below */ }
  if (
    typeof value !== "object" || value === null || Array.isArray(value) ||
    !Object.values(value).every(Number.isFinite)
  ) {
    throw new WeightsError(
      `The network's "${key}" must be a JSON object of numbers, found ${quote(text)}`,
    );
  }
  return value as Record<string, number>;
}

/** Three colours for every kept and every missing phase of a cell. */
function checkChannels({ inputs, outputs }: Architecture, step: StepName): void {
  const { kept, missing } = STEP_CELLS[step];
  const expected = { inputs: 3 * kept.length, outputs: 3 * missing.length };
  if (inputs !== expected.inputs || outputs !== expected.outputs) {
    throw new WeightsError(
      `A network for the step "${step}" must have ${expected.inputs} inputs and ${expected.outputs} ` +
        `outputs, found ${inputs} and ${outputs}`,
    );
  }
}

/** The tier is printed and becomes part of file names, so it is a plain word. */
function checkTier(tier: string | undefined): string {
  if (tier === undefined || !/^[a-z0-9][a-z0-9._-]{0,31}$/i.test(tier)) {
    throw new WeightsError(
      `The network's tier must be a word of up to 32 letters and digits, found ${quote(tier)}`,
    );
  }
  return tier;
}

function take(tensors: Map<string, Tensor>, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new WeightsError(`The weights file has no tensor "${name}"`);
  if (tensor.shape.join() !== shape.join()) {
    throw new WeightsError(
      `Tensor "${name}" must have the shape [${shape}], found [${tensor.shape}]`,
    );
  }
  tensors.delete(name);
  return tensor.values;
}

function asWeightsError(check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new WeightsError((cause as Error).message, { cause });
  }
}

function quote(value: string | undefined): string {
  if (value === undefined) return "nothing";
  return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}
