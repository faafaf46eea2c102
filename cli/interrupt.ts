/**
 * Ctrl-C and its like: nothing half-made stays, and the exit status says what ended the program.
 *
 * @module
 */

import { removeUnfinished } from "./write_file.ts";

/** The signals that end the program, with its exit status; Windows knows only the first. */
const STATUS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

const controller = new AbortController();
let finishing = false;

/** Ends the program upon a signal, after removing unfinished files and wiping the progress bar. */
export function endOnInterrupt(clear: () => void): void {
  for (const [name, status] of STATUS) {
    Deno.addSignalListener(name, () => {
      if (finishing && !controller.signal.aborted) {
        controller.abort(new InterruptError(status));
        return;
      }
      clear();
      removeUnfinished();
      Deno.exit(status);
    });
  }
}

/**
 * Lets the caller put its work in order when the program is interrupted: the first signal aborts, a second
 * one ends the program at once.
 */
export function finishOnInterrupt(): AbortSignal {
  finishing = true;
  return controller.signal;
}

/** The reason of an abort by a signal. */
export class InterruptError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "InterruptError";
  /** What the program exits with. */
  readonly status: number;

  /** An interrupt that ends the program with `status`. */
  constructor(status: number) {
    super("Interrupted");
    this.status = status;
  }
}
