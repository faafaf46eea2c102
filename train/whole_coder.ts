/**
 * A whole coder: its four networks, the recipes of each, and the file that they make together.
 *
 * @module
 */

import type { Coder } from "../codec/coded/coder.ts";
import type { CoderStep } from "../codec/lattice/coder_steps.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import type { Network } from "../gpu/network.ts";
import { type CoderFileInfo, encodeCoderFile } from "../weights/coder_file.ts";
import type { CoderRecipe } from "./coder_recipe.ts";
import { findCoderRecipe } from "./coder_recipes.ts";
import { roundCoderNetwork, unroundCoderNetwork } from "./coder_rounding.ts";

/** One of the networks of a coder. */
export interface CoderPart {
  /** The end of its recipe's name: `diagonal`, or `diagonal-coarse`. */
  readonly name: string;
  /** The octaves that it is for. */
  readonly octave: keyof Coder;
  /** The step of them. */
  readonly step: CoderStep;
  /** Its share of the samples of an image. */
  readonly share: number;
}

/** All of them, in the order of training: those of coarser octaves come after the fine ones, which they may start from. */
export const CODER_PARTS: readonly CoderPart[] = [
  { name: "diagonal", octave: "fine", step: "diagonal", share: 1 / 4 },
  { name: "quincunx", octave: "fine", step: "quincunx", share: 1 / 2 },
  { name: "diagonal-coarse", octave: "coarse", step: "diagonal", share: 1 / 16 + 1 / 64 },
  { name: "quincunx-coarse", octave: "coarse", step: "quincunx", share: 1 / 8 + 1 / 32 },
];

/** The recipe of one of a tier's networks, if there is such a tier. */
export function recipeOfPart(tier: string, { name }: CoderPart): CoderRecipe | undefined {
  return findCoderRecipe(`coder-${tier}-${name}`);
}

/** The network of a part in a coder, as floats to train on. */
export function startOfPart(coder: Coder, { octave, step }: CoderPart): Network {
  return unroundCoderNetwork(coder[octave][step], step);
}

/** A number of each part as one of a whole image: each by its share of the samples. */
export function weighByShare(values: ReadonlyMap<string, number>): number {
  const shares = CODER_PARTS.reduce((sum, { share }) => sum + share, 0);
  return CODER_PARTS.reduce((sum, { name, share }) => sum + share * values.get(name)!, 0) / shares;
}

/**
 * Rounds trained networks to whole numbers and writes them as one coder.
 *
 * @param networks by the names of {@link CODER_PARTS}
 * @throws {RangeError} if one's weights are too large for whole numbers.
 * @throws {WeightsError} if one does not fit its step.
 */
export function encodeWholeCoder(
  networks: ReadonlyMap<string, Network>,
  { photos, info }: { photos: readonly Raster[]; info: CoderFileInfo },
): Uint8Array<ArrayBuffer> {
  const round = (octave: keyof Coder, step: CoderStep) => {
    const part = CODER_PARTS.find((part) => part.octave === octave && part.step === step)!;
    return roundCoderNetwork(networks.get(part.name)!, {
      step,
      photos,
      isLossy: info.isLossy,
    });
  };
  const octave = (name: keyof Coder) => ({
    diagonal: round(name, "diagonal"),
    quincunx: round(name, "quincunx"),
  });
  return encodeCoderFile({ fine: octave("fine"), coarse: octave("coarse") }, info);
}
