/**
 * What draws missing pixels in a run: the engine, the networks, and the choice between them.
 *
 * @module
 */

import type { RestoreCodedOptions } from "../codec/coded_restore.ts";
import type { Image } from "../codec/image/image.ts";
import type { Level } from "../codec/lattice/pyramid.ts";
import type { Size } from "../codec/lattice/raster.ts";
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
  /** Size of what is improved within its bins, of a lossy file. Default: nothing is. */
  readonly improved?: Size | undefined;
  /** Told which tier was picked, and why. */
  readonly note: (message: string) => void;
  /** Told how many of all cells are drawn. */
  readonly onProgress: (done: number, total: number) => void;
  /** Draws. */
  readonly draw: (options: RestoreCodedOptions) => Promise<Restored>;
}

/** Draws the files of a run with what its command line asks for. */
export class Drawing {
  readonly #session: EngineSession;
  readonly #networks: RunNetworks;
  readonly #picker: TierPicker | undefined;
  readonly #workers: Workers;
  readonly #weights: string | undefined;

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
    this.#weights = options.weights;
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

  /** Whether lossy files may be improved within their bins: by tiers that are to be picked, one that does, or `--weights`. */
  async mayImprove(): Promise<boolean> {
    return this.#picker !== undefined || await this.#networks.improves();
  }

  /**
   * Draws what a file lacks, and says what did.
   *
   * @throws {Error} if `--weights` is for none of the levels.
   * @throws {GpuError} if the device fails.
   */
  async use<Restored extends Image>(
    { levels, improved, note, onProgress, draw }: DrawingTask<Restored>,
  ): Promise<{ image: Restored; facts: Partial<FileFacts> }> {
    await this.#networks.checkFor(levels, { improves: improved !== undefined });
    return await this.#session.use(async (engine) => {
      const picked = await this.#picker?.pick(engine, { levels, improved });
      if (picked) note(picked.reason);
      const { network, within, selfEnsemble, used } = this.#networks.forFile(picked?.facts.tier);
      const image = await draw({
        engine,
        network,
        within: await within(),
        selfEnsemble,
        workers: this.#workers,
        onProgress,
      });
      if (this.#weights !== undefined && ![...used.values()].includes(this.#weights)) {
        note(`"${this.#weights}" draws missing pixels, and this file lacks none`);
      }
      // A tier that was picked may improve nothing.
      const drew = used.size > 0 &&
        { networks: Object.fromEntries(used), device: engine.description };
      const facts = { ...drew, ...picked?.facts };
      return { image, facts };
    });
  }

  /** Lets the device go. */
  [Symbol.dispose](): void {
    this.#session.close();
  }
}
