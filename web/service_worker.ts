/**
 * A service worker that answers `<img src="photo.nnc">` with the restored image, for pages whose markup cannot change.
 *
 * ```js ignore
 * navigator.serviceWorker.register("service_worker.js?tier=draft", { type: "module" });
 * ```
 *
 * It is the second choice: nothing is shown before all is drawn, and a page's first visit shows files as they are.
 *
 * @module
 */

import * as coded from "./coded.ts";
import { useCoded } from "./read.ts";
import { makePicture } from "./restoring.ts";
import { scope } from "./service_scope.ts";

const tier = new URL(location.href).searchParams.get("tier") ?? "auto";

/** Service workers may load no modules later on. */
useCoded(coded);

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = request.method === "GET" && request.destination === "image" &&
    new URL(request.url).pathname.endsWith(".nnc");
  if (isOurs) event.respondWith(answer(request));
});

/** One image at a time, so that a page of fifty takes no more memory than one of one. */
let turn: Promise<unknown> = Promise.resolve();

/** The restored image; what cannot be read or restored is passed on as it came. */
async function answer(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (!response.ok || response.type === "opaque") return response;
  const file = await response.clone().blob();
  const restored = turn.then(() => makePicture({ file, tier }));
  turn = restored.catch(() => {});
  try {
    return new Response((await restored).png, { headers: { "content-type": "image/png" } });
  } catch {
    return response;
  }
}
