import { assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { removeUnfinished, writeFileSafely } from "../cli/write_file.ts";
import { Workplace } from "./support/run_nnc.ts";

const bytes = Uint8Array.of(1, 2, 3);

Deno.test("a file is written whole, and nothing else stays in its folder", async () => {
  using place = new Workplace();
  await writeFileSafely(place.path("a"), { bytes, replace: false });
  assertEquals(Deno.readFileSync(place.path("a")), bytes);
  assertEquals(place.list(), ["a"]);
});

Deno.test("a file that appeared meanwhile is not replaced", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("a"), "theirs");
  const write = () => writeFileSafely(place.path("a"), { bytes, replace: false });
  await assertRejects(write, Deno.errors.AlreadyExists);
  assertEquals(Deno.readTextFileSync(place.path("a")), "theirs");
  assertEquals(place.list(), ["a"]);
});

Deno.test("of two writes of one name, one wins and the other fails", async () => {
  using place = new Workplace();
  const writes = [1, 2].map((byte) =>
    writeFileSafely(place.path("a"), { bytes: new Uint8Array(1000).fill(byte), replace: false })
  );
  const results = await Promise.allSettled(writes);
  assertEquals(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const winner = results.findIndex(({ status }) => status === "fulfilled") + 1;
  assertEquals(Deno.readFileSync(place.path("a")), new Uint8Array(1000).fill(winner));
  assertEquals(place.list(), ["a"]);
});

Deno.test("replacing a link replaces what it leads to, and the link stays", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("target"), "old");
  Deno.symlinkSync("target", place.path("link"));
  await writeFileSafely(place.path("link"), { bytes, replace: true });
  assertEquals(Deno.readFileSync(place.path("target")), bytes);
  assertEquals(Deno.readLinkSync(place.path("link")), "target");
});

Deno.test("a write that fails leaves nothing", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("folder"));
  const write = () => writeFileSafely(place.path("folder"), { bytes, replace: true });
  await assertRejects(write);
  assertEquals(place.list(), []);
});

Deno.test("an interrupted write is cleared away", async () => {
  using place = new Workplace();
  const large = new Uint8Array(2 ** 24);
  const write = writeFileSafely(place.path("a"), { bytes: large, replace: false });
  const settled = write.then(() => "written", () => "failed");
  removeUnfinished();
  const expected = await settled === "written" ? ["a"] : [];
  assertEquals(place.list(), expected);
});
