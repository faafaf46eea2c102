/** The networks that are shipped, found next to this file wherever it was loaded from. @module */

import type { NetworkStep } from "../codec/lattice/within.ts";
import { decodeNetwork, type NetworkFile } from "./network_file.ts";
import { readShippedFile } from "./shipped_file.ts";
import { WeightsError } from "./weights_error.ts";

/** A rung on the ladder from fast to good. */
export type Tier = "draft" | "standard" | "high" | "max";

/** The tier that has no files: the best network of a step, averaged over the symmetries of its lattice. */
const AVERAGED: Tier = "max";

/** What {@link loadNetwork} may be told. */
export interface LoadNetworkOptions {
  /** Default `"standard"`; see {@link availableTiers}. */
  readonly tier?: string | undefined;
  /**
   * Distance in original pixels between neighbouring pixels of the image that is completed: 2 at the coarse step of ratios 8
   * and 16; see {@link coarseTiers}. Default: 1.
   */
  readonly spacing?: number | undefined;
  /** Address of the folder that the weights lie in. Default: that of this module. */
  readonly folder?: string | URL | undefined;
}

/** The tiers that are shipped for a step, from fast to good. */
interface ShippedTiers {
  /** Each as `<step>-<tier>.safetensors`, or `within/<tier>.safetensors`. */
  readonly fine: readonly Tier[];
  /** Those that have a network of their own for where the step is the coarse one, as `<step>-<tier>-coarse.safetensors`. */
  readonly coarse: readonly Tier[];
}

const SHIPPED: Readonly<Record<NetworkStep, ShippedTiers>> = {
  quincunx: { fine: ["draft", "standard", "high"], coarse: ["draft", "standard"] },
  grid: { fine: ["draft", "standard", "high"], coarse: ["draft", "standard"] },
  rows: { fine: ["draft", "standard", "high"], coarse: [] },
  within: { fine: ["standard", "high"], coarse: [] },
};

const loaded = new Map<string, Promise<NetworkFile>>();

/**
 * The tiers that have a file for a step, from fast to good.
 *
 * @throws {WeightsError} if there is no such step.
 *
 * @example
 * ```ts
 * import { shippedTiers } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * ok(shippedTiers("quincunx").includes("standard"));
 * ```
 */
export function shippedTiers(step: NetworkStep): readonly Tier[] {
  checkStep(step);
  return SHIPPED[step].fine;
}

/**
 * The tiers that a step can be restored with, from fast to good: the shipped ones, and `"max"`, which averages what the best
 * of them draws of the image mirrored and turned.
 *
 * @throws {WeightsError} if there is no such step.
 *
 * @example
 * ```ts
 * import { availableTiers, isAveraged } from "@nnc/nnc/engine";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(availableTiers("grid").filter(isAveraged), ["max"]);
 * ```
 */
export function availableTiers(step: NetworkStep): readonly Tier[] {
  return [...shippedTiers(step), AVERAGED];
}

/**
 * Whether a tier averages what its network draws of the image mirrored and turned (`selfEnsemble` of restoring).
 *
 * @example
 * ```ts
 * import { isAveraged } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * equal(isAveraged("max"), true);
 * equal(isAveraged("high"), false);
 * ```
 */
export function isAveraged(tier: string | undefined): boolean {
  return tier === AVERAGED;
}

function checkStep(step: NetworkStep): void {
  if (!Object.hasOwn(SHIPPED, step)) {
    throw new WeightsError(
      `There is no step "${step}"; expected one of ${Object.keys(SHIPPED).join(", ")}`,
    );
  }
}

/**
 * The tiers that have a network of their own for a step where it is the coarse one, as at ratios 8 and 16. Others draw it with
 * that of the tier below, or if none has one, with their network of ratios 2 and 4.
 *
 * @throws {WeightsError} if there is no such step.
 *
 * @example
 * ```ts
 * import { coarseTiers, shippedTiers } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * ok(coarseTiers("grid").every((tier) => shippedTiers("grid").includes(tier)));
 * ```
 */
export function coarseTiers(step: NetworkStep): readonly Tier[] {
  checkStep(step);
  return SHIPPED[step].coarse;
}

/**
 * Loads a shipped network, once a process. That of `"max"` is the best there is for the step.
 *
 * The file is looked for next to this module unless `folder` says where: on disk (needs read permission), embedded in a program made by
 * `deno compile --include weights`, or on the server that the module was imported from (needs net permission).
 *
 * @throws {WeightsError} if nothing is shipped under that name, or the file cannot be read.
 *
 * @example
 * ```ts
 * import { loadNetwork } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const { network, info } = await loadNetwork("quincunx", { tier: "standard" });
 * ok(info.step === "quincunx" && network.architecture.inputs === 6);
 * ```
 */
export async function loadNetwork(
  step: NetworkStep,
  options: LoadNetworkOptions = {},
): Promise<NetworkFile> {
  const { spacing = 1 } = options;
  const tier = isAveraged(options.tier) ? bestTier(step) : options.tier ?? "standard";
  const coarse = spacing > 1 ? coarseTierFor(step, tier) : undefined;
  const name = coarse === undefined ? `${step}-${tier}` : `${step}-${coarse}-coarse`;
  const { folder = new URL(".", import.meta.url) } = options;
  const path = step === "within" ? `within/${tier}` : name;
  const url = new URL(`${String(folder).replace(/\/?$/, "/")}${path}.safetensors`);
  let promise = loaded.get(url.href);
  if (!promise) {
    promise = load(url, { name, step, tier });
    loaded.set(url.href, promise);
    promise.catch(() => loaded.delete(url.href));
  }
  return await promise;
}

/** The best tier up to a given one that has a network of its own for the coarse step: a small one there beats a large other. */
function coarseTierFor(step: NetworkStep, tier: string): Tier | undefined {
  const ladder: readonly string[] = shippedTiers(step);
  return coarseTiers(step).findLast((coarse) => ladder.indexOf(coarse) <= ladder.indexOf(tier));
}

function bestTier(step: NetworkStep): Tier {
  return shippedTiers(step).at(-1)!;
}

async function load(
  url: URL,
  expected: { name: string; step: NetworkStep; tier: string },
): Promise<NetworkFile> {
  const { name, step, tier } = expected;
  if (!shippedTiers(step).some((shipped) => shipped === tier)) {
    throw new WeightsError(
      `There is no tier "${tier}" for the step "${step}"; expected one of ${
        availableTiers(step).join(", ")
      }`,
    );
  }
  const file = await readShippedFile(url, { what: "weights", decode: decodeNetwork });
  const found = `${file.info.step}-${file.info.tier}`;
  if (found !== name) {
    throw new WeightsError(`The weights "${url.href}" must be for ${name}, found ${found}`);
  }
  return file;
}
