/**
 * What a recipe may hold, and the check that it does.
 *
 * @module
 */

import { checkArchitecture, LIMITS } from "../gpu/network.ts";
import { type AnyRecipe, architectureOf, type CoderStage, isCoderRecipe } from "./coder_recipe.ts";
import type { Stage } from "./recipe.ts";
import { TrainingError } from "./training_error.ts";

type Range = readonly [least: number, most: number, whole: boolean];

/** What every recipe has. */
const RANGES: Readonly<Record<string, Range>> = {
  channels: [4, LIMITS.channels, true],
  blocks: [0, LIMITS.blocks, true],
  batch: [1, 1024, true],
  patch: [4, 250, true],
  steps: [1, 1e9, true],
  rate: [1e-9, 1, false],
  warmup: [0, 1e9, true],
  averageDecay: [0, 0.999999, false],
  seed: [0, 2 ** 32 - 1, true],
};

/** What recipes of networks that draw have besides. */
const DRAWING_RANGES: Readonly<Record<string, Range>> = { ...RANGES, squaredShare: [0, 1, false] };

/** Where a value stands in a recipe, for messages. */
interface Place {
  readonly key: string;
  readonly where: string;
}

/** The largest spacing or reduction. */
const MOST_FACTOR = 8;

type Checks = Readonly<Record<string, (value: unknown, place: Place) => void>>;

/** Values that every recipe may have. */
const OPTIONAL: Checks = {
  optimiser: (value, place) => checkWord(value, { ...place, words: ["adam", "muon"] }),
  centredHead: checkFlag,
  spacings: checkFactors,
  reductions: checkFactors,
  largestPhoto: (value, place) => checkRange(value, { ...place, range: [1, 1e12, true] }),
};

/** What a recipe of a kind may hold. */
interface Rules {
  readonly ranges: Readonly<Record<string, Range>>;
  readonly optional: Checks;
  readonly stageKeys: readonly string[];
}

const STAGE_KEYS = [
  "steps",
  "optimiser",
  "rate",
  "warmup",
  "batch",
  "patch",
  "reductions",
  "largestPhoto",
  "centredHead",
  "averageDecay",
  "seed",
] as const satisfies (keyof Stage & keyof CoderStage)[];

const DRAWING_RULES: Rules = {
  ranges: DRAWING_RANGES,
  optional: {
    ...OPTIONAL,
    finish: (value, place) => checkWord(value, { ...place, words: ["squared", "psnr"] }),
  },
  stageKeys: [...STAGE_KEYS, "squaredShare", "finish"] satisfies (keyof Stage)[],
};

const CODER_RULES: Rules = {
  ranges: RANGES,
  optional: {
    ...OPTIONAL,
    nearLossless: (value, place) => checkRange(value, { ...place, range: [0, 1, false] }),
    lossy: checkFlag,
  },
  stageKeys: [...STAGE_KEYS, "nearLossless"] satisfies (keyof CoderStage)[],
};

/** Stages that a recipe has at most. */
const MAX_STAGES = 100;

/**
 * Checks a recipe and its stages.
 *
 * @throws {TrainingError} naming the value that is out of range, and the stage it is in.
 */
export function checkRecipe(recipe: AnyRecipe): void {
  const rules = isCoderRecipe(recipe) ? CODER_RULES : DRAWING_RULES;
  const values = recipe as unknown as Readonly<Record<string, unknown>>;
  for (const [key, range] of Object.entries(rules.ranges)) {
    checkRange(values[key], { key, where: "", range });
  }
  for (const [key, check] of Object.entries(rules.optional)) {
    if (values[key] !== undefined) check(values[key], { key, where: "" });
  }
  if (recipe.stages !== undefined) checkStages(recipe.stages, rules);
  if (recipe.step === "within") checkWithin(recipe);
  try {
    checkArchitecture(architectureOf(recipe));
  } catch (cause) {
    throw new TrainingError((cause as Error).message, { cause });
  }
}

/** Photos are cut and coded once, before the first stage, and as they are. */
function checkWithin({ spacings, stages = [] }: AnyRecipe): void {
  if (spacings !== undefined) {
    throw new TrainingError('A recipe for the step "within" has no "spacings"; leave them out');
  }
  for (const key of ["reductions", "largestPhoto"] as const) {
    const index = stages.findIndex((stage) => stage[key] !== undefined);
    if (index < 0) continue;
    throw new TrainingError(
      `A recipe for the step "within" has its "${key}" for all stages, found some in stage ${
        index + 1
      }; set it in the recipe`,
    );
  }
}

function checkStages(stages: unknown, { ranges, optional, stageKeys }: Rules): void {
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
      if (!stageKeys.includes(key)) {
        throw new TrainingError(
          `The recipe has ${quote(key)}${where}; a stage can have ${stageKeys.join(", ")}`,
        );
      }
      const check = optional[key];
      if (check) check(stage[key], { key, where });
      else checkRange(stage[key], { key, where, range: ranges[key]! });
    }
  }
}

function checkRange(value: unknown, { key, where, range }: Place & { range: Range }): void {
  const [least, most, whole] = range;
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
