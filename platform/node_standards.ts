/**
 * Standards that Node 20 lacks and the library uses. They are put there in the plainest form, and only where they are missing:
 * what is there of Node's own stays as it is.
 *
 * @module
 */

import { availableParallelism } from "node:os";

supply(Promise, "withResolvers", <Value>() => {
  let [resolve, reject] = [(_: Value | PromiseLike<Value>) => {}, (_?: unknown) => {}];
  const promise = new Promise<Value>((...both) => [resolve, reject] = both);
  return { promise, resolve, reject };
});

supply(Map, "groupBy", <Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key) => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
});

supply(Array, "fromAsync", async <Item>(items: AsyncIterable<Item>) => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
});

supply(Uint8Array.prototype, "toHex", function (this: Uint8Array) {
  return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
});

supply(globalThis, "navigator", { hardwareConcurrency: availableParallelism() });

function supply(owner: object, name: string, value: unknown): void {
  if (name in owner) return;
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
}
