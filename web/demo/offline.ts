/**
 * Keeps the page and all that it needs for when there is no connection.
 *
 * @module
 */

import { scope } from "../service_scope.ts";

const CACHE = "nnc page";

/** A list that the task which makes the page writes. */
const FILES = new URL("./files.json", location.href);

scope.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    const files: string[] = await (await fetch(FILES)).json();
    await cache.addAll(files.map((file) => new URL(file, FILES).href));
    await scope.skipWaiting();
  })());
});

scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === location.origin) {
    event.respondWith(answer(request));
  }
});

/** The network's answer is newer; what was kept is for when there is none. Weights are kept once they were needed. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    const isKept = request.url.endsWith(".safetensors") || await cache.match(request);
    if (response.ok && isKept) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
