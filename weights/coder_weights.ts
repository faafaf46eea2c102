/**
 * A trained coder network, still of floats, in a `safetensors` file.
 *
 * Tensors are named and laid out as in `network_file.ts`; `coder_units.ts` says what goes in and out. Metadata: `format`, `kind`
 * (`coder`), `architecture` (JSON), `step`, `tier`, `spacings` (JSON), and where known `recipe`, `data`, `licence` and `scores`
 * (JSON).
 *
 * @module
 */

import type { Architecture, Network } from "../gpu/network.ts";
import { OUTPUTS_OF_PHASE } from "./coder_units.ts";
import {
  checkSpacings,
  checkTierName,
  checkWritable,
  type FileMetadata,
  parseArchitecture,
  parseNumbers,
  parseSpacings,
  quote,
  writeArchitecture,
} from "./network_metadata.ts";
import { networkTensors, takeLayers } from "./network_tensors.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** What a file says about its coder network. */
export interface CoderInfo {
  /** The step of an octave whose pixels the network predicts. */
  readonly step: "diagonal" | "quincunx";
  /** Its rung on the ladder of sizes, or a name of one's own: a word of letters and digits. */
  readonly tier: string;
  /** Distances in original pixels between neighbouring pixels of the octaves that the network is for. */
  readonly spacings: readonly number[];
  /** How it was trained, as JSON. */
  readonly recipe?: string | undefined;
  /** What it was trained on. */
  readonly data?: string | undefined;
  /** The licences of that data. */
  readonly licence?: string | undefined;
  /** Measured costs, such as `{ "bits.validation": … }` a sample. */
  readonly scores?: Readonly<Record<string, number>> | undefined;
}

const FORMAT = "nnc coder weights 1";
const KIND = "coder";
const TEXTS = ["recipe", "data", "licence"] as const;

/** Known and coded phases of a cell. */
const PHASES: Readonly<Record<CoderInfo["step"], { known: number; coded: number }>> = {
  diagonal: { known: 1, coded: 1 },
  quincunx: { known: 2, coded: 2 },
};

/**
 * Writes a coder network. The same network and info give the same bytes.
 *
 * @throws {WeightsError} if the network does not match its architecture or its step.
 */
export function encodeCoderWeights(network: Network, info: CoderInfo): Uint8Array<ArrayBuffer> {
  checkWritable(network);
  checkChannels(network.architecture, info.step);
  const metadata = new Map([
    ["format", FORMAT],
    ["kind", KIND],
    ["architecture", writeArchitecture(network.architecture)],
    ["step", info.step],
    ["tier", checkTierName(info.tier)],
    ["spacings", JSON.stringify(checkSpacings(info.spacings))],
  ]);
  for (const key of TEXTS) {
    const text = info[key];
    if (text !== undefined) metadata.set(key, text);
  }
  if (info.scores) metadata.set("scores", JSON.stringify(info.scores));
  return encodeSafetensors({ tensors: networkTensors(network), metadata });
}

/**
 * Reads a coder network from a file that may be damaged or hostile.
 *
 * @throws {WeightsError} if the file is not a `safetensors` file, not a coder network, or not exactly the tensors that its
 * architecture and step call for.
 */
export function decodeCoderWeights(bytes: Uint8Array): { network: Network; info: CoderInfo } {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const format = metadata.get("format");
  if (format !== FORMAT || metadata.get("kind") !== KIND) {
    throw new WeightsError(
      `The weights of a coder network must have the metadata "format": "${FORMAT}" and "kind": "${KIND}", found ` +
        `${quote(format)} and ${quote(metadata.get("kind"))}`,
    );
  }
  const architecture = parseArchitecture(metadata);
  const info = parseInfo(metadata);
  checkChannels(architecture, info.step);
  return { network: { architecture, layers: takeLayers(tensors, architecture) }, info };
}

function parseInfo(metadata: FileMetadata): CoderInfo {
  const step = metadata.get("step");
  if (step === undefined || !Object.hasOwn(PHASES, step)) {
    throw new WeightsError(
      `A coder network's step must be one of ${Object.keys(PHASES).join(", ")}, found ${
        quote(step)
      }`,
    );
  }
  const texts = TEXTS.flatMap((key) => metadata.has(key) ? [[key, metadata.get(key)!]] : []);
  return {
    step: step as CoderInfo["step"],
    tier: checkTierName(metadata.get("tier")),
    spacings: parseSpacings(metadata.get("spacings") ?? ""),
    ...Object.fromEntries(texts),
    ...(metadata.has("scores") && { scores: parseNumbers(metadata, "scores") }),
  };
}

function checkChannels({ inputs, outputs }: Architecture, step: CoderInfo["step"]): void {
  const { known, coded } = PHASES[step];
  const expected = { inputs: 3 * known + 1, outputs: OUTPUTS_OF_PHASE * coded };
  if (inputs === expected.inputs && outputs === expected.outputs) return;
  throw new WeightsError(
    `A coder network for the step "${step}" must have ${expected.inputs} inputs and ${expected.outputs} outputs, found ` +
      `${inputs} and ${outputs}`,
  );
}
