/** What a network is shipped from: a weights file, or the best weights of a checkpoint. @module */

import { decodeCheckpoint } from "../../train/checkpoint.ts";
import { unflattenNetwork } from "../../train/parameters.ts";
import { architectureOf, isCoderRecipe } from "../../train/coder_recipe.ts";
import { TrainingError } from "../../train/training_error.ts";
import { decodeNetwork, type NetworkFile } from "../../weights/network_file.ts";
import { decodeSafetensors } from "../../weights/safetensors.ts";
import { parseHeader, type TensorType } from "../../weights/safetensors_header.ts";

/** A network and how it was stored. */
export interface Source extends NetworkFile {
  /** Stored type of all its tensors; `F32` if one of them is. */
  readonly dtype: TensorType;
}

/**
 * Reads a weights file or a checkpoint of training.
 *
 * @throws {WeightsError | TrainingError} if it is neither.
 */
export function readSource(bytes: Uint8Array): Source {
  const format = decodeSafetensors(bytes).metadata.get("format");
  if (!format?.startsWith("nnc checkpoint")) {
    return { ...decodeNetwork(bytes), dtype: storedType(bytes) };
  }
  const { recipe, best } = decodeCheckpoint(bytes);
  if (isCoderRecipe(recipe)) throw new TrainingError("The checkpoint is of a coder network");
  const { step, tier } = recipe;
  return {
    network: unflattenNetwork(architectureOf(recipe), best.parameters),
    info: { step, tier, base: "average", recipe: JSON.stringify(recipe) },
    dtype: "F32",
  };
}

/** The type that a `safetensors` file stores; `F32` if one of its tensors is. */
export function storedType(bytes: Uint8Array): TensorType {
  const { header, dataLength } = splitFile(bytes);
  const { entries } = parseHeader(header, dataLength);
  return entries.every(({ dtype }) => dtype === "F16") ? "F16" : "F32";
}

/** A short digest of the weights alone: what a file says of itself may change without making it another network. */
export async function weightsDigest(bytes: Uint8Array): Promise<string> {
  const { dataLength } = splitFile(bytes);
  const data = new Uint8Array(bytes.subarray(bytes.length - dataLength));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex().slice(0, 16);
}

function splitFile(bytes: Uint8Array): { header: Uint8Array; dataLength: number } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return { header: bytes.subarray(8, 8 + length), dataLength: bytes.length - 8 - length };
}
