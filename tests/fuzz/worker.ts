/**
 * Runs cases on a thread of its own, so that one that never ends can be noticed.
 *
 * @module
 */

// Loaded before the first case: a thread that is ended while it loads modules can keep the next one from loading any.
import "../../platform/deno_codecs.js";
import { runCase } from "./cases.ts";
import type { Format } from "./sample.ts";

/** What the worker is told. */
export interface Order {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** The formats that are damaged; all where there are none. */
  readonly only?: readonly Format[] | undefined;
  /** One number: the index of the case that is running, −1 before the first. */
  readonly running: Int32Array<SharedArrayBuffer>;
}

/** What the worker tells. */
export type News =
  | { readonly kind: "finding"; readonly index: number; readonly message: string }
  | {
    readonly kind: "done";
    /** Answers of all targets by what they were. */
    readonly outcomes: Readonly<Record<string, number>>;
    readonly slowest: { readonly index: number; readonly seconds: number };
  };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage: (news: News) => void;
  addEventListener: typeof addEventListener;
};

let running: Order["running"] | undefined;

for (const kind of ["unhandledrejection", "error"] as const) {
  scope.addEventListener(kind, (event) => {
    event.preventDefault();
    const cause = (event as PromiseRejectionEvent).reason ?? (event as ErrorEvent).message;
    report(`There was an ${kind}: ${cause instanceof Error ? cause.stack : cause}`);
  });
}

function report(message: string): void {
  scope.postMessage({ kind: "finding", index: running ? Atomics.load(running, 0) : -1, message });
}

scope.onmessage = async ({ data: order }) => {
  running = order.running;
  const outcomes: Record<string, number> = {};
  let slowest = { index: order.first, seconds: 0 };
  for (let index = order.first; index < order.first + order.count; index++) {
    Atomics.store(running, 0, index);
    const started = performance.now();
    try {
      for (const outcome of await runCase(order.seed, { index, only: order.only })) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
    }
    const seconds = (performance.now() - started) / 1000;
    if (seconds > slowest.seconds) slowest = { index, seconds };
    // Rejections that nobody handles are noticed when the event loop turns.
    if (index % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  scope.postMessage({ kind: "done", outcomes, slowest });
};
