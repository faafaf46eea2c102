/**
 * Checkpoints: a run's recipe and state as a `safetensors` file, written whole or not at all.
 *
 * @module
 */

import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.ts";
import { type RecordedKernels, ROLES } from "./kernels/training_kernel.ts";
import { layoutParameters } from "./parameters.ts";
import { type AnyRecipe, architectureOf, isCoderRecipe } from "./coder_recipe.ts";
import { checkRecipe } from "./recipe_check.ts";
import { CODER_CELLS } from "../codec/lattice/coder_steps.ts";
import { NETWORK_CELLS } from "../codec/lattice/within.ts";
import type { TrainerState } from "./trainer.ts";
import { TrainingError } from "./training_error.ts";

const FORMAT = "nnc checkpoint 1";

/** The letters that a word in a recipe has at most, so that errors can quote it. */
const MAX_WORD_LETTERS = 100;

/** A run that can be continued. */
export interface Checkpoint {
  /** The recipe of the run, complete. */
  readonly recipe: AnyRecipe;
  /** Everything that must survive for the run to go on as if it had not been stopped. */
  readonly state: TrainerState;
  /** The best averaged weights so far and their score, as in `TrainProgress`. */
  readonly best: { readonly parameters: Float32Array; readonly score: number };
  /** The score before the first step. */
  readonly before: number;
  /** Validations since the best one, which is what patience counts. Default: 0. */
  readonly sinceBest?: number | undefined;
  /** Stages of the recipe that are done; `state` and `best` are of the one after. Default: 0. */
  readonly stage?: number | undefined;
  /** The kernels that computed, to go on with: others round otherwise. Default: unknown. */
  readonly kernels?: RecordedKernels | undefined;
}

const VECTORS = ["parameters", "moments", "averages", "clip"] as const;

/** Writes a checkpoint as bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { recipe, state, best, before, sinceBest, stage, kernels } = checkpoint;
  const tensors = new Map(
    [...VECTORS.map((name) => [name, state[name]] as const), ["best", best.parameters] as const]
      .map(([name, values]) => [name, { shape: [values.length], values }]),
  );
  const { step, random } = state;
  const metadata = new Map([
    ["format", FORMAT],
    ["recipe", JSON.stringify(recipe)],
    ["progress", JSON.stringify({ step, random, best: best.score, before, sinceBest, stage })],
    ...kernels ? [["kernels", JSON.stringify(kernels)] as const] : [],
  ]);
  return encodeSafetensors({ tensors, metadata });
}

/**
 * Reads a checkpoint.
 *
 * @throws {WeightsError} if the bytes are no `safetensors` file.
 * @throws {TrainingError} if they are no checkpoint, or one that does not fit its own recipe.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.get("format") !== FORMAT) {
    throw new TrainingError(
      `The file is no checkpoint: its metadata "format" must be "${FORMAT}", found ` +
        `"${(metadata.get("format") ?? "").slice(0, MAX_WORD_LETTERS)}"`,
    );
  }
  const recipe = parseRecipe(metadata);
  const progress = parseProgress(metadata);
  const { sinceBest, stage } = progress;
  const kernels = parseKernels(metadata);
  checkStage(recipe, stage);
  const { length } = layoutParameters(architectureOf(recipe));
  const vector = (name: string, count: number) => {
    const values = tensors.get(name)?.values;
    if (values?.length !== count) {
      throw new TrainingError(
        `The checkpoint's "${name}" must have ${count} values for its recipe, found ${
          values?.length ?? 0
        }`,
      );
    }
    return values;
  };
  return {
    recipe,
    state: {
      step: progress.step!,
      random: progress.random!,
      parameters: vector("parameters", length),
      moments: vector("moments", length * 2),
      averages: vector("averages", length),
      clip: vector("clip", 3),
    },
    best: { parameters: vector("best", length), score: progress.best! },
    before: progress.before!,
    ...(sinceBest !== undefined && { sinceBest }),
    ...(stage !== undefined && { stage }),
    ...(kernels && { kernels }),
  };
}

function parseRecipe(metadata: ReadonlyMap<string, string>): AnyRecipe {
  const recipe = parse(metadata, "recipe") as AnyRecipe;
  for (const key of ["step", "tier"] as const) {
    const word = recipe[key];
    if (typeof word !== "string" || word.length > MAX_WORD_LETTERS) {
      throw new TrainingError(
        `The checkpoint's recipe must have a "${key}" of up to ${MAX_WORD_LETTERS} letters`,
      );
    }
  }
  if (!Object.hasOwn(isCoderRecipe(recipe) ? CODER_CELLS : NETWORK_CELLS, recipe.step)) {
    throw new TrainingError(`The checkpoint's recipe has no known step: "${recipe.step}"`);
  }
  checkRecipe(recipe);
  return recipe;
}

function checkStage({ stages = [{}] }: AnyRecipe, stage = 0): void {
  if (stage < stages.length) return;
  throw new TrainingError(
    `The checkpoint's progress must have a "stage" below ${stages.length}, the number of its recipe's stages, ` +
      `found ${stage}`,
  );
}

/** What a checkpoint need not have. */
const OPTIONAL_COUNTS = ["sinceBest", "stage"];

function parseProgress(metadata: ReadonlyMap<string, string>): Record<string, number> {
  const progress = parse(metadata, "progress") as Record<string, number>;
  for (const key of ["step", "random", "best", "before", ...OPTIONAL_COUNTS]) {
    const value = progress[key];
    if (OPTIONAL_COUNTS.includes(key) && value === undefined) continue;
    const isCount = ["step", "random", ...OPTIONAL_COUNTS].includes(key);
    if (isCount ? !Number.isSafeInteger(value) || value! < 0 : !Number.isFinite(value)) {
      const kind = isCount ? "a whole number" : "a number";
      throw new TrainingError(
        `The checkpoint's progress must have ${kind} "${key}", found ${
          JSON.stringify(value)?.slice(0, MAX_WORD_LETTERS) ?? "none"
        }`,
      );
    }
  }
  return progress;
}

/** Checkpoints of earlier versions do not tell; names that are not known are chosen anew. */
function parseKernels(metadata: ReadonlyMap<string, string>): RecordedKernels | undefined {
  if (!metadata.has("kernels")) return undefined;
  const kernels = parse(metadata, "kernels") as RecordedKernels;
  for (const key of ["adapter", ...ROLES] as const) {
    const name = kernels[key];
    if (typeof name === "string") continue;
    throw new TrainingError(`The checkpoint's metadata "kernels" must have a text "${key}"`);
  }
  return kernels;
}

function parse(metadata: ReadonlyMap<string, string>, key: string): unknown {
  try {
    const value = JSON.parse(metadata.get(key) ?? "");
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Reported below, like every other value that is no object.
  }
  throw new TrainingError(`The checkpoint's metadata "${key}" is not a JSON object`);
}
