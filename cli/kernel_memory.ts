/**
 * What was found out about this machine's adapters, kept from one start to the next.
 *
 * Deno's `localStorage` belongs to the program, lies in Deno's own folder, and needs no permission. Where it cannot be
 * used (a full disk, a folder that is read-only), all is simply measured again.
 *
 * @module
 */

import type { SelectionMemory } from "../gpu/engine.ts";

/** Remembers the order of kernels between starts. */
export const KERNEL_MEMORY: SelectionMemory = memoryOf("kernels ");

/** Remembers between starts how fast they run networks. */
export const SPEED_MEMORY: SelectionMemory = memoryOf("speeds ");

function memoryOf(prefix: string): SelectionMemory {
  return {
    get: (key) => attempt(() => localStorage.getItem(prefix + key)) ?? undefined,
    set: (key, value) => attempt(() => localStorage.setItem(prefix + key, value)),
  };
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
