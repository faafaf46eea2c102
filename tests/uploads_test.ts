import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { run as runRestore } from "../cli/commands/restore.ts";
import { Terminal } from "../cli/terminal.ts";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { compress } from "../codec/compress.ts";
import { openEngine } from "../gpu/engine.ts";
import { AllocationCount } from "./support/counted_device.ts";
import { randomNetwork } from "./support/networks.ts";
import { makeCells } from "../bench/engine/problems.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

/** Restores files of a folder with `net.safetensors`: how often it was read, and what the device was given. */
async function restoreCounted(place: Workplace, names: readonly string[]) {
  using count = new AllocationCount();
  const weights = place.path("net.safetensors");
  const { readFile } = Deno;
  let reads = 0;
  Deno.readFile = (path, options) => {
    if (String(path) === weights) reads++;
    return readFile(path, options);
  };
  try {
    const code = await runRestore({
      operands: names.map((name) => place.path(name)),
      options: { weights, force: true },
      terminal: new Terminal({ quiet: true }),
    });
    assertEquals(code, 0);
  } finally {
    Deno.readFile = readFile;
  }
  // A program has one texture for the kept phases.
  return { reads, uploads: count.made("weights"), programs: count.made("kept phases") };
}

Deno.test("three files with --weights read it once, upload it once and share a program", async () => {
  for (const ratio of [2, 8]) {
    using place = new Workplace();
    place.addNetwork("net.safetensors");
    const names = ["a.nnc", "b.nnc", "c.nnc"];
    for (const [seed, name] of names.entries()) {
      Deno.writeFileSync(place.path(name), await compress(sceneImage({ seed }), { ratio }));
    }
    const one = await restoreCounted(place, names.slice(0, 1));
    assertEquals(one.reads, 1);
    assert(one.uploads > 0 && one.programs > 0);
    assertEquals(await restoreCounted(place, names), one);
  }
});

Deno.test("what earlier networks uploaded is freed, and an earlier one runs again as before", async () => {
  using count = new AllocationCount();
  const engine = await openEngine({ device: "gpu" });
  const geometry = GEOMETRIES.quincunx;
  const kept = makeCells({ width: 9, height: 7, phases: geometry.kept });
  const networks = [1, 2, 3, 4, 5].map((seed) => randomNetwork("quincunx", { seed }));
  const draw = async (index: number) =>
    (await engine.restoreCells(networks[index]!, { geometry, kept })).data;
  const first = await draw(0);
  await draw(1);
  const alive = [count.alive("weights"), count.alive("kept phases")];
  for (const index of [2, 3, 4]) {
    await draw(index);
    assertEquals([count.alive("weights"), count.alive("kept phases")], alive);
  }
  assertEquals(await draw(0), first);
  engine.close();
});
