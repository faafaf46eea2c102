/**
 * The number that a network is judged by: what it stands for, and which way it should go.
 *
 * @module
 */

import { type AnyRecipe, isCoderRecipe } from "./coder_recipe.ts";

/** PSNR in dB of what a network draws, or what the samples cost that it predicts, in bits each. */
export type Measure = "psnr" | "bits";

/** What was found out about weights. */
export interface Judgement {
  /** The number that decides. */
  readonly score: number;
  /** What it is made of or stands beside it, in words and in the same unit. */
  readonly details?: Readonly<Record<string, number>> | undefined;
}

/** What networks of a recipe are judged by. */
export function measureOf(recipe: AnyRecipe): Measure {
  return isCoderRecipe(recipe) ? "bits" : "psnr";
}

/** Whether a score is better than another. */
export function isBetter(
  measure: Measure,
  { score, than }: { score: number; than: number },
): boolean {
  return measure === "bits" ? score < than : score > than;
}

/** A score as people read it. */
export function formatScore(measure: Measure, score: number): string {
  return measure === "bits" ? `${score.toFixed(4)} bits a sample` : `${score.toFixed(2)} dB`;
}
