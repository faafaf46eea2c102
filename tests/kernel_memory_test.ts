import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { KERNEL_MEMORY } from "../cli/kernel_memory.ts";
import { openEngine } from "../gpu/engine.ts";

Deno.test("what is remembered of one start is known to the next", () => {
  const key = `test ${crypto.randomUUID()}`;
  try {
    assertEquals(KERNEL_MEMORY.get(key), undefined);
    KERNEL_MEMORY.set(key, "unrolled,naive");
    assertEquals(KERNEL_MEMORY.get(key), "unrolled,naive");
  } finally {
    localStorage.removeItem(`kernels ${key}`);
  }
});

Deno.test("storage that cannot be used is done without", () => {
  // Deno refuses values that make the storage larger than 10 MB.
  const key = `test ${crypto.randomUUID()}`;
  KERNEL_MEMORY.set(key, "x".repeat(11_000_000));
  assertEquals(KERNEL_MEMORY.get(key), undefined);
});

Deno.test("an engine that is remembered examines one kernel and times none", async () => {
  const memory = new Map<string, string>();
  const first = await openEngine({ device: "gpu", memory });
  first.close();
  const second = await openEngine({ device: "gpu", memory });
  second.close();
  assertEquals(second.kernel, first.kernel);
  assertEquals(second.verdicts.map(({ kernel, speed }) => ({ kernel, speed })), [
    { kernel: first.kernel, speed: undefined },
  ]);
});
