/**
 * Node's threads in the form that browsers and Deno have them.
 *
 * @module
 */

import { isMainThread, parentPort, type TransferListItem, Worker } from "node:worker_threads";
import type { Thread } from "./platform.ts";

/** Starts a thread that runs a module. */
export function startWorker(module: URL): Thread {
  const worker = new Worker(module);
  const thread: Thread = {
    onmessage: null,
    onerror: null,
    postMessage: (message, transfer) =>
      worker.postMessage(message, transfer as unknown as TransferListItem[]),
    terminate: () => void worker.terminate(),
  };
  worker.on("message", (data) => thread.onmessage?.({ data } as MessageEvent));
  worker.on(
    "error",
    ({ message }) => thread.onerror?.({ message, preventDefault() {} } as ErrorEvent),
  );
  return thread;
}

/** Makes `self` of a thread what workers expect; does nothing on the main one. */
export function beWorkerScope(): void {
  const port = parentPort;
  if (isMainThread || !port) return;
  const scope = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage: (message: unknown, transfer: readonly TransferListItem[]) =>
      port.postMessage(message, transfer),
  };
  port.on("message", (data) => scope.onmessage?.({ data }));
  Object.defineProperty(globalThis, "self", { value: scope, configurable: true });
}
