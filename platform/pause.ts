/**
 * Giving way in long work on the calling thread.
 *
 * @module
 */

/** Lets timers, signals and messages have their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Milliseconds of work after which others have waited long enough. */
const LONG = 50;

/** Gives way in work of many parts, which may each be short or long. */
export class Breaks {
  #since = performance.now();

  /** Pauses, if the last pause was long ago. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < LONG) return;
    await pause();
    this.#since = performance.now();
  }
}
