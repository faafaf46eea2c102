/**
 * Chooses the networks and the engine that a command line asks for, and opens each once.
 *
 * @module
 */

import type { StepName } from "../codec/lattice/steps.ts";
import type { PlacedStep } from "../codec/lattice/pyramid.ts";
import { type Engine, openEngine } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import type { Network } from "../gpu/network.ts";
import { isAveraged, loadNetwork } from "../weights/shipped_networks.ts";
import { decodeNetwork, isFor, type NetworkFile } from "../weights/network_file.ts";
import { describeError } from "./describe_error.ts";
import { KERNEL_MEMORY } from "./kernel_memory.ts";
import type { Options } from "./options.ts";
import { readFileBounded } from "./streams.ts";
import type { Terminal } from "./terminal.ts";

/** The networks that a command line asks for. */
export class NetworkChoice {
  /** What was used so far, by lattice step, with `coarse ` before that of spacing 2: a tier, or the path of a file. */
  readonly used: Map<string, string> = new Map();
  /** Whether what they draw of mirrored and turned images is averaged. */
  readonly selfEnsemble: boolean;
  readonly #options: Options;
  #given: Promise<NetworkFile> | undefined;

  /** Nothing is read before it is needed. */
  constructor(options: Options) {
    this.#options = options;
    this.selfEnsemble = isAveraged(options.tier);
  }

  /**
   * The network of a lattice step: from `--weights` where that is for this step and spacing, else the shipped one.
   *
   * @param place with the step's `spacing`, as restoring asks for it; default: 1
   * @throws {Error} if a file cannot be read or is no network.
   */
  async find(
    step: StepName,
    { spacing }: { readonly spacing: number } = { spacing: 1 },
  ): Promise<Network> {
    const { weights, tier } = this.#options;
    const key = spacing === 1 ? step : `coarse ${step}`;
    if (weights !== undefined) {
      this.#given ??= readWeights(weights);
      const { network, info } = await this.#given;
      if (isFor(info, { step, spacing })) {
        this.used.set(key, weights);
        return network;
      }
    }
    const options = { spacing, ...(tier !== undefined && { tier }) };
    const { network, info } = await loadNetwork(step, options);
    this.used.set(key, isAveraged(tier) ? tier! : info.tier);
    return network;
  }

  /**
   * Reads `--weights` now, so that a file that is none, or is for another lattice, fails before any work is done.
   *
   * @param steps the steps that are to be restored, if known
   * @throws {Error} as {@link NetworkChoice.find}, or if the network is for none of the steps.
   */
  async checkFor(steps?: readonly PlacedStep[]): Promise<void> {
    const { weights } = this.#options;
    if (weights === undefined) return;
    const { info } = await (this.#given ??= readWeights(weights));
    if (!steps || steps.some((place) => isFor(info, place))) return;
    const places = steps.map(({ step, spacing }) => describePlace(step, [spacing]));
    throw new Error(
      `The network of "${weights}" is for ${
        describePlace(info.step, info.spacings)
      }, and this file needs one for ${places.join(" and one for ")}`,
    );
  }
}

/** `"grid"`, or `"grid" of pixels 2 apart` where they are no neighbours in the original. */
function describePlace(step: StepName, spacings: readonly number[] = [1]): string {
  return spacings.includes(1) ? `"${step}"` : `"${step}" of pixels ${spacings.join(" or ")} apart`;
}

async function readWeights(path: string): Promise<NetworkFile> {
  try {
    return decodeNetwork(await readFileBounded(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Error(`There is no weights file "${path}"`, { cause });
    }
    const reason = cause instanceof Deno.errors.IsADirectory
      ? "It is a folder"
      : describeError(cause);
    throw new Error(`The weights file "${path}" cannot be used. ${reason}`, { cause });
  }
}

/** Opens the engine when it is first needed, and anew after its device was lost. */
export class EngineSession {
  readonly #options: Options;
  readonly #terminal: Terminal;
  #engine: Engine | undefined;

  /** Nothing is opened yet. */
  constructor(options: Options, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
  }

  /**
   * Runs `work` on the engine; once more on another, be it the CPU, if the device goes away for good.
   *
   * @throws {GpuError} if the device fails otherwise, or again.
   */
  async use<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#engine ??= await this.#open());
    } catch (error) {
      if (!(error instanceof GpuError)) throw error;
      this.close();
      if (error.kind !== "lost") throw error;
      this.#terminal.note("The graphics device went away; starting over on what is there.");
    }
    return await work(this.#engine = await this.#open());
  }

  /** Lets the device go. */
  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }

  async #open(): Promise<Engine> {
    const { device = "auto", kernel } = this.#options;
    const engine = await openEngine({
      device,
      memory: KERNEL_MEMORY,
      ...(kernel === undefined ? {} : { kernel }),
    });
    this.#terminal.detail(`Networks run on ${engine.description}.`);
    if (engine.notice !== undefined) this.#terminal.note(`${engine.notice.replace(/\.$/, "")}.`);
    return engine;
  }
}
