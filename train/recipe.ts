/**
 * What a training run is made of. A recipe and its photos reproduce a network; it travels in the weight file.
 *
 * @module
 */

import { type Architecture, checkArchitecture, LIMITS } from "../gpu/network.ts";
import type { StepName } from "../codec/lattice.ts";
import { TrainingError } from "./training_error.ts";

/** Everything that decides how a network turns out, photos apart. */
export interface Recipe {
  /** The lattice step that the network restores. */
  readonly step: StepName;
  /** The name under which the network is chosen; free text outside the shipped tiers. */
  readonly tier: string;
  /** Channels of the hidden activations. */
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
  /** Patches of a step. */
  readonly batch: number;
  /** Side of a patch in cells. 46 makes the best use of the software kernels' workgroups. */
  readonly patch: number;
  /**
   * Distances in pixels of the photos between the neighbouring pixels of a patch, what lies between being skipped: one to
   * eight different ones, which a step's patches draw from. 2 trains for the coarse step of ratios 8 and 16, whose
   * neighbours lie 2 pixels apart. Default: `[1]`.
   */
  readonly spacings?: readonly number[];
  /** Optimiser steps. */
  readonly steps: number;
  /**
   * What trains the weights of the hidden layers: Adam, or Muon, which needs fewer steps; Adam trains the rest. Default:
   * `"adam"`.
   */
  readonly optimiser?: "adam" | "muon";
  /** Peak learning rate, reached after `warmup` steps and followed by a cosine to a hundredth. */
  readonly rate: number;
  /** Steps of rising learning rate. */
  readonly warmup: number;
  /** Share of the run, at its end, that minimises the squared error; before it, the absolute one. */
  readonly squaredShare: number;
  /** Decay of the moving average of the weights, which is what is validated and kept. */
  readonly averageDecay: number;
  /** Seed of initialisation, crops and symmetries. */
  readonly seed: number;
  /**
   * The run in parts, one after the other. Each starts from the best averaged weights of the one before, with a fresh
   * optimiser and a schedule of its own. Default: one part, which the recipe itself describes.
   */
  readonly stages?: readonly Stage[];
}

/**
 * What sets a stage apart from its recipe. What it does not mention is as in the recipe; its seed is then the recipe's
 * plus the number of stages before, so that every stage sees other crops.
 */
export type Stage = Partial<
  Pick<
    Recipe,
    "steps" | "rate" | "warmup" | "batch" | "patch" | "squaredShare" | "averageDecay" | "seed"
  >
>;

const STAGE_KEYS: readonly string[] = [
  "steps",
  "rate",
  "warmup",
  "batch",
  "patch",
  "squaredShare",
  "averageDecay",
  "seed",
] satisfies (keyof Stage)[];

/** Stages that a recipe has at most. */
const MAX_STAGES = 100;

/**
 * What is taken where a recipe says nothing: the run that the shipped `standard` networks come from.
 *
 * @example
 * ```ts
 * import { DEFAULT_RECIPE, type Recipe } from "@nnc/nnc";
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
  batch: 8,
  patch: 46,
  steps: 6000,
  rate: 1e-3,
  warmup: 100,
  squaredShare: 0.25,
  averageDecay: 0.998,
  seed: 1,
};

/** The spacings of a recipe that says nothing of them: photos as they are. */
export const DEFAULT_SPACINGS: readonly number[] = [1];

/** The largest spacing, and how many there may be. */
const MOST_SPACING = 8;

/** A recipe with the defaults for what it leaves out, and the shape of the network that the run starts from. */
export function completeRecipe(
  recipe: Partial<Recipe> = {},
  shape: Pick<Recipe, "channels" | "blocks"> = { ...DEFAULT_RECIPE, ...recipe },
): Recipe {
  const { channels, blocks } = shape;
  return { ...DEFAULT_RECIPE, ...recipe, channels, blocks };
}

const RANGES: Partial<
  Record<keyof Recipe, readonly [least: number, most: number, whole: boolean]>
> = {
  channels: [4, LIMITS.channels, true],
  blocks: [0, LIMITS.blocks, true],
  batch: [1, 1024, true],
  patch: [4, 250, true],
  steps: [1, 1e9, true],
  rate: [1e-9, 1, false],
  warmup: [0, 1e9, true],
  squaredShare: [0, 1, false],
  averageDecay: [0, 0.999999, false],
  seed: [0, 2 ** 32 - 1, true],
};

/**
 * Checks a recipe and its stages.
 *
 * @throws {TrainingError} naming the value that is out of range, and the stage it is in.
 */
export function checkRecipe(recipe: Recipe): void {
  for (const key of Object.keys(RANGES)) checkRange(recipe, { key, where: "" });
  const { optimiser = "adam" } = recipe;
  if (optimiser !== "adam" && optimiser !== "muon") {
    throw new TrainingError(
      `The recipe's "optimiser" must be "adam" or "muon", found ${
        JSON.stringify(optimiser)?.slice(0, 60)
      }`,
    );
  }
  checkSpacings(recipe.spacings ?? DEFAULT_SPACINGS);
  if (recipe.stages !== undefined) checkStages(recipe.stages);
  try {
    checkArchitecture(recipeArchitecture(recipe, { kept: 1, missing: 1 }));
  } catch (cause) {
    throw new TrainingError((cause as Error).message, { cause });
  }
}

function checkStages(stages: unknown): void {
  if (!Array.isArray(stages) || stages.length < 1 || stages.length > MAX_STAGES) {
    throw new TrainingError(
      `The recipe's "stages" must be a list of 1 to ${MAX_STAGES} stages, found ${quote(stages)}`,
    );
  }
  for (const [index, stage] of stages.entries()) {
    const where = ` in stage ${index + 1}`;
    if (typeof stage !== "object" || stage === null || Array.isArray(stage)) {
      throw new TrainingError(`The recipe must have an object${where}, found ${quote(stage)}`);
    }
    for (const key of Object.keys(stage)) {
      if (!STAGE_KEYS.includes(key)) {
        throw new TrainingError(
          `The recipe has ${quote(key)}${where}; a stage can have ${STAGE_KEYS.join(", ")}`,
        );
      }
      checkRange(stage, { key, where });
    }
  }
}

function checkRange(
  values: Readonly<Record<string, unknown>> | Recipe,
  { key, where }: { key: string; where: string },
): void {
  const [least, most, whole] = RANGES[key as keyof Recipe]!;
  const value = values[key as keyof typeof values] as unknown;
  const within = typeof value === "number" && value >= least && value <= most;
  if (within && (!whole || Number.isInteger(value))) return;
  const kind = whole ? "a whole number" : "a number";
  throw new TrainingError(
    `The recipe's "${key}"${where} must be ${kind} from ${least} to ${most}, found ${quote(value)}`,
  );
}

function checkSpacings(spacings: unknown): void {
  const list = Array.isArray(spacings) ? spacings : [];
  const within = (value: unknown) =>
    Number.isInteger(value) && value as number >= 1 && value as number <= MOST_SPACING;
  if (list.length === 0 || !list.every(within) || new Set(list).size < list.length) {
    throw new TrainingError(
      `The recipe's "spacings" must be a list of different whole numbers from 1 to ${MOST_SPACING}, found ${
        quote(spacings)
      }`,
    );
  }
}

function quote(value: unknown): string | undefined {
  return JSON.stringify(value)?.slice(0, 60);
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
export function learningRate(recipe: Recipe, step: number): number {
  if (step < recipe.warmup) return recipe.rate * (step + 1) / recipe.warmup;
  const progress = (step - recipe.warmup) / Math.max(1, recipe.steps - recipe.warmup);
  return recipe.rate * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(progress, 1))));
}

/** Power of the loss at a step: 1 for the mean absolute, 2 for the mean squared error. */
export function lossPower(recipe: Recipe, step: number): 1 | 2 {
  return step < recipe.steps * (1 - recipe.squaredShare) ? 1 : 2;
}
