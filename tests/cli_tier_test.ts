import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { availableTiers } from "../weights/shipped_networks.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const TIERS = availableTiers("quincunx");
const CPU = ["--device", "cpu"] as const;

async function addFile(place: Workplace, name = "photo.nnc"): Promise<void> {
  Deno.writeFileSync(place.path(name), await compress(sceneImage({ width: 24, height: 16 })));
}

Deno.test("a budget of next to nothing takes the fastest tier, one of weeks the best, and both say so", async () => {
  using place = new Workplace();
  await addFile(place);
  const cases = [
    ["0.000001", TIERS[0], /over the budget of 0\.001 s; no tier is faster\.$/m],
    ["1000000", TIERS.at(-1), /of \d+ min 40 s on .*; no tier is better\.$/m],
  ] as const;
  for (const [budget, tier, why] of cases) {
    const args = ["-d", "photo.nnc", "-f", "--json", "--budget", budget, ...CPU];
    const { stdout, stderr } = await place.exits(0, ...args);
    const facts = JSON.parse(stdout);
    assertEquals([facts.tier, facts.budget], [tier, Number(budget)]);
    assertEquals(facts.networks, { quincunx: tier });
    assert(facts.estimate >= 0);
    assertStringIncludes(stderr, `photo.nnc: tier "${tier}", estimated `);
    assertMatch(stderr, why);
  }
});

Deno.test("--tier auto takes two seconds for its budget, on the adapter as well", async () => {
  using place = new Workplace();
  await addFile(place);
  const { stdout, stderr } = await place.exits(0, "-d", "photo.nnc", "--tier", "auto", "--json");
  const { tier, budget, networks, device } = JSON.parse(stdout);
  assertEquals(budget, 2);
  assert(TIERS.includes(tier), tier);
  assertEquals(networks, { quincunx: tier });
  assertStringIncludes(stderr, device);
});

Deno.test("without --budget or --tier auto, the tier is the same whatever the device, and nothing is said", async () => {
  using place = new Workplace();
  await addFile(place);
  const { stdout, stderr } = await place.run("-d", "photo.nnc", "--json", ...CPU);
  const facts = JSON.parse(stdout);
  assertEquals([facts.networks, facts.tier, stderr], [{ quincunx: "standard" }, undefined, ""]);
});

Deno.test("the network of a coarse step is named by its tier", async () => {
  using place = new Workplace();
  const photo = sceneImage({ width: 24, height: 16 });
  Deno.writeFileSync(place.path("photo.nnc"), await compress(photo, { ratio: 16 }));
  const { stdout } = await place.exits(0, "-d", "photo.nnc", "--json", ...CPU);
  assertEquals(JSON.parse(stdout).networks, { "coarse grid": "standard", "grid": "standard" });
});

Deno.test("a budget that is none, or has nothing to choose, is refused before any work", async () => {
  using place = new Workplace();
  await addFile(place);
  place.addNetwork("net.safetensors");
  const weights = ["--weights", "net.safetensors"];
  const cases = [
    [["--budget", "0"], '"--budget" takes a positive number such as 2 or 0.5; found "0"'],
    [["--budget", "-1"], "--budget"],
    [["--budget", "2s"], 'found "2s"'],
    [["--budget", "Infinity"], 'found "Infinity"'],
    [["--budget", "2", "--tier", "draft"], 'is for "--tier auto"'],
    [["--tier", "auto", ...weights], 'found "--weights", which names another'],
    [["--budget", "2", ...weights], 'Option "--budget" picks one of the shipped networks'],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stderr } = await place.run("-d", "photo.nnc", ...args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, message);
  }
  await place.exits(2, "demo", "--tier", "auto", ...weights);
  assertEquals(place.list(), ["net.safetensors", "photo.nnc"]);
});
