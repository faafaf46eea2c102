/**
 * The threads that a command has beside its own, so that it is never long in answering a signal.
 *
 * @module
 */

import { WorkerPool } from "../platform/worker_pool.ts";

/** More would only take memory: reading and writing are done by one thread. */
const MOST_WORKERS = 8;

/** As many workers as there are cores, each started when it is first needed. */
export function openWorkers(): WorkerPool {
  return new WorkerPool({
    module: new URL("./worker.ts", import.meta.url),
    count: Math.min(navigator.hardwareConcurrency, MOST_WORKERS),
    errors: [],
  });
}
