/**
 * The worker that restores the images of a page, one at a time.
 *
 * @module
 */

import type { FromWorker, ToWorker } from "./jobs.ts";
import { makePicture } from "./restoring.ts";

/** What a worker needs of its global scope; types of pages have another one. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = self as unknown as Scope;
const underWay = new Map<number, AbortController>();

scope.onmessage = async ({ data }) => {
  const { id } = data;
  if ("abort" in data) return underWay.get(id)?.abort();
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    const picture = await makePicture(data.job, {
      signal: controller.signal,
      onProgress: (done, total) => scope.postMessage({ id, done, total }),
      onPart: (part) => scope.postMessage({ id, part }),
    });
    scope.postMessage({ id, picture });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    scope.postMessage({ id, failure: { name, message } });
  } finally {
    underWay.delete(id);
  }
};
