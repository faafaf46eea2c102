/**
 * What `nnc train --coder` runs: the recipe and the start of each of a coder's networks.
 *
 * @module
 */

import type { Network } from "../../gpu/network.ts";
import { decodeCheckpoint } from "../../train/checkpoint.ts";
import { type CoderRecipe, completeCoderRecipe, isCoderRecipe } from "../../train/coder_recipe.ts";
import { CODER_PARTS, type CoderPart, recipeOfPart, startOfPart } from "../../train/whole_coder.ts";
import { type CoderInfo, decodeCoderWeights } from "../../weights/coder_weights.ts";
import type { CoderFile } from "../../weights/coder_file.ts";
import { loadShippedCoder, SHIPPED_CODERS } from "../../weights/shipped_coders.ts";
import { describeError } from "../describe_error.ts";
import type { Options } from "../options.ts";
import { readFileBounded } from "../streams.ts";
import { UsageError } from "../usage_error.ts";
import { exists } from "../write_file.ts";
import { isOf, plannedCoder } from "./coder_plan.ts";
import type { PlannedRun } from "./plan.ts";
import { overridesOf, OWN_TIER } from "./recipe_choice.ts";
import type { TrainingOutputs } from "./training_outputs.ts";

/** The tiers whose recipes there are. */
const TIERS = ["swift", "deep", "lossy-swift", "lossy-deep"];

/** A shipped coder is bettered by small steps, and soon. */
const TUNING: Pick<CoderRecipe, "rate" | "steps" | "warmup"> = {
  rate: 3e-4,
  steps: 1000,
  warmup: 100,
};

/** What a command line asks for. */
export interface CoderPlan {
  /** The tier, for people. */
  readonly tier: string;
  /** Whether the coder is for lossy files. */
  readonly isLossy: boolean;
  /** The recipe of every part, by its name. */
  readonly recipes: ReadonlyMap<string, CoderRecipe>;
  /** What training starts from; none with `--scratch`. */
  readonly start: CoderFile | undefined;
}

/** A network that is trained, and what it costs. */
export type TrainedPart = ReturnType<typeof decodeCoderWeights>;

/**
 * The recipes of the tier, with what options say otherwise.
 *
 * @throws {UsageError} if an option is out of range or makes no sense here.
 * @throws {WeightsError} if the shipped coder cannot be read.
 */
export async function planWholeCoder(options: Options): Promise<CoderPlan> {
  for (const name of ["lattice", "recipe", "weights"] as const) {
    if (options[name] === undefined) continue;
    throw new UsageError(`"--coder" trains all that coded files need; leave "--${name}" out`);
  }
  const { tier = "swift", scratch = false } = options;
  if (!TIERS.includes(tier)) {
    throw new UsageError(
      `Option "--tier" takes one of ${TIERS.join(", ")} with "--coder"; found "${tier}"`,
    );
  }
  const shipped = SHIPPED_CODERS.find(({ name }) => name === tier);
  if (!scratch && !shipped) {
    throw new UsageError(
      `No coder "${tier}" is shipped to start from; "--scratch" starts from none`,
    );
  }
  const overrides = overridesOf(options);
  const recipes = CODER_PARTS.map((part): [string, CoderRecipe] => {
    const own = { ...recipeOfPart(tier, part)!, ...(scratch ? {} : TUNING), ...overrides };
    const warmup = Math.min(own.warmup, Math.ceil(own.steps / 10));
    return [part.name, completeCoderRecipe({ ...own, warmup, tier: OWN_TIER })];
  });
  return {
    tier,
    isLossy: recipes.every(([, { lossy }]) => lossy === true),
    recipes: new Map(recipes),
    start: scratch ? undefined : await loadShippedCoder(shipped!),
  };
}

/**
 * A part that an earlier run has finished, if there is one.
 *
 * @throws {UsageError} if the file is of another run, or damaged.
 */
export async function readPart(
  path: string,
  recipe: CoderRecipe,
): Promise<TrainedPart | undefined> {
  if (!await exists(path)) return undefined;
  try {
    const part = decodeCoderWeights(await readFileBounded(path));
    const { channels, blocks } = part.network.architecture;
    const isSame = channels === recipe.channels && blocks === recipe.blocks &&
      isFor(part.info, recipe);
    if (isSame) return part;
  } catch (cause) {
    throw new UsageError(
      `"${path}" is damaged; remove it to train that part again. ${describeError(cause)}`,
      { cause },
    );
  }
  throw new UsageError(`"${path}" is of a run with other options; --force starts anew`);
}

function isFor({ step, tier, spacings }: CoderInfo, recipe: CoderRecipe): boolean {
  return step === recipe.step && tier === recipe.tier &&
    String(spacings) === String(recipe.spacings ?? [1]);
}

/**
 * The run of a part: from its checkpoint where there is one to go on from, else from the shipped coder or, of a coarse
 * one without such, from the fine one.
 *
 * @throws {UsageError} if the checkpoint is of another run.
 */
export async function planPart(
  part: CoderPart,
  { plan, outputs, fine, resume }: {
    plan: CoderPlan;
    outputs: Pick<TrainingOutputs, "checkpoint">;
    fine: Network | undefined;
    resume: boolean;
  },
): Promise<PlannedRun & { readonly isResumed: boolean }> {
  const recipe = plan.recipes.get(part.name)!;
  if (resume && await exists(outputs.checkpoint)) {
    const checkpoint = decodeCheckpoint(await readFileBounded(outputs.checkpoint));
    const { recipe: own } = checkpoint;
    if (!isCoderRecipe(own) || !isOf(own, recipe) || own.channels !== recipe.channels) {
      throw new UsageError(`The checkpoint "${outputs.checkpoint}" is of a run with other options`);
    }
    const planned = plannedCoder({ recipe: own, start: undefined, resume: checkpoint });
    return { ...planned, isResumed: true };
  }
  const start = plan.start ? startOfPart(plan.start.coder, part) : fine;
  return { ...plannedCoder({ recipe, start, resume: undefined }), isResumed: false };
}
