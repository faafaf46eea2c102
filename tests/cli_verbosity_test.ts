import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

Deno.test("--verbose tells what networks run on and where an error arose; without it neither is said", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  Deno.writeFileSync(place.path("a.nnc"), await compress(sceneImage()));
  Deno.writeTextFileSync(place.path("b.nnc"), "no image");
  const args = ["-d", "a.nnc", "b.nnc", "--device", "cpu", "--weights", "net.safetensors", "-f"];
  const plain = await place.run(...args);
  const verbose = await place.run(...args, "-v");
  assertEquals([plain.code, verbose.code], [1, 1]);
  assertStringIncludes(verbose.stderr, "Networks run on reference on the CPU.");
  assertMatch(verbose.stderr, /\n +at .+\.ts:\d+:\d+/);
  for (const detail of ["Networks run on", ".ts:"]) {
    assertEquals(plain.stderr.includes(detail), false, detail);
  }
  const lines = (text: string) => text.replace(/, [\d.]+ s$/gm, "").split("\n");
  assertEquals(lines(plain.stdout), lines(verbose.stdout));
});

Deno.test("results are on standard output, and all else on standard error", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png");
  const { stdout, stderr } = await place.run("-c", "a.png", "missing.png", "b.png");
  assertEquals(stdout.split("\n").map((line) => line.replace(/ .*/, "")), ["a.png", "b.png", ""]);
  assert(stderr.split("\n").every((line) => line === "" || /missing\.png/.test(line)), stderr);
});

Deno.test("two dashes end the options for the program, too", async () => {
  using place = new Workplace();
  await place.addScene("--force.png");
  await place.addScene("-d");
  await place.exits(0, "-c", "--", "--force.png", "-d");
  assertEquals(place.list(), ["--force.nnc", "--force.png", "-d", "-d.nnc"]);
});
