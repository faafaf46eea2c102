/**
 * `nnc doctor`: what NNC found on this machine, and what is missing.
 *
 * @module
 */

import { NETWORK_GEOMETRIES, NETWORK_STEPS, type NetworkStep } from "../../codec/lattice/within.ts";
import manifest from "../../deno.json" with { type: "json" };
import type { Shape } from "../../codec/file_shape.ts";
import { openDevice } from "../../gpu/device.ts";
import { type Engine, openEngine } from "../../gpu/engine.ts";
import { selectKernels } from "../../gpu/selection.ts";
import type { Verdict } from "../../gpu/kernel_choice.ts";
import { currentPlatform } from "../../platform/platform.ts";
import { selectTrainingKernels } from "../../train/kernel_selection.ts";
import { DEFAULT_RECIPE, recipeArchitecture } from "../../train/recipe.ts";
import {
  loadShippedCoder,
  SHIPPED_CODERS,
  type ShippedCoder,
} from "../../weights/shipped_coders.ts";
import {
  coarseTiers,
  loadNetwork,
  shippedTiers,
  type Tier,
} from "../../weights/shipped_networks.ts";
import { DEFAULT_BUDGET, tierCosts } from "../../weights/tier_choice.ts";
import { describeError } from "../describe_error.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { KERNEL_MEMORY } from "../kernel_memory.ts";
import { formatSeconds } from "../figures.ts";
import { formatEstimate, TierPicker } from "../tier_picker.ts";

/** One thing that was looked at. */
interface Finding {
  readonly name: string;
  readonly found: string;
  /** What to do about it, if it is not well. */
  readonly remedy?: string | undefined;
}

/** The image that speeds are stated for. */
const MEGAPIXEL: Shape = {
  size: { width: 1000, height: 1000 },
  lattice: { name: "quincunx", ratio: 2 },
};

/** Looks at everything that restoring needs; with `--verbose`, at what training needs, too. */
export async function run({ terminal }: Invocation): Promise<number> {
  const findings: Finding[] = [
    { name: "NNC", found: manifest.version },
    currentPlatform().runtime,
    ...await examineAdapter(),
    ...await examineEngine(),
    ...terminal.verbose ? await examineTraining() : [],
    ...await examineNetworks(),
    ...await Promise.all(SHIPPED_CODERS.map(examineCoder)),
  ];
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map((
    { name, found, remedy },
  ) => [
    `${name.padEnd(width)}  ${found}`,
    ...remedy ? [`${" ".repeat(width)}  → ${remedy}.`] : [],
  ]);
  const well = findings.every(({ remedy }: Finding) => remedy === undefined);
  const status = well ? "done" : "failed";
  terminal.result(lines.flat(), { command: "doctor", status, findings });
  return EXIT[status];
}

async function examineAdapter(): Promise<Finding[]> {
  const device = await openDevice().catch(() => undefined);
  if (!device) return [];
  const { gpu, description } = device;
  const { limits } = gpu;
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  const found = [
    `buffers up to ${mebibytes(limits.maxBufferSize)}`,
    `${mebibytes(limits.maxStorageBufferBindingSize)} of one bound at a time`,
    `textures up to ${limits.maxTextureDimension2D} a side and ${limits.maxTextureArrayLayers} layers`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup} threads and ` +
    `${limits.maxComputeWorkgroupStorageSize / 1024} KiB`,
  ];
  gpu.destroy();
  return [
    { name: "adapter", found: description },
    { name: "limits", found: found.join(", ") },
  ];
}

async function examineEngine(): Promise<Finding[]> {
  try {
    const verdicts = await examineKernels();
    const started = performance.now();
    const engine = await openEngine({ memory: KERNEL_MEMORY });
    const seconds = (performance.now() - started) / 1000;
    const { description, notice, software } = engine;
    const speeds = await examineSpeeds(engine).finally(() => engine.close());
    const kind = software ? "the processor computes" : "a graphics card computes";
    const found = `${description} (${kind}; ready after ${formatSeconds(seconds)})`;
    return [
      { name: "engine", found, ...notice ? { remedy: notice.replace(/\.$/, "") } : {} },
      ...verdicts.map((verdict) => ({
        name: `kernel ${verdict.kernel}`,
        found: describeVerdict(verdict),
      })),
      ...speeds,
    ];
  } catch (error) {
    return [{ name: "engine", found: "none", remedy: describeError(error) }];
  }
}

/** Checks and times every kernel; which is the fastest is remembered. */
async function examineKernels(): Promise<readonly Verdict[]> {
  const device = await openDevice();
  if (!device) return [];
  try {
    return (await selectKernels(device, { memory: KERNEL_MEMORY, every: true })).verdicts;
  } finally {
    device.gpu.destroy();
  }
}

/** The kernels of training by what they are for, tried on a network of the default recipe. */
async function examineTraining(): Promise<Finding[]> {
  const device = await openDevice().catch(() => undefined);
  if (!device) return [];
  const architecture = recipeArchitecture(DEFAULT_RECIPE, NETWORK_GEOMETRIES[DEFAULT_RECIPE.step]);
  const { batch, patch } = DEFAULT_RECIPE;
  const roles = { forward: "forward", backwardData: "backward", backwardWeights: "weights" };
  try {
    const options = { architecture, batch, patch, memory: KERNEL_MEMORY, every: true };
    const { verdicts } = await selectTrainingKernels(device, options);
    return verdicts.map((verdict) => ({
      name: `training ${roles[verdict.role]} ${verdict.kernel}`,
      found: describeVerdict(verdict),
    }));
  } catch (error) {
    return [{ name: "training", found: "no kernels", remedy: describeError(error) }];
  } finally {
    device.gpu.destroy();
  }
}

function describeVerdict({ failure, speed = 0 }: Verdict): string {
  return failure ?? `right, ${(speed / 1e9).toFixed(1)} billion multiply-adds a second`;
}

/** What `--tier auto` goes by: what was measured of the engine today, or is now. */
async function examineSpeeds(engine: Engine): Promise<Finding[]> {
  const picker = new TierPicker({ budget: DEFAULT_BUDGET });
  const speed = await picker.speed(engine);
  const costs = await tierCosts(MEGAPIXEL.size, MEGAPIXEL.lattice);
  return costs.map(({ tier, multiplyAdds }) => ({
    name: `tier ${tier}`,
    found: `about ${formatEstimate(multiplyAdds / speed)} a megapixel`,
  }));
}

async function examineNetworks(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const step of NETWORK_STEPS) {
    for (const tier of shippedTiers(step)) {
      findings.push(await examineNetwork(`network ${step}`, { step, tier, spacing: 1 }));
    }
    for (const tier of coarseTiers(step)) {
      findings.push(await examineNetwork(`network coarse ${step}`, { step, tier, spacing: 2 }));
    }
  }
  return findings;
}

async function examineNetwork(
  name: string,
  { step, tier, spacing }: { step: NetworkStep; tier: Tier; spacing: number },
): Promise<Finding> {
  try {
    const { network } = await loadNetwork(step, { tier, spacing });
    const { channels, blocks } = network.architecture;
    return { name, found: `${tier}: ${channels} channels, ${blocks} blocks` };
  } catch (error) {
    return { name, found: `${tier}: cannot be used`, remedy: describeError(error) };
  }
}

/** Of a coder that is the one that files name, every bit is right. */
async function examineCoder(shipped: ShippedCoder): Promise<Finding> {
  const name = `coder ${shipped.name}`;
  try {
    const { digest } = await loadShippedCoder(shipped);
    return { name, found: digest.toHex() };
  } catch (error) {
    return { name, found: "cannot be used", remedy: describeError(error) };
  }
}
