/**
 * Threads beside the caller's own, which read, sort and deflate large images and leave it free for all else.
 *
 * @module
 */

import type { Workers } from "../platform/tasks.ts";
import { WorkerPool } from "../platform/worker_pool.ts";
import { ImageError } from "./image/image_error.ts";

/** More would only take memory: joining and writing are done by one thread. */
const MOST_WORKERS = 8;

/**
 * Workers for `compress`, `restore` and `encodePng`: as many as there are cores, at most 8, each started when it is first needed. The
 * bytes are the same as without.
 *
 * Starting them needs read permission for this module, or import permission for its server; where there is none, the calling
 * thread does their work. They are ended by `using` or by calling `[Symbol.dispose]()`; until then they keep a program alive.
 *
 * @example
 * ```ts
 * import { compress, type Image, NO_METADATA, openWorkers } from "@nnc/nnc";
 * import { deepEqual } from "node:assert/strict";
 *
 * const data = new Uint8Array(600 * 400).fill(77);
 * const image: Image = { width: 600, height: 400, channels: 1, data, metadata: NO_METADATA };
 * using workers = openWorkers();
 * deepEqual(await compress(image, { workers }), await compress(image));
 * ```
 */
export function openWorkers(): Workers & Disposable {
  return new WorkerPool({
    module: new URL("./worker.ts", import.meta.url),
    count: Math.min(navigator.hardwareConcurrency, MOST_WORKERS),
    errors: [ImageError],
  });
}
