/**
 * What was found out about this machine's adapters, kept from one start to the next.
 *
 * Deno's `localStorage` belongs to the program, lies in Deno's own folder, and needs no permission. Where it cannot be
 * used (a full disk, a folder that is read-only), kernels are simply timed again.
 *
 * @module
 */

import type { SelectionMemory } from "../gpu/engine.ts";

const PREFIX = "kernels ";

/** Remembers between starts. */
export const KERNEL_MEMORY: SelectionMemory = {
  get(key) {
    return attempt(() => localStorage.getItem(PREFIX + key)) ?? undefined;
  },
  set(key, value) {
    attempt(() => localStorage.setItem(PREFIX + key, value));
  },
};

/** Measures again, and remembers the new result. */
export const FRESH_KERNEL_MEMORY: SelectionMemory = { ...KERNEL_MEMORY, get: () => undefined };

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
