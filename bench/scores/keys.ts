/**
 * Scores as a weights file carries them: numbers by key, `<set>.psnr`, `<set>.ssim`, `<set>.averaging.psnr`,
 * `<set>.averaging.ssim` and `<set>.worst`, and `f16.cost`. The tier `max` has no file; what it scores stands in the
 * best file of the step, with `max.` before every key.
 *
 * @module
 */

import type { QualityRow } from "../quality/report.ts";
import { round } from "../tables.ts";

/** The sets of photographs that every shipped network is scored on; Kodak comes first in every table. */
export const SCORED_SETS = ["kodak", "cid22-validation"] as const;

/** A set of photographs. */
export type ScoredSet = typeof SCORED_SETS[number];

/** What a network scores on a set: means of the per-image values. */
export interface SetScores {
  /** In dB over all pixels. */
  readonly psnr: number;
  readonly ssim: number;
  /** The same of the fixed interpolation, which does without a network. */
  readonly averaging: { readonly psnr: number; readonly ssim: number };
  /** What the image that gains least gains on the interpolation, in dB; negative where it loses. */
  readonly worst: number;
}

/** The key of what rounding the weights to 16-bit floats costs, in dB on the validation set. */
export const F16_COST = "f16.cost";

/** The prefix of what the tier `max` scores. */
export const MAX_PREFIX = "max.";

/** The scores of a set as a file carries them. */
export function scoresOf(
  row: QualityRow,
  { set, prefix = "" }: { set: ScoredSet; prefix?: string | undefined },
): Record<string, number> {
  const { restored, interpolated, least } = row;
  const key = (name: string) => `${prefix}${set}.${name}`;
  return {
    [key("psnr")]: round(restored.psnr, 3),
    [key("ssim")]: round(restored.ssim, 5),
    [key("averaging.psnr")]: round(interpolated.psnr, 3),
    [key("averaging.ssim")]: round(interpolated.ssim, 5),
    [key("worst")]: round(least.gain, 3),
  };
}

/** The scores of a set in a file; absent unless all of them are there. */
export function readScores(
  scores: Readonly<Record<string, number>> = {},
  { set, prefix = "" }: { set: ScoredSet; prefix?: string | undefined },
): SetScores | undefined {
  const value = (name: string) => scores[`${prefix}${set}.${name}`];
  const [psnr, ssim, worst] = [value("psnr"), value("ssim"), value("worst")];
  const averaging = { psnr: value("averaging.psnr"), ssim: value("averaging.ssim") };
  if (psnr === undefined || ssim === undefined || worst === undefined) return undefined;
  if (averaging.psnr === undefined || averaging.ssim === undefined) return undefined;
  return { psnr, ssim, averaging: { psnr: averaging.psnr, ssim: averaging.ssim }, worst };
}
