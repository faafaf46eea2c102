/**
 * What was found out about this machine's adapters, kept from visit to visit: in the Cache API, which workers have as well.
 *
 * @module
 */

import type { SelectionMemory } from "../gpu/engine.ts";

const CACHE = "nnc kernels";
const KEY = "https://nnc.invalid/kernels";

let opened: Promise<SelectionMemory> | undefined;

/** Reads what is remembered; where nothing can be kept, it is for as long as the page or worker lives. */
export function openKernelMemory(): Promise<SelectionMemory> {
  opened ??= open();
  return opened;
}

async function open(): Promise<SelectionMemory> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
  const entries = await cache?.match(KEY).then((response) => response?.json()).catch(() => {});
  const known = new Map<string, string>(Array.isArray(entries) ? entries : []);
  return {
    get: (key) => known.get(key),
    set(key, value) {
      known.set(key, value);
      cache?.put(KEY, new Response(JSON.stringify([...known]))).catch(() => {});
    },
  };
}
