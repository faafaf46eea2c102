/**
 * The kernels of training in the order of their speed on a device: known on software adapters, found once and remembered on
 * graphics processors.
 *
 * @module
 */

import type { Device } from "../gpu/device.ts";
import { shortDigest } from "../gpu/digest.ts";
import type { SelectionMemory } from "../gpu/selection.ts";
import type { TrainingCatalogue } from "./kernels/training_catalogue.ts";
import {
  type BatchConvolution,
  type Role,
  ROLES,
  type WeightGradient,
} from "./kernels/training_kernel.ts";
import type { DispatchFactory } from "./dispatch_factory.ts";
import { trialNetwork } from "./role_problem.ts";
import { RoleTrial, type RoleVerdict } from "./role_trial.ts";

/** The layer that is timed, the second of a block: networks of 32 channels are those most used. */
const TIMED = { channels: 32, patch: 46, layer: 2 } as const;

/** Patches that are timed: enough for every core, or for every multiprocessor. */
const TIMED_BATCH = { software: 1, hardware: 16 } as const;

/** How to rank. */
export interface RankingOptions {
  /** Where the order is remembered. */
  readonly memory: SelectionMemory;
  /** The kernels to rank. */
  readonly catalogue: TrainingCatalogue;
  /** Keeps what is compiled. */
  readonly factory: DispatchFactory;
  /** Whether to check and time every kernel, whatever is known. Default: only where nothing is. */
  readonly every?: boolean;
}

/** The order, and what was found out on the way. */
export interface Ranking {
  /** The names of the kernels, fastest first, without those that were found to be wrong. */
  readonly names: Readonly<Record<Role, readonly string[]>>;
  /** Of every kernel; none if the order was known. */
  readonly verdicts: readonly RoleVerdict[];
}

/**
 * Checks and times every kernel in every role, unless `memory` knows the device. The catalogue has them in the order of their
 * speed on software adapters, where none is timed.
 *
 * @throws {GpuError} only if the device is lost.
 */
export async function rankKernels(device: Device, options: RankingOptions): Promise<Ranking> {
  const { memory, catalogue, factory, every = false } = options;
  const key = `${device.description} training ${await shaderVersion(catalogue)}`;
  const remembered = parseNames(memory.get(key));
  const known = remembered ?? (device.software ? catalogueNames(catalogue) : undefined);
  if (known && !every) return { names: known, verdicts: [] };
  const { channels, patch, layer } = TIMED;
  const network = trialNetwork({ inputs: 4, outputs: 4, channels, blocks: 1 });
  const batch = TIMED_BATCH[device.software ? "software" : "hardware"];
  const trial = new RoleTrial(device, { network, batch, patch, factory });
  const verdicts: RoleVerdict[] = [];
  for (const role of ROLES) {
    for (const kernel of catalogue[role]) {
      const failure = await trial.check(layer, { role, kernel });
      verdicts.push({
        role,
        kernel: kernel.name,
        ...failure === undefined
          ? { speed: await trial.time(layer, { role, kernel }) }
          : { failure },
      });
    }
  }
  const ranked = (role: Role) =>
    verdicts.filter((verdict) => verdict.role === role && verdict.speed !== undefined)
      .toSorted((a, b) => b.speed! - a.speed!)
      .map(({ kernel }) => kernel);
  const names = {
    forward: ranked("forward"),
    backwardData: ranked("backwardData"),
    backwardWeights: ranked("backwardWeights"),
  };
  memory.set(key, JSON.stringify(names));
  return { names, verdicts };
}

function catalogueNames({ forward, backwardData, backwardWeights }: TrainingCatalogue) {
  const names = (kernels: readonly { name: string }[]) => kernels.map(({ name }) => name);
  return {
    forward: names(forward),
    backwardData: names(backwardData),
    backwardWeights: names(backwardWeights),
  };
}

/** Changes whenever a shader does, so that nothing is remembered of other shaders. */
async function shaderVersion(catalogue: TrainingCatalogue): Promise<string> {
  const quads = { inputQuads: 8, outputQuads: 8 };
  const convolution = ({ name, plan }: BatchConvolution) => {
    const shape = { ...quads, epilogue: "prelu", edges: "replicate", batch: 8, side: 46 } as const;
    return [name, plan(shape)];
  };
  const gradient = ({ name, plan }: WeightGradient) => [name, plan(quads, { batch: 8, patch: 46 })];
  const { forward, backwardData, backwardWeights } = catalogue;
  return await shortDigest(JSON.stringify([
    forward.map(convolution),
    backwardData.map(convolution),
    backwardWeights.map(gradient),
  ]));
}

function parseNames(text: string | undefined): Ranking["names"] | undefined {
  try {
    const names = JSON.parse(text ?? "null");
    const isList = (role: Role) =>
      Array.isArray(names[role]) && names[role].length > 0 &&
      names[role].every((name: unknown) => typeof name === "string");
    return ROLES.every(isList) ? names : undefined;
  } catch {
    return undefined;
  }
}
