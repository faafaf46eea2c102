/**
 * Who has the name of an output: of the inputs that would share one, the first that fills it.
 *
 * @module
 */

import { identityOf, type Job } from "./outputs.ts";

/** What an input gets that asks for its output's name: the input that has it, or the name, to be settled. */
export type Claim =
  | { readonly holder: Job }
  | {
    readonly holder?: undefined;
    /** Says whether the output is there now; where it is not, the name is free again. */
    settle(filled: boolean): Promise<void>;
    /** The input whose output has been made meanwhile, where the name leads to it. */
    findHolder(): Promise<Job | undefined>;
  };

/** The names that were asked for in a batch. */
export class Claims {
  readonly #claims = new Map<string, { job: Job; filled: Promise<boolean> }>();
  readonly #filled = new Map<string, Job>();

  /**
   * Asks for the name of a job's output. Waits while another job works on it, as that may come to nothing: a file that
   * cannot be read must not keep its neighbour from being done.
   */
  async take(job: Job): Promise<Claim> {
    for (let other = this.#claims.get(job.output); other; other = this.#claims.get(job.output)) {
      if (await other.filled) return { holder: other.job };
      if (this.#claims.get(job.output) === other) this.#claims.delete(job.output);
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#claims.set(job.output, { job, filled: promise });
    // Another name may lead to a file that was made: by a link, or where case does not count.
    const findHolder = async () => this.#filled.get(await identityOf(job.output) ?? "");
    const holder = await findHolder();
    if (holder) {
      resolve(false);
      return { holder };
    }
    return {
      findHolder,
      settle: async (filled) => {
        const identity = filled ? await identityOf(job.output) : undefined;
        if (identity !== undefined) this.#filled.set(identity, job);
        resolve(filled);
      },
    };
  }
}
