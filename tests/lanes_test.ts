import { deepEqual, equal, rejects } from "node:assert/strict";
import { Lanes } from "../platform/lanes.ts";

Deno.test("pieces start in order, never more of them than there are lanes", async () => {
  using lanes = new Lanes(3);
  let [under, most] = [0, 0];
  const started: number[] = [];
  const pieces = [0, 1, 2, 3, 4, 5, 6, 7].map((piece) =>
    lanes.add(async () => {
      started.push(piece);
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 8 - piece));
      under--;
      return piece * piece;
    })
  );
  deepEqual(await Promise.all(pieces), [0, 1, 4, 9, 16, 25, 36, 49]);
  deepEqual(started, [0, 1, 2, 3, 4, 5, 6, 7]);
  equal(most, 3);
});

Deno.test("a piece may wait for those before it, and fails by itself", async () => {
  using lanes = new Lanes(2);
  const first = lanes.add(() => Promise.reject(new Error("spilt")));
  const second = lanes.add(() => Promise.resolve(2));
  const third = lanes.add(async () => 1 + await second);
  await rejects(first, /spilt/);
  equal(await third, 3);
});

Deno.test("what has not begun when nobody wants it any more never does", async () => {
  const started: number[] = [];
  let first: Promise<unknown>;
  {
    using lanes = new Lanes(1);
    first = lanes.add(async () => {
      started.push(1);
      await Promise.resolve();
    });
    lanes.add(async () => {
      started.push(2);
      await Promise.resolve();
    });
  }
  await first;
  await new Promise((resolve) => setTimeout(resolve, 1));
  deepEqual(started, [1]);
});
