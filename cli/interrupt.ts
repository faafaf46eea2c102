/**
 * Ctrl-C and its like: nothing half-made stays, and the exit status says what ended the program.
 *
 * They are listened to only while there is something to put in order. The system ends the program at all other times, at once:
 * a listener would wait for its turn, which a driver that compiles a kernel may keep for seconds.
 *
 * @module
 */

import { removeUnfinished, watchUnfinished } from "./write_file.ts";

/** The signals that end the program, with its exit status; Windows knows only the first. */
const STATUS: readonly (readonly [Deno.Signal, number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

const controller = new AbortController();
let finishing = false;

/** Lets a signal end the program, and removes unfinished files and wipes the progress bar if there are any. */
export function endOnInterrupt(clear: () => void): void {
  wipe = clear;
  watchUnfinished((areAny) => {
    if (!finishing) listen(areAny);
  });
}

let wipe = () => {};

/** What is done upon each signal. */
const LISTENERS = STATUS.map(([name, status]) => ({
  name,
  listener() {
    if (finishing && !controller.signal.aborted) {
      controller.abort(new InterruptError(status));
      return;
    }
    wipe();
    removeUnfinished();
    Deno.exit(status);
  },
}));

function listen(isOn: boolean): void {
  for (const { name, listener } of LISTENERS) {
    if (isOn) Deno.addSignalListener(name, listener);
    else Deno.removeSignalListener(name, listener);
  }
}

/** Aborted by the first signal after {@link finishOnInterrupt}. */
export const INTERRUPT: AbortSignal = controller.signal;

/**
 * Lets the caller put its work in order when the program is interrupted: from here on the first signal aborts {@link INTERRUPT},
 * and a second one ends the program at once.
 */
export function finishOnInterrupt(): void {
  if (!finishing) listen(true);
  finishing = true;
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
