/**
 * A coder, four networks of whole numbers, in a `safetensors` file: what coded files are written and read with.
 *
 * Tensors: for each of `fine.diagonal`, `fine.quincunx`, `coarse.diagonal` and `coarse.quincunx` those of `network_file.ts`,
 * and `….shifts` of every layer; all F32, all whole numbers. Metadata: `format`, `tier`, `architectures` (JSON, by the same
 * names), and where known `recipe` and `scores` (JSON), `data` and `licence`; `kind` is `lossy` in a coder for lossy files.
 *
 * @module
 */

import type { Coder } from "../codec/coded/coder.ts";
import { type Architecture, checkArchitecture } from "../gpu/network.ts";
import { checkNetwork, digestOf, putNetwork, takeNetwork } from "./coder_tensors.ts";
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
const PLACES = OCTAVES.flatMap((octave) =>
  (["diagonal", "quincunx"] as const).map((step) => ({ octave, step, name: `${octave}.${step}` }))
);
const TEXTS = ["recipe", "data", "licence"] as const;

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
    putNetwork(tensors, { name, network });
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
