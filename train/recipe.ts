/**
 * What a training run is made of. A recipe and its photos reproduce a network; it travels in the weight file.
 *
 * @module
 */

import type { Architecture } from "../gpu/network.ts";
import type { NetworkStep } from "../codec/lattice/within.ts";

/** Everything that decides how a network turns out, photos apart. */
export interface Recipe {
  /** The lattice step that the network restores, or `"within"` for one that improves lossy files within their bins. */
  readonly step: NetworkStep;
  /** The name under which the network is chosen; free text outside the shipped tiers. */
  readonly tier: string;
  /** Channels of the hidden activations. */
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
  /** Patches of a step. */
  readonly batch: number;
  /** Side of a patch in cells. Many small patches teach more than few large ones of as many cells. */
  readonly patch: number;
  /**
   * Distances in pixels of the photos between the neighbouring pixels of a patch, what lies between being skipped: one to
   * eight different ones, which a step's patches draw from. 2 trains for the coarse step of ratios 8 and 16, whose
   * neighbours lie 2 pixels apart. Default: `[1]`.
   */
  readonly spacings?: readonly number[] | undefined;
  /**
   * Factors by which photos are reduced before crops are cut from them, every photo by each; a pixel is the mean of factor
   * × factor. Photos that are then too small for a crop are left out. Default: `[1]`.
   */
  readonly reductions?: readonly number[] | undefined;
  /**
   * Most pixels of a photo, after its reduction, that crops are cut from; larger ones are left out, as cameras blur details
   * of the size of a pixel. Default: no bound.
   */
  readonly largestPhoto?: number | undefined;
  /**
   * Whether the first layer's weights for each output and colour are kept at a sum of zero, so that no output follows the
   * level of a colour: what differs between neighbours is learnt sooner. Default: `false`.
   */
  readonly centredHead?: boolean | undefined;
  /** Optimiser steps. */
  readonly steps: number;
  /**
   * What trains the weights of the hidden layers: Adam, or Muon, which needs fewer steps; Adam trains the rest. Default:
   * `"adam"`.
   */
  readonly optimiser?: "adam" | "muon" | undefined;
  /** Peak learning rate, reached after `warmup` steps and followed by a cosine to a hundredth. */
  readonly rate: number;
  /** Steps of rising learning rate. */
  readonly warmup: number;
  /** Share of the run, at its end, that minimises another loss; before it, the absolute error. */
  readonly squaredShare: number;
  /**
   * What that other loss is: the mean squared error, or `"psnr"`, its logarithm in each patch, which weighs every patch
   * alike as a mean of PSNRs does (Chen et al., 2021, "HINet"). Default: `"squared"`.
   */
  readonly finish?: "squared" | "psnr" | undefined;
  /** Decay of the moving average of the weights, which is what is validated and kept. */
  readonly averageDecay: number;
  /** Seed of initialisation, crops and symmetries. */
  readonly seed: number;
  /**
   * The run in parts, one after the other. Each starts from the best averaged weights of the one before, with a fresh
   * optimiser and a schedule of its own. Default: one part, which the recipe itself describes.
   */
  readonly stages?: readonly Stage[] | undefined;
}

/**
 * What sets a stage apart from its recipe. What it does not mention is as in the recipe; its seed is then the recipe's
 * plus the number of stages before, so that every stage sees other crops.
 */
export type Stage = Partial<
  Pick<
    Recipe,
    | "steps"
    | "optimiser"
    | "rate"
    | "warmup"
    | "batch"
    | "patch"
    | "reductions"
    | "centredHead"
    | "largestPhoto"
    | "squaredShare"
    | "finish"
    | "averageDecay"
    | "seed"
  >
>;

/**
 * What is taken where a recipe says nothing: a network of the size of the shipped `standard` ones, by Adam. Those come from
 * recipes of their own.
 *
 * @example
 * ```ts
 * import { DEFAULT_RECIPE, type Recipe } from "@nnc/nnc/train";
 * import { equal } from "node:assert/strict";
 *
 * const recipe: Recipe = { ...DEFAULT_RECIPE, step: "grid", steps: 500 };
 * equal(recipe.batch, DEFAULT_RECIPE.batch);
 * ```
 */
export const DEFAULT_RECIPE: Recipe = {
  step: "quincunx",
  tier: "standard",
  channels: 32,
  blocks: 4,
  batch: 32,
  patch: 16,
  steps: 6000,
  rate: 1e-3,
  warmup: 100,
  squaredShare: 0.25,
  averageDecay: 0.998,
  seed: 1,
};

/** The spacings of a recipe that says nothing of them: photos as they are. */
export const DEFAULT_SPACINGS: readonly number[] = [1];

/** The reductions of a recipe that says nothing of them: none. */
export const DEFAULT_REDUCTIONS: readonly number[] = [1];

/** A recipe with the defaults for what it leaves out, and the shape of the network that the run starts from. */
export function completeRecipe(
  recipe: Partial<Recipe> = {},
  shape: Pick<Recipe, "channels" | "blocks"> = { ...DEFAULT_RECIPE, ...recipe },
): Recipe {
  const { channels, blocks } = shape;
  return { ...DEFAULT_RECIPE, ...recipe, channels, blocks };
}

/** The architecture that a recipe trains, three samples a phase. */
export function recipeArchitecture(
  recipe: Pick<Recipe, "channels" | "blocks">,
  phases: { kept: number; missing: number },
): Architecture {
  const { channels, blocks } = recipe;
  return { inputs: 3 * phases.kept, outputs: 3 * phases.missing, channels, blocks };
}

/** Learning rate of a step, counted from 0: linear warm-up, then a cosine to a hundredth of the peak. */
export function learningRate(
  recipe: Pick<Recipe, "rate" | "warmup" | "steps">,
  step: number,
): number {
  if (step < recipe.warmup) return recipe.rate * (step + 1) / recipe.warmup;
  const progress = (step - recipe.warmup) / Math.max(1, recipe.steps - recipe.warmup);
  return recipe.rate * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(progress, 1))));
}

/**
 * What a step minimises: the mean absolute error, the mean squared error, or the mean over patches of the logarithm of
 * the latter.
 */
export type LossName = "absolute" | "squared" | "psnr";

/** The loss that a step minimises, counted from 0. */
export function lossAt(recipe: Recipe, step: number): LossName {
  return step < recipe.steps * (1 - recipe.squaredShare) ? "absolute" : recipe.finish ?? "squared";
}
