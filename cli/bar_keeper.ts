/**
 * Keeps a bar moving while the thread that drew it is busy: some drivers keep it for seconds, when they compile a kernel or
 * are waited for. It is a worker that draws the bar anew, with the time that went by, until something else is drawn.
 *
 * @module
 */

import { currentPlatform } from "../platform/platform.ts";
import type { BarState } from "./bar.ts";
import { BarLock } from "./bar_lock.ts";

const MODULE = new URL("./bar_worker.ts", import.meta.url);

/** What the worker is told. */
export interface KeptBar {
  /** The lock of both threads. */
  readonly shared: Int32Array<SharedArrayBuffer>;
  /** Which drawing it is. */
  readonly drawing: number;
  /** What the bar is of. */
  readonly label: string;
  /** How far that is. */
  readonly state: BarState;
  /** Columns of the terminal. */
  readonly columns: number;
}

/** The thread beside; started with the first bar. */
export class BarKeeper {
  /** Held by whoever writes. */
  readonly lock: BarLock = new BarLock();
  #worker: Worker | undefined;

  /** Has the bar that was drawn just now kept moving. */
  keep(bar: Omit<KeptBar, "shared" | "drawing">): void {
    // Node has no workers of this kind, and some programs may start none: there bars move when the main thread does.
    if (typeof Worker === "undefined" || !currentPlatform().mayStartWorker(MODULE)) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage(
      { ...bar, shared: this.lock.shared, drawing: this.lock.drawing } satisfies KeptBar,
    );
  }

  #start(): Worker {
    const worker = new Worker(MODULE, { type: "module" });
    // Without it bars stand still where the main thread does, and all else is as it was.
    worker.onerror = (event) => event.preventDefault();
    return worker;
  }
}
