/**
 * How long a training run has taken, and how long it will.
 *
 * @module
 */

import { formatSeconds } from "../figures.ts";

/** Times a run by its steps; the stages of one take about as long a step. */
export class TrainingClock {
  readonly #now: () => number;
  readonly #before: number;
  readonly #started: number;
  #first: { readonly step: number; readonly at: number } | undefined;

  /**
   * Starts. `before` is what earlier parts of the run took, in seconds; `now` a clock in milliseconds, by default
   * `performance.now`.
   */
  constructor({ before = 0, now = () => performance.now() }: {
    before?: number | undefined;
    now?: (() => number) | undefined;
  } = {}) {
    this.#now = now;
    this.#before = before;
    this.#started = now();
  }

  /**
   * Where the run stands after so many of its steps: the seconds that it has taken with its earlier parts, steps a second,
   * and the seconds that are left. The latter two are not known before a second report.
   */
  read(
    step: number,
    steps: number,
  ): { seconds: number; rate?: number | undefined; left?: number | undefined } {
    const now = this.#now();
    const seconds = this.#before + (now - this.#started) / 1000;
    this.#first ??= { step, at: now };
    const rate = (step - this.#first.step) / (now - this.#first.at) * 1000;
    return rate > 0 ? { seconds, rate, left: (steps - step) / rate } : { seconds };
  }

  /** The same for people: `12.3 s, about 4 min 10 s left`. */
  describe(step: number, steps: number): string {
    const { seconds, left = 0 } = this.read(step, steps);
    const taken = formatSeconds(seconds);
    return left > 0 ? `${taken}, about ${formatSeconds(Math.ceil(left))} left` : taken;
  }
}
