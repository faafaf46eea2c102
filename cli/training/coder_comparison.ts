/**
 * What a trained coder gains: the size of files of what was held back, beside the shipped coder's.
 *
 * @module
 */

import { encodeCoded } from "../../codec/coded_encoder.ts";
import { encodeToTarget } from "../../codec/coded_target.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { middleOf } from "../../train/coder_rounding.ts";
import { coderForWriting } from "../../weights/coder_choice.ts";
import type { CoderFile } from "../../weights/coder_file.ts";
import type { Photos } from "../photos.ts";
import type { CoderPlan } from "./whole_coder_plan.ts";

/** Of photos that are held back, what is coded to tell what the coder gains: the middle of so many. */
const [JUDGED_PHOTOS, JUDGED_SIDE] = [8, 384];

/** The same for lossy files, each of which is written a dozen times until it is at so many decibels. */
const [LOSSY_PHOTOS, LOSSY_SIDE, LOSSY_DECIBELS] = [4, 256, 40];

/** Bits a sample of files of what was held back. */
export interface Comparison {
  /** With the shipped coder. */
  readonly before: number;
  /** With the one that was trained. */
  readonly after: number;
}

/** Codes the middles of photos that were held back, as what counts is the size of files. */
export async function compareCoders(
  own: CoderFile,
  { plan, photos }: { plan: CoderPlan; photos: Photos },
): Promise<Comparison> {
  const { isLossy } = plan;
  const [count, side] = isLossy ? [LOSSY_PHOTOS, LOSSY_SIDE] : [JUDGED_PHOTOS, JUDGED_SIDE];
  const crops = photos.validation.slice(0, count)
    .map((photo) => ({ ...middleOf(photo, side), metadata: NO_METADATA }));
  const bitsOf = async (file: CoderFile | undefined) => {
    const coder = await coderForWriting("fast", { own: file, isLossy });
    const options = { ...coder, effort: "fast" } as const;
    let bits = 0;
    for (const crop of crops) {
      const { length } = isLossy
        ? (await encodeToTarget(crop, { ...options, target: { decibels: LOSSY_DECIBELS } })).bytes
        : await encodeCoded(crop, options);
      bits += 8 * length / crop.data.length / crops.length;
    }
    return bits;
  };
  return { before: await bitsOf(plan.start), after: await bitsOf(own) };
}

/** Says it in a sentence. */
export function describeComparison(
  { before, after }: Comparison,
  { tier, start, isLossy }: CoderPlan,
): string {
  const files = isLossy ? `Files at ${LOSSY_DECIBELS} dB` : "Lossless files";
  const shipped = start ? tier : isLossy ? "lossy-swift" : "swift";
  const change = 100 * (after / before - 1);
  const verdict = change < 0
    ? `${(-change).toFixed(1)} % smaller`
    : `${change.toFixed(1)} % larger, so stay with the shipped one`;
  return `${files} of what was held back: ${
    before.toFixed(3)
  } bits a sample with the shipped coder "${shipped}", ${after.toFixed(3)} with yours, ${verdict}`;
}
