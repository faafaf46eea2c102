/**
 * Quality from 1 to 100, as people know it, and the steps of lossy files.
 *
 * Steps are spaced evenly in their logarithm. At 100 a photo comes back at about 48 dB, at 85 at 45, at 75 at 42.5, at 50
 * at 36.5 (the means of Kodak's).
 *
 * @module
 */

import { CHROMA_PARTS, LOSSY_LIMITS, type LossySettings, STEP_PARTS } from "./coded/lossy_steps.ts";

/** The best there is; the least is 1. */
const MOST_QUALITY = 100;

/**
 * The quality of what is written of JPEGs where nothing else is asked for: no difference is seen, and of a hundred JPEGs as cameras
 * write them at least 95 become smaller.
 */
export const DEFAULT_QUALITY = 75;

/** Steps in levels at a quality of 1, and at the best. */
const COARSEST = 48;
const FINEST = 2;

/** What the step of an octave is to that of the next finer one, in 64ths. */
const RATIO = 45;

/** What steps are spread over a picture for: for eyes, which the structural similarity stands for, or for squared errors. */
export type Tune = "ssim" | "psnr";

/** How steps of a file relate to each other. */
export interface StepWishes {
  /** What the steps of chroma are multiplied with. Default: 1. */
  readonly chroma?: number | undefined;
  /** What steps are spread for. Default: `"ssim"`. */
  readonly tune?: Tune | undefined;
}

/** The settings of a file whose finest octave has a step, in its unit. */
export function settingsOfStep(
  step: number,
  { chroma = 1, tune = "ssim" }: StepWishes = {},
): LossySettings {
  const isEven = tune === "psnr";
  return { step, chroma: Math.round(chroma * CHROMA_PARTS), ratio: RATIO, isEven };
}

/**
 * The settings of a quality.
 *
 * @throws {RangeError} if the quality is not from 1 to 100.
 */
export function settingsOfQuality(quality: number, wishes: StepWishes = {}): LossySettings {
  if (!(quality >= 1 && quality <= MOST_QUALITY)) {
    throw new RangeError(`A quality is from 1 to ${MOST_QUALITY}, found ${quality}`);
  }
  const levels = COARSEST * (FINEST / COARSEST) ** ((quality - 1) / (MOST_QUALITY - 1));
  return settingsOfStep(Math.round(levels * STEP_PARTS), wishes);
}

/** Decimals that tell every step from its neighbours. */
const MOST_DECIMALS = 2;

/**
 * The quality that gives a file's step, with as few decimals as that takes, at most two; where a target led beyond the
 * qualities that there are, the least or the best of them.
 */
export function qualityOf({ step }: LossySettings): number {
  const share = Math.log(step / STEP_PARTS / COARSEST) / Math.log(FINEST / COARSEST);
  const quality = Math.min(MOST_QUALITY, Math.max(1, 1 + (MOST_QUALITY - 1) * share));
  let rounded = Math.round(quality);
  for (let decimals = 1; decimals <= MOST_DECIMALS; decimals++) {
    if (settingsOfQuality(rounded).step === step) break;
    rounded = Number(quality.toFixed(decimals));
  }
  return rounded;
}

/** What a file's steps of chroma are multiplied with. */
export function chromaOf({ chroma }: LossySettings): number {
  return chroma / CHROMA_PARTS;
}

/** What a file's steps are spread for. */
export function tuneOf({ isEven = false }: LossySettings): Tune {
  return isEven ? "psnr" : "ssim";
}

/** What chroma's steps may be multiplied with, least and most. */
export const CHROMA_FACTORS: readonly [number, number] = [
  LOSSY_LIMITS.chroma[0] / CHROMA_PARTS,
  LOSSY_LIMITS.chroma[1] / CHROMA_PARTS,
];
