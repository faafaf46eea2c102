/**
 * A coder, four networks of whole numbers, in a `safetensors` file: what coded files are written and read with.
 *
 * Tensors: for each of `fine.diagonal`, `fine.quincunx`, `coarse.diagonal` and `coarse.quincunx` those of `network_file.ts`,
 * and `….shifts` of every layer; all F32, all whole numbers. Metadata: `format`, `tier`, `architectures` (JSON, by the same
 * names), and where known `recipe` and `scores` (JSON), `data` and `licence`; `kind` is `lossy` in a coder for lossy files.
 *
 * @module
 */

import { type Coder, INPUT_CENTRE, WIDTH_LOGARITHMS } from "../codec/coded/coder.ts";
import { STEP_LOGARITHMS } from "../codec/coded/lossy_steps.ts";
import { checkExactNetwork, type ExactLayer, type ExactNetwork } from "../gpu/exact_network.ts";
import { type Architecture, checkArchitecture, describeLayers } from "../gpu/network.ts";
import type { CoderStep } from "../codec/lattice/coder_steps.ts";
import { OUTPUTS_OF_PHASE } from "./coder_units.ts";
import {
  asWeightsError,
  checkTierName,
  parseNumbers,
  quote,
  writeArchitecture,
} from "./network_metadata.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** What a file says of its coder. */
export interface CoderFileInfo {
  /** Whether it predicts luma and chroma, of lossy files. Default: it predicts grey levels. */
  readonly isLossy?: boolean | undefined;
  /** Its rung on the ladder of sizes: `swift`, `deep`, or a name of one's own. */
  readonly tier: string;
  /** How its networks were trained, as JSON: a recipe for each. */
  readonly recipe?: string | undefined;
  /** What it was trained on. */
  readonly data?: string | undefined;
  /** The licences of that data. */
  readonly licence?: string | undefined;
  /** Measured costs in bits a sample, such as `{ "bits.validation.diagonal": … }`. */
  readonly scores?: Readonly<Record<string, number>> | undefined;
}

/** A coder, what its file says, and by what coded files name it. */
export interface CoderFile {
  /** The networks. */
  readonly coder: Coder;
  /** Where they come from. */
  readonly info: CoderFileInfo;
  /** The first 8 bytes of the SHA-256 of all that decides what the networks compute. */
  readonly digest: Uint8Array;
}

/** The bytes that a coder's file has at most: 12 times those of the largest that is shipped. */
export const MAX_CODER_BYTES = 2 ** 24;

const FORMAT = "nnc coder 1";
const LOSSY = "lossy";
const OCTAVES = ["fine", "coarse"] as const;
const STEPS = { diagonal: { known: 1, coded: 1 }, quincunx: { known: 2, coded: 2 } } as const;
const PLACES = OCTAVES.flatMap((octave) =>
  (["diagonal", "quincunx"] as const).map((step) => ({ octave, step, name: `${octave}.${step}` }))
);
const TEXTS = ["recipe", "data", "licence"] as const;

/** The largest magnitude of each input of a step: pixels less their centre, then the width of bins. */
export function coderInputLimits(step: CoderStep, isLossy = false): number[] {
  const pixels = new Array<number>(3 * STEPS[step].known).fill(INPUT_CENTRE);
  return [...pixels, isLossy ? STEP_LOGARITHMS[1] : WIDTH_LOGARITHMS.at(-1)!];
}

/**
 * Writes a coder. The same coder and info give the same bytes.
 *
 * @throws {WeightsError} if a network does not fit its step, or is not exact on every device.
 */
export function encodeCoderFile(coder: Coder, info: CoderFileInfo): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  const architectures: Record<string, unknown> = {};
  for (const { octave, step, name } of PLACES) {
    const network = coder[octave][step];
    checkNetwork(network, step);
    architectures[name] = JSON.parse(writeArchitecture(network.architecture));
    describeLayers(network.architecture).forEach((shape, index) => {
      const layer = network.layers[index]!;
      for (const [part, values] of Object.entries(partsOf(layer))) {
        const dimensions = part === "weight"
          ? [layer.outputs, layer.inputs, 3, 3]
          : [layer.outputs];
        tensors.set(`${name}.${shape.name}.${part}`, {
          shape: dimensions,
          values: Float32Array.from(values),
        });
      }
    });
  }
  const metadata = new Map([["format", FORMAT], ["tier", checkTierName(info.tier)], [
    "architectures",
    JSON.stringify(architectures),
  ]]);
  if (info.isLossy) metadata.set("kind", LOSSY);
  for (const key of TEXTS) if (info[key] !== undefined) metadata.set(key, info[key]);
  if (info.scores) metadata.set("scores", JSON.stringify(info.scores));
  return encodeSafetensors({ tensors, metadata });
}

/** The numbers of a layer, by the names that tensors end with. */
function partsOf({ weights, bias, shifts, slopes }: ExactLayer): Record<string, ArrayLike<number>> {
  return { weight: weights, bias, shifts, ...(slopes && { slopes }) };
}

/**
 * Reads a coder from a file that may be damaged or hostile.
 *
 * @throws {WeightsError} if the file is too large, not a `safetensors` file, not a coder, not exactly the tensors that its networks call
 * for, not in whole numbers, or not exact on every device.
 *
 * @example
 * ```ts
 * import { decodeCoderFile } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * const bytes = await Deno.readFile("weights/coders/swift.safetensors");
 * const { info, digest } = await decodeCoderFile(bytes);
 * equal(info.tier, "swift");
 * equal(digest.length, 8);
 * ```
 */
export async function decodeCoderFile(bytes: Uint8Array): Promise<CoderFile> {
  if (bytes.length > MAX_CODER_BYTES) {
    throw new WeightsError(
      `A coder has at most ${MAX_CODER_BYTES} bytes, found ${bytes.length}`,
    );
  }
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get("format") !== FORMAT) {
    throw new WeightsError(
      `A coder must have the metadata "format": "${FORMAT}", found ${
        quote(metadata.get("format"))
      }`,
    );
  }
  const isLossy = parseKind(metadata.get("kind"));
  const architectures = parseArchitectures(metadata.get("architectures"));
  const remaining = new Map(tensors);
  const networks = PLACES.map(({ step, name }) => {
    const architecture = architectures[name]!;
    const network = takeNetwork(remaining, { step, name, architecture, isLossy });
    checkNetwork(network, step);
    return network;
  });
  for (const name of remaining.keys()) {
    throw new WeightsError(`The coder has no tensor "${name}", but the file does`);
  }
  const [fineDiagonal, fineQuincunx, coarseDiagonal, coarseQuincunx] = networks;
  const texts = TEXTS.flatMap((key) => metadata.has(key) ? [[key, metadata.get(key)!]] : []);
  return {
    coder: {
      fine: { diagonal: fineDiagonal!, quincunx: fineQuincunx! },
      coarse: { diagonal: coarseDiagonal!, quincunx: coarseQuincunx! },
    },
    info: {
      tier: checkTierName(metadata.get("tier")),
      ...isLossy && { isLossy },
      ...Object.fromEntries(texts),
      ...(metadata.has("scores") && { scores: parseNumbers(metadata, "scores") }),
    },
    digest: await digestOf(networks),
  };
}

function parseKind(kind: string | undefined): boolean {
  if (kind === undefined || kind === LOSSY) return kind === LOSSY;
  throw new WeightsError(`A coder's "kind" is "${LOSSY}", or there is none; found ${quote(kind)}`);
}

function parseArchitectures(text: string | undefined): Record<string, Architecture> {
  let value: Record<string, Architecture> | undefined;
  try {
    value = JSON.parse(text ?? "");
  } catch { /* reported below */ }
  const found: Record<string, Architecture> = {};
  for (const { name } of PLACES) {
    const architecture = value?.[name];
    if (typeof architecture !== "object" || architecture === null) {
      throw new WeightsError(`A coder's "architectures" must name "${name}", found ${quote(text)}`);
    }
    if (!Object.values(architecture).every(Number.isFinite)) {
      throw new WeightsError(
        `A coder's "architectures" must have numbers for "${name}", found ${
          quote(JSON.stringify(architecture))
        }`,
      );
    }
    const { inputs, outputs, channels, blocks } = architecture;
    asWeightsError(() => checkArchitecture({ inputs, outputs, channels, blocks }));
    found[name] = { inputs, outputs, channels, blocks };
  }
  return found;
}

function takeNetwork(
  tensors: Map<string, Tensor>,
  { step, name, architecture, isLossy }: {
    step: CoderStep;
    name: string;
    architecture: Architecture;
    isLossy: boolean;
  },
): ExactNetwork {
  const layers = describeLayers(architecture).map((shape): ExactLayer => {
    const { inputs, outputs, prelu } = shape;
    const take = (part: string, dimensions: number[], [least, most]: readonly [number, number]) =>
      takeIntegers(tensors, { name: `${name}.${shape.name}.${part}`, dimensions, least, most });
    return {
      inputs,
      outputs,
      weights: Int16Array.from(take("weight", [outputs, inputs, 3, 3], [-32767, 32767])),
      bias: Int32Array.from(take("bias", [outputs], [-(2 ** 24), 2 ** 24])),
      shifts: Uint8Array.from(take("shifts", [outputs], [0, 255])),
      ...(prelu && { slopes: Int16Array.from(take("slopes", [outputs], [-32767, 32767])) }),
    };
  });
  return { architecture, inputLimits: coderInputLimits(step, isLossy), layers };
}

function takeIntegers(
  tensors: Map<string, Tensor>,
  { name, dimensions, least, most }: {
    name: string;
    dimensions: number[];
    least: number;
    most: number;
  },
): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new WeightsError(`The coder has no tensor "${name}"`);
  if (tensor.shape.join() !== dimensions.join()) {
    throw new WeightsError(
      `Tensor "${name}" must have the shape [${dimensions}], found [${tensor.shape}]`,
    );
  }
  const wrong = tensor.values.find((value) =>
    !Number.isInteger(value) || value < least || value > most
  );
  if (wrong !== undefined) {
    throw new WeightsError(
      `Tensor "${name}" must hold whole numbers from ${least} to ${most}, found ${wrong}`,
    );
  }
  tensors.delete(name);
  return tensor.values;
}

function checkNetwork(network: ExactNetwork, step: CoderStep): void {
  const { inputs, outputs } = network.architecture;
  const expected = {
    inputs: 3 * STEPS[step].known + 1,
    outputs: OUTPUTS_OF_PHASE * STEPS[step].coded,
  };
  if (inputs !== expected.inputs || outputs !== expected.outputs) {
    throw new WeightsError(
      `A coder's network for the step "${step}" must have ${expected.inputs} inputs and ${expected.outputs} outputs, ` +
        `found ${inputs} and ${outputs}`,
    );
  }
  asWeightsError(() => checkExactNetwork(network));
}

/** Over all numbers as 32-bit little-endian ones, network after network: architecture, then each layer's. */
async function digestOf(networks: readonly ExactNetwork[]): Promise<Uint8Array> {
  const numbers = networks.flatMap(({ architecture, layers }) => [
    ...[architecture.inputs, architecture.outputs, architecture.channels, architecture.blocks],
    ...layers.flatMap((layer) =>
      Object.values(partsOf(layer)).flatMap((values) => Array.from(values))
    ),
  ]);
  const data = new DataView(new ArrayBuffer(numbers.length * 4));
  numbers.forEach((number, index) => data.setInt32(index * 4, number, true));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data.buffer), 0, 8).slice();
}
