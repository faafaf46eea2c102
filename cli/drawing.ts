/**
 * What draws missing pixels in a run: the engine, the networks, and the choice between them.
 *
 * @module
 */

import type { DrawOptions } from "../codec/draw_levels.ts";
import type { Image } from "../codec/image/image.ts";
import type { Level } from "../codec/lattice/pyramid.ts";
import type { Workers } from "../platform/tasks.ts";
import { EngineSession } from "./engine_session.ts";
import { RunNetworks } from "./networks.ts";
import type { Options } from "./options.ts";
import type { FileFacts } from "./report.ts";
import type { Terminal } from "./terminal.ts";
import { TierPicker } from "./tier_picker.ts";

/** What is drawn of a file. */
export interface DrawingTask<Restored extends Image> {
  /** The levels that are drawn. */
  readonly levels: readonly Level[];
  /** Told which tier was picked, and why. */
  readonly note: (message: string) => void;
  /** Told how many of all cells are drawn. */
  readonly onProgress: (done: number, total: number) => void;
  /** Draws. */
  readonly draw: (options: DrawOptions) => Promise<Restored>;
}

/** Draws the files of a run with what its command line asks for. */
export class Drawing {
  readonly #session: EngineSession;
  readonly #networks: RunNetworks;
  readonly #picker: TierPicker | undefined;
  readonly #workers: Workers;

  /** Nothing is opened yet. `budget` is in seconds an image, where tiers are picked. */
  constructor(
    options: Options,
    { terminal, budget, workers }: {
      terminal: Terminal;
      budget: number | undefined;
      workers: Workers;
    },
  ) {
    this.#workers = workers;
    this.#picker = budget === undefined ? undefined : new TierPicker({ budget });
    this.#session = new EngineSession(options, terminal);
    this.#networks = new RunNetworks(options);
  }

  /**
   * Reads `--weights` now, so that a file that is none fails before any work is done.
   *
   * @throws {Error} if it cannot be read or is no network.
   */
  async check(): Promise<void> {
    await this.#networks.checkFor();
  }

  /**
   * Draws what a file lacks, and says what did.
   *
   * @throws {Error} if `--weights` is for none of the levels.
   * @throws {GpuError} if the device fails.
   */
  async use<Restored extends Image>(
    { levels, note, onProgress, draw }: DrawingTask<Restored>,
  ): Promise<{ image: Restored; facts: Partial<FileFacts> }> {
    await this.#networks.checkFor(levels);
    return await this.#session.use(async (engine) => {
      const picked = await this.#picker?.pick(engine, { levels });
      if (picked) note(picked.reason);
      const { network, selfEnsemble, used } = this.#networks.forFile(picked?.facts.tier);
      const image = await draw({
        engine,
        network,
        selfEnsemble,
        workers: this.#workers,
        onProgress,
      });
      const facts = {
        networks: Object.fromEntries(used),
        device: engine.description,
        ...picked?.facts,
      };
      return { image, facts };
    });
  }

  /** Lets the device go. */
  [Symbol.dispose](): void {
    this.#session.close();
  }
}
