/** From a trained network to the file that is shipped: checked, rounded to 16 bits, scored on both sets. @module */

import { findRecipe } from "../../train/recipes.ts";
import { shippedTiers } from "../../weights/shipped_networks.ts";
import { encodeNetwork, type NetworkInfo } from "../../weights/network_file.ts";
import type { TensorType } from "../../weights/safetensors_header.ts";
import { measureQuality } from "../quality.ts";
import type { QualityRow } from "../quality/report.ts";
import { round } from "../tables.ts";
import { SHIPPED_DATA } from "./data_sets.ts";
import { F16_COST, MAX_PREFIX, SCORED_SETS, type ScoredSet, scoresOf } from "./keys.ts";
import { ladderTier, latticeOf, nameOf } from "./place.ts";
import { compareRecipes } from "./recipe.ts";
import type { Source } from "./source.ts";

/** What 16-bit floats may cost at most, in dB. */
const MOST_F16_COST = 0.01;

/** How networks are scored. */
export interface ScoreOptions {
  readonly folders: Readonly<Record<ScoredSet, string>>;
  /** The kernel to run; default: the engine's choice. */
  readonly kernel?: string | undefined;
  /** Images of a folder to take at most; default: all. For trials: what is shipped is scored on all. */
  readonly limit?: number | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** A file to be written. */
export interface ShippableFile {
  /** Its name, without an extension. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A network cannot be shipped as it is. */
export class NotShippable extends Error {
  /** Always `"NotShippable"`. */
  override readonly name = "NotShippable";
}

/**
 * Makes the file of a network, with its scores.
 *
 * @throws {NotShippable} if it was not trained by the repository's recipe of its name, or 16-bit floats cost too much.
 * @throws {BrokenPromise} if the codec breaks a promise on any image.
 */
export async function shipNetwork(
  source: Source,
  options: ScoreOptions,
): Promise<ShippableFile> {
  const name = nameOf(source.info);
  const info = completeInfo(source);
  const trained = { ...source, info };
  const scores: Record<string, number> = {};
  let rounded: QualityRow | undefined;
  for (const set of SCORED_SETS) {
    rounded = await scoreAs("F16", { source: trained, set }, options);
    Object.assign(scores, scoresOf(rounded, { set }));
  }
  // Whether to round is a choice, and choices are made on the validation set, the last one.
  const cost = source.dtype === "F16"
    ? source.info.scores?.[F16_COST]
    : (await scoreAs("F32", { source: trained, set: "cid22-validation" }, options)).restored.psnr -
      rounded!.restored.psnr;
  if (cost !== undefined) {
    if (!(cost < MOST_F16_COST)) {
      throw new NotShippable(
        `Rounding the weights of "${name}" to 16 bits costs ${cost.toFixed(4)} dB, ` +
          `expected less than ${MOST_F16_COST}`,
      );
    }
    scores[F16_COST] = round(cost, 5);
  }
  return { name, bytes: encodeNetwork(source.network, { ...info, scores }, { dtype: "F16" }) };
}

/**
 * Adds to the best file of a step what the tier `max` scores, which averages what its network draws of several views. Sets
 * without a folder are left out.
 */
export async function addMaxScores(
  best: Source,
  options: Omit<ScoreOptions, "folders"> & { folders: Partial<ScoreOptions["folders"]> },
): Promise<ShippableFile> {
  const { network, info, dtype } = best;
  const scores = withoutMax(info.scores);
  const lattice = latticeOf(info);
  for (const set of SCORED_SETS) {
    const folder = options.folders[set];
    if (folder === undefined) continue;
    const row = await onlyRow({ tiers: ["max"], lattice, folder }, options);
    Object.assign(scores, scoresOf(row, { set, prefix: MAX_PREFIX }));
  }
  return { name: nameOf(info), bytes: encodeNetwork(network, { ...info, scores }, { dtype }) };
}

/** The same file without scores of the tier `max`, for a step that has a better network. */
export function dropMaxScores({ network, info, dtype }: Source): ShippableFile {
  const scores = withoutMax(info.scores);
  return { name: nameOf(info), bytes: encodeNetwork(network, { ...info, scores }, { dtype }) };
}

function withoutMax(scores: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scores).filter(([key]) => !key.startsWith(MAX_PREFIX)),
  );
}

/** What the shipped file says of its network, scores apart. */
function completeInfo({ info }: Source): NetworkInfo {
  const differences = compareRecipes(info);
  if (differences.length > 0) {
    throw new NotShippable(
      `"${nameOf(info)}" was not trained by its recipe in train/recipes: ${differences.join("; ")}`,
    );
  }
  const { ran: _, ...recipe } = JSON.parse(info.recipe!);
  return {
    step: info.step,
    tier: info.tier,
    base: info.base,
    ...(recipe.spacings && { spacings: recipe.spacings }),
    recipe: JSON.stringify({ ...findRecipe(nameOf(info)), ...recipe }),
    ...SHIPPED_DATA,
  };
}

async function scoreAs(
  dtype: TensorType,
  { source, set }: { source: Source; set: ScoredSet },
  options: ScoreOptions,
): Promise<QualityRow> {
  const weights = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await Deno.writeFile(weights, encodeNetwork(source.network, source.info, { dtype }));
    const tier = ladderTier(source.info);
    const isShipped = shippedTiers(source.info.step).some((shipped) => shipped === tier);
    return await onlyRow({
      weights,
      lattice: latticeOf(source.info),
      folder: options.folders[set],
      ...(isShipped && { tiers: [tier] }),
    }, options);
  } finally {
    await Deno.remove(weights);
  }
}

async function onlyRow(
  { folder, lattice, ...what }: {
    folder: string;
    lattice: ReturnType<typeof latticeOf>;
    weights?: string | undefined;
    tiers?: readonly string[] | undefined;
  },
  { kernel, limit = Infinity, onProgress }: Omit<ScoreOptions, "folders">,
): Promise<QualityRow> {
  const { rows } = await measureQuality({
    ...what,
    images: [folder],
    lattices: [lattice],
    limit,
    kernel,
  }, onProgress);
  return rows[0]!;
}
