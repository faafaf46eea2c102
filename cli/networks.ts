/**
 * Chooses the networks and the engine that a command line asks for, and opens each once.
 *
 * @module
 */

import { type Engine, openEngine } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import type { Network } from "../gpu/network.ts";
import { loadNetwork } from "../weights/catalogue.ts";
import { decodeNetwork, type NetworkFile, type NetworkStep } from "../weights/network_file.ts";
import { KERNEL_MEMORY } from "./kernel_memory.ts";
import type { Options } from "./options.ts";
import { readFileBounded } from "./streams.ts";
import type { Terminal } from "./terminal.ts";

/** The networks that a command line asks for. */
export class NetworkChoice {
  /** What was used so far, by lattice step: `standard`, or the path of a file. */
  readonly used: Map<string, string> = new Map();
  readonly #options: Options;
  #given: Promise<NetworkFile> | undefined;

  /** Nothing is read before it is needed. */
  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * The network of a lattice step: from `--weights` where that is for this step, else the shipped one.
   *
   * @throws {Error} if a file cannot be read or is no network.
   */
  async find(step: NetworkStep): Promise<Network> {
    const { weights, tier } = this.#options;
    if (weights !== undefined) {
      this.#given ??= readWeights(weights);
      const { network, info } = await this.#given;
      if (info.step === step) {
        this.used.set(step, weights);
        return network;
      }
    }
    const { network, info } = await loadNetwork(step, tier === undefined ? {} : { tier });
    this.used.set(step, info.tier);
    return network;
  }

  /**
   * Reads `--weights` now, so that a file that is none, or is for another lattice, fails before any work is done.
   *
   * @param steps the steps that are to be restored, if known
   * @throws {Error} as {@link NetworkChoice.find}, or if the network is for none of the steps.
   */
  async checkFor(steps?: readonly NetworkStep[]): Promise<void> {
    const { weights } = this.#options;
    if (weights === undefined) return;
    const { info } = await (this.#given ??= readWeights(weights));
    if (!steps || steps.includes(info.step)) return;
    throw new Error(
      `The network of "${weights}" is for "${info.step}", and this file needs one for "${
        steps.join('" and one for "')
      }"`,
    );
  }
}

async function readWeights(path: string): Promise<NetworkFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFileBounded(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(`There is no weights file "${path}"`, { cause });
  }
  return decodeNetwork(bytes);
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
