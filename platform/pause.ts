/**
 * Giving way in long work on the calling thread.
 *
 * @module
 */

/** Lets timers, signals and messages have their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
