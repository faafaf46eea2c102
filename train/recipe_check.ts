/**
 * What a recipe may hold, and the check that it does.
 *
 * @module
 */

import { checkArchitecture, LIMITS } from "../gpu/network.ts";
import { type Recipe, recipeArchitecture, type Stage } from "./recipe.ts";
import { TrainingError } from "./training_error.ts";

type Range = readonly [least: number, most: number, whole: boolean];

const RANGES: Partial<Record<keyof Recipe, Range>> = {
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

const LARGEST_PHOTO: Range = [1, 1e12, true];

/** Where a value stands in a recipe, for messages. */
interface Place {
  readonly key: string;
  readonly where: string;
}

/** The largest spacing or reduction. */
const MOST_FACTOR = 8;

/** Values that may be missing, and what checks them. */
const OPTIONAL: Readonly<Record<string, (value: unknown, place: Place) => void>> = {
  optimiser: (value, place) => checkWord(value, { ...place, words: ["adam", "muon"] }),
  finish: (value, place) => checkWord(value, { ...place, words: ["squared", "psnr"] }),
  centredHead: checkFlag,
  spacings: checkFactors,
  reductions: checkFactors,
  largestPhoto: (value, place) => checkRange({ [place.key]: value }, place),
};

const STAGE_KEYS: readonly string[] = [
  "steps",
  "optimiser",
  "rate",
  "warmup",
  "batch",
  "patch",
  "reductions",
  "largestPhoto",
  "centredHead",
  "squaredShare",
  "finish",
  "averageDecay",
  "seed",
] satisfies (keyof Stage)[];

/** Stages that a recipe has at most. */
const MAX_STAGES = 100;

/**
 * Checks a recipe and its stages.
 *
 * @throws {TrainingError} naming the value that is out of range, and the stage it is in.
 */
export function checkRecipe(recipe: Recipe): void {
  for (const key of Object.keys(RANGES)) checkRange(recipe, { key, where: "" });
  for (const [key, check] of Object.entries(OPTIONAL)) {
    const value = recipe[key as keyof Recipe];
    if (value !== undefined) check(value, { key, where: "" });
  }
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
      const check = OPTIONAL[key];
      if (check) check(stage[key], { key, where });
      else checkRange(stage, { key, where });
    }
  }
}

function checkRange(
  values: Readonly<Record<string, unknown>> | Recipe,
  { key, where }: Place,
): void {
  const [least, most, whole] = key === "largestPhoto"
    ? LARGEST_PHOTO
    : RANGES[key as keyof Recipe]!;
  const value = values[key as keyof typeof values] as unknown;
  const within = typeof value === "number" && value >= least && value <= most;
  if (within && (!whole || Number.isInteger(value))) return;
  const kind = whole ? "a whole number" : "a number";
  throw new TrainingError(
    `The recipe's "${key}"${where} must be ${kind} from ${least} to ${most}, found ${quote(value)}`,
  );
}

function checkFactors(value: unknown, { key, where }: Place): void {
  const list = Array.isArray(value) ? value : [];
  const within = (factor: unknown) =>
    Number.isInteger(factor) && factor as number >= 1 && factor as number <= MOST_FACTOR;
  if (list.length === 0 || !list.every(within) || new Set(list).size < list.length) {
    throw new TrainingError(
      `The recipe's "${key}"${where} must be a list of different whole numbers from 1 to ${MOST_FACTOR}, found ${
        quote(value)
      }`,
    );
  }
}

function checkFlag(value: unknown, { key, where }: Place): void {
  if (typeof value === "boolean") return;
  throw new TrainingError(
    `The recipe's "${key}"${where} must be true or false, found ${quote(value)}`,
  );
}

function checkWord(
  value: unknown,
  { key, where, words }: Place & { words: readonly string[] },
): void {
  if (words.includes(value as string)) return;
  throw new TrainingError(
    `The recipe's "${key}"${where} must be ${
      words.map((word) => `"${word}"`).join(" or ")
    }, found ${quote(value)}`,
  );
}

function quote(value: unknown): string | undefined {
  return JSON.stringify(value)?.slice(0, 60);
}
