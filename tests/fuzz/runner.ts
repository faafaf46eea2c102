/**
 * Runs cases in a process of its own, so that one that never ends can be ended, see `campaign.ts`.
 *
 * @module
 */

import { runCase } from "./cases.ts";
import { type Order, tell } from "./news.ts";

let running = -1;

for (const kind of ["unhandledrejection", "error"] as const) {
  globalThis.addEventListener(kind, (event) => {
    event.preventDefault();
    const cause = (event as PromiseRejectionEvent).reason ?? (event as ErrorEvent).message;
    report(`There was an ${kind}: ${cause instanceof Error ? cause.stack : cause}`);
  });
}

function report(message: string): void {
  tell({ kind: "finding", index: running, message });
}

const order: Order = JSON.parse(Deno.args[0]!);
const outcomes: Record<string, number> = {};
let slowest = { index: order.first, seconds: 0 };
for (let index = order.first; index < order.first + order.count; index++) {
  running = index;
  tell({ kind: "case", index, resident: Deno.memoryUsage().rss });
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
tell({ kind: "done", outcomes, slowest });
