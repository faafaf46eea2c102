/**
 * The engine of a run: opened when it is first needed, and anew after its device was lost.
 *
 * @module
 */

import { type Engine, openEngine } from "../gpu/engine.ts";
import { GpuError } from "../gpu/errors.ts";
import { KERNEL_MEMORY } from "./kernel_memory.ts";
import type { Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

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
      kernel,
    });
    this.#terminal.detail(`Networks run on ${engine.description}.`);
    if (engine.notice !== undefined) this.#terminal.note(`${engine.notice.replace(/\.$/, "")}.`);
    return engine;
  }
}
