/**
 * Choosing the kernels that train a network: for each role, the fastest on the device that computes the network's layers
 * as the reference does.
 *
 * @module
 */

import { type Device, GpuError } from "../gpu/device.ts";
import { shortDigest } from "../gpu/digest.ts";
import {
  chooseKernels,
  firstRight,
  type KernelTrial,
  type SelectionMemory,
} from "../gpu/kernel_choice.ts";
import { workgroupLimits } from "../gpu/kernels/workgroup_limits.ts";
import type { Architecture } from "../gpu/network.ts";
import { DispatchFactory } from "./dispatch_factory.ts";
import { type TrainingCatalogue, trainingCatalogue } from "./kernels/training_catalogue.ts";
import {
  type BatchShape,
  type RecordedKernels,
  type Role,
  ROLES,
  type TrainingKernels,
} from "./kernels/training_kernel.ts";
import { trialNetwork } from "./role_problem.ts";
import type { TrainingKernel } from "./role_run.ts";
import { RoleTrial, type RoleVerdict } from "./role_trial.ts";

/** The layer that kernels are timed on, the second of a block: networks of 32 channels are those most used. */
const TIMED = { channels: 32, patch: 46, layer: 2 } as const;

/** Patches that are timed: enough for every core, or for every multiprocessor. */
const TIMED_BATCH = { software: 1, hardware: 16 } as const;

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
  readonly forced?: readonly string[] | undefined;
  /** Kernels that a run began with, to go on with on the same adapter if they may be used. Default: none. */
  readonly recorded?: RecordedKernels | undefined;
  /** Keeps the order of speed. Default: it is kept as long as the process lives. */
  readonly memory?: SelectionMemory | undefined;
}

/** A network, patches of it, and the kernels to choose from for them. */
export interface TrainingSelectionOptions extends KernelChoice, BatchShape {
  /** The network's shape. */
  readonly architecture: Architecture;
  /** Keeps what is compiled. Default: a factory of its own. */
  readonly factory?: DispatchFactory | undefined;
  /** What there is to choose from. Default: every kernel there is, shaped for the device. */
  readonly catalogue?: TrainingCatalogue | undefined;
  /** Whether to time every kernel, whatever is known of their speed. Default: only where nothing is. */
  readonly every?: boolean | undefined;
}

/** The kernels of every role, and what was found out about others. */
export interface TrainingSelection {
  /** The first right kernel of every role, fastest first. */
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
  const { catalogue = trainingCatalogue(workgroupLimits(device.gpu)) } = options;
  const { memory = REMEMBERED, every = false } = options;
  const { factory = new DispatchFactory(device.gpu) } = options;
  checkForced(forced, catalogue);
  // More blocks would be of the same shapes.
  const blocks = Math.min(architecture.blocks, 1);
  const network = trialNetwork({ ...architecture, blocks });
  const trial = new RoleTrial(device, { network, batch, patch, factory });
  const timing = timingTrial(device, factory);
  const verdicts: RoleVerdict[] = [];
  const choose = async (role: Role): Promise<TrainingKernel> => {
    const kernels: readonly TrainingKernel[] = catalogue[role];
    const named = (names: readonly string[]) => kernels.filter(({ name }) => names.includes(name));
    const suits = (kernel: TrainingKernel) => firstFailure(trial, { role, kernel });
    const only = named(forced);
    const before = recorded?.adapter === device.description ? named([recorded[role]]) : [];
    const found = [await firstRight(only.length > 0 ? only : before, suits)];
    if (only.length === 0 && found[0]!.kernels.length === 0) {
      const key = `${device.description} training ${role} ${await shaderVersion(catalogue, role)}`;
      const options = { catalogue: kernels, trial: timing(role), suits, memory, key, every };
      found.push(await chooseKernels(device, options));
    }
    for (const verdict of found.flatMap(({ verdicts }) => verdicts)) {
      if (verdict.failure !== undefined || verdict.speed !== undefined) {
        verdicts.push({ role, ...verdict });
      }
    }
    const kernel = found.at(-1)!.kernels[0];
    if (kernel) return kernel;
    throw new GpuError("unavailable", describeFailure(device, { role, verdicts }));
  };
  const kernels = {
    forward: await choose("forward"),
    backwardData: await choose("backwardData"),
    backwardWeights: await choose("backwardWeights"),
  };
  return { kernels: kernels as TrainingKernels, verdicts };
}

/** Tries the kernels of a role on the layer that is timed; what the reference says of it is computed once for all. */
function timingTrial(
  device: Device,
  factory: DispatchFactory,
): (role: Role) => KernelTrial<TrainingKernel> {
  const { channels, patch, layer } = TIMED;
  const network = trialNetwork({ inputs: 4, outputs: 4, channels, blocks: 1 });
  const batch = TIMED_BATCH[device.software ? "software" : "hardware"];
  const trial = new RoleTrial(device, { network, batch, patch, factory });
  return (role) => ({
    check: (kernel) => trial.check(layer, { role, kernel }),
    time: (kernel) => trial.time(layer, { role, kernel }),
  });
}

/** Changes whenever a shader of a role does, so that nothing is remembered of other shaders. */
async function shaderVersion(catalogue: TrainingCatalogue, role: Role): Promise<string> {
  const quads = { inputQuads: 8, outputQuads: 8 };
  const shape = { ...quads, epilogue: "prelu", edges: "replicate", batch: 8, side: 46 } as const;
  const plans = role === "backwardWeights"
    ? catalogue[role].map(({ name, plan }) => [name, plan(quads, { batch: 8, patch: 46 })])
    : catalogue[role].map(({ name, plan }) => [name, plan(shape)]);
  return await shortDigest(JSON.stringify(plans));
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
