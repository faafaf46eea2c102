/**
 * Choosing the kernels that train a network: for each role, the fastest on the device that computes the network's layers
 * as the reference does.
 *
 * @module
 */

import { type Device, GpuError } from "../gpu/device.ts";
import type { Architecture } from "../gpu/network.ts";
import type { SelectionMemory } from "../gpu/selection.ts";
import { rankKernels } from "./kernel_ranking.ts";
import { TRAINING_KERNELS, type TrainingCatalogue } from "./kernels/training_catalogue.ts";
import {
  type BatchShape,
  type RecordedKernels,
  type Role,
  ROLES,
  type TrainingKernels,
} from "./kernels/training_kernel.ts";
import { DispatchFactory } from "./dispatch_factory.ts";
import { trialNetwork } from "./role_problem.ts";
import type { TrainingKernel } from "./role_run.ts";
import { RoleTrial, type RoleVerdict } from "./role_trial.ts";

/**
 * How the kernels that train a network are chosen.
 *
 * @example
 * ```ts
 * import type { KernelChoice } from "@nnc/nnc/train";
 * import { deepEqual } from "node:assert/strict";
 *
 * // Gradients of weights by the kernel named, the rest by the fastest, which is remembered as long as `memory` is.
 * const memory = new Map<string, string>();
 * const kernels: KernelChoice = { memory, forced: ["blocks"] };
 * deepEqual(Object.keys(kernels), ["memory", "forced"]);
 * ```
 */
export interface KernelChoice {
  /** Names of kernels that are used in the roles that they are for, whatever their speed. Default: none. */
  readonly forced?: readonly string[];
  /** Kernels that a run began with, to go on with on the same adapter if they may be used. Default: none. */
  readonly recorded?: RecordedKernels | undefined;
  /** Keeps the order of speed. Default: it is kept as long as the process lives. */
  readonly memory?: SelectionMemory;
}

/** A network, patches of it, and the kernels to choose from for them. */
export interface TrainingSelectionOptions extends KernelChoice, BatchShape {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** Keeps what is compiled. Default: a factory of its own. */
  readonly factory?: DispatchFactory;
  /** What there is to choose from. Default: every kernel there is. */
  readonly catalogue?: TrainingCatalogue;
  /** Whether to time every kernel, whatever is known of their speed. Default: only where nothing is. */
  readonly every?: boolean;
}

/** The kernels of every role, and what was found out about others. */
export interface TrainingSelection {
  /** What to train with. */
  readonly kernels: TrainingKernels;
  /** What was found out in this process: a speed of those that were timed, why others may not be used. */
  readonly verdicts: readonly RoleVerdict[];
}

/** Remembers for as long as the process lives. */
const REMEMBERED = new Map<string, string>();

/**
 * Chooses the kernels for training a network.
 *
 * @throws {GpuError} of kind `unavailable` if no kernel of a role may be used or a forced one is unknown, and of kind
 * `lost` if the device is lost.
 */
export async function selectTrainingKernels(
  device: Device,
  options: TrainingSelectionOptions,
): Promise<TrainingSelection> {
  const { architecture, batch, patch, forced = [], recorded } = options;
  const { memory = REMEMBERED, catalogue = TRAINING_KERNELS, every = false } = options;
  const { factory = new DispatchFactory(device.gpu) } = options;
  checkForced(forced, catalogue);
  // More blocks would be of the same shapes.
  const blocks = Math.min(architecture.blocks, 1);
  const network = trialNetwork({ ...architecture, blocks });
  const trial = new RoleTrial(device, { network, batch, patch, factory });
  const verdicts: RoleVerdict[] = [];
  const firstRight = async (role: Role, names: readonly string[]) => {
    for (const name of names) {
      const kernel = (catalogue[role] as readonly TrainingKernel[]).find((k) => k.name === name);
      const failure = kernel && await firstFailure(trial, { role, kernel });
      if (kernel && failure === undefined) return kernel;
      if (failure !== undefined) verdicts.push({ role, kernel: name, failure });
    }
    return undefined;
  };
  let names: Readonly<Record<Role, readonly string[]>> | undefined;
  const ranked = async (role: Role) => {
    if (!names) {
      const ranking = await rankKernels(device, { memory, catalogue, factory, every });
      verdicts.push(...ranking.verdicts);
      names = ranking.names;
    }
    return names[role];
  };
  const chosen: Partial<Record<Role, TrainingKernel>> = {};
  for (const role of ROLES) {
    const only = forced.filter((name) => catalogue[role].some((kernel) => kernel.name === name));
    const before = recorded?.adapter === device.description ? [recorded[role]] : [];
    const kernel = only.length > 0
      ? await firstRight(role, only)
      : await firstRight(role, before) ?? await firstRight(role, await ranked(role));
    if (!kernel) throw new GpuError("unavailable", describeFailure(device, { role, verdicts }));
    chosen[role] = kernel;
  }
  return { kernels: chosen as unknown as TrainingKernels, verdicts };
}

/** What a checkpoint records of the kernels. */
export function recordKernels(
  { description: adapter }: Device,
  { forward, backwardData, backwardWeights }: TrainingKernels,
): RecordedKernels {
  return {
    adapter,
    forward: forward.name,
    backwardData: backwardData.name,
    backwardWeights: backwardWeights.name,
  };
}

/** Why a kernel may not be used for all layers of the trial's network; `undefined` if it may. */
async function firstFailure(
  trial: RoleTrial,
  { role, kernel }: { role: Role; kernel: TrainingKernel },
): Promise<string | undefined> {
  // The first layer's input needs no gradient.
  for (let layer = role === "backwardData" ? 1 : 0; layer < trial.layers.length; layer++) {
    const failure = await trial.check(layer, { role, kernel });
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function checkForced(forced: readonly string[], catalogue: TrainingCatalogue): void {
  const known = new Set(ROLES.flatMap((role) => catalogue[role].map(({ name }) => name)));
  for (const name of forced) {
    if (known.has(name)) continue;
    throw new GpuError(
      "unavailable",
      `There is no kernel "${name}" for training; there are ${[...known].join(", ")}`,
    );
  }
}

function describeFailure(
  device: Device,
  { role, verdicts }: { role: Role; verdicts: readonly RoleVerdict[] },
): string {
  const tasks = {
    forward: "the forward pass",
    backwardData: "the gradients of activations",
    backwardWeights: "the gradients of weights",
  };
  const failures = verdicts.filter((verdict) => verdict.role === role && verdict.failure)
    .map(({ kernel, failure }) => `"${kernel}": ${failure}`);
  return `No kernel computes ${tasks[role]} on "${device.description}" (${failures.join("; ")}). ` +
    "Update its driver, or train on another adapter";
}
