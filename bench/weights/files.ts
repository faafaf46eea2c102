/** The weights files that are shipped. @module */

import { STEP_NAMES } from "../../codec/lattice/steps.ts";
import { NETWORK_CELLS, NETWORK_STEPS } from "../../codec/lattice/within.ts";
import { countMultiplyAdds, countParameters } from "../../gpu/network.ts";
import { decodeNetwork, type NetworkFile } from "../../weights/network_file.ts";
import type { TensorType } from "../../weights/safetensors_header.ts";
import { storedType, weightsDigest } from "../scores/source.ts";
import { isCoarse, nameOf } from "../scores/place.ts";

/** A shipped file. */
export interface ShippedFile extends NetworkFile {
  /** `<step>-<tier>`. */
  readonly name: string;
  readonly bytes: number;
  readonly dtype: TensorType;
  readonly digest: string;
}

/** The steps in the order of all tables. */
export const STEPS = STEP_NAMES;

/** The tiers in the order of all tables; others follow. */
const TIERS = ["draft", "standard", "high"];

/** Reads every file of `weights/`: step by step, each from fast to good. */
export async function readShipped(): Promise<ShippedFile[]> {
  const folder = new URL("../../weights/", import.meta.url);
  const files: ShippedFile[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".safetensors")) continue;
    const bytes = await Deno.readFile(new URL(name, folder));
    const file = decodeNetwork(bytes);
    files.push({
      ...file,
      name: nameOf(file.info),
      bytes: bytes.length,
      dtype: storedType(bytes),
      digest: await weightsDigest(bytes),
    });
  }
  const rank = ({ info: { step, tier } }: ShippedFile) =>
    NETWORK_STEPS.indexOf(step) * 100 + (TIERS.indexOf(tier) + 1 || 50);
  return files.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** The digests of all shipped weights, by the names of their files. */
export async function digestShipped(): Promise<Record<string, string>> {
  return Object.fromEntries((await readShipped()).map(({ name, digest }) => [name, digest]));
}

/** A coarse step works on a quarter of the image's pixels: every second one of every second row. */
const COARSE_PIXELS = 4;

/** The weights of a network, and its multiply-adds for a pixel of the whole restored image. */
export function costOf({ network, info }: NetworkFile): { weights: number; multiplyAdds: number } {
  const { width, height } = NETWORK_CELLS[info.step];
  const pixels = width * height * (isCoarse(info) ? COARSE_PIXELS : 1);
  return {
    weights: countParameters(network.architecture),
    multiplyAdds: Math.round(countMultiplyAdds(network.architecture) / pixels),
  };
}
