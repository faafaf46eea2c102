import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { ImageError } from "../codec/image/image_error.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { runCampaign } from "./fuzz/campaign.ts";
import { makeCase, runCase } from "./fuzz/cases.ts";
import { buildCorpus } from "./fuzz/corpus.ts";
import { Dice } from "./fuzz/dice.ts";
import { expectTyped, Finding } from "./fuzz/oracle.ts";
import { feed } from "./fuzz/targets.ts";

/** Damaged files that once got something other than an answer; seed and index of each. */
const FORMER_FINDINGS = [
  [5, 828], // a chunk that is cut off, named by what does not print
  [77, 4674], // a PNG's text in a language of 200,000 letters: stack overflow
  [3, 106], // a checkpoint's recipe without "blocks": RangeError
  [3, 188], // scores that turn a terminal's text around
  [3, 1750], // a tensor named by a terminal's command
  [3, 2212], // "blocks" that is an object, shown as one
  [3, 5085], // a tier that is no word
  [3, 5657], // progress that does not count
  [3, 15296], // a rate that cannot be shown: TypeError
  [3, 17578], // a step of 5000 letters, shown whole
] as const;

Deno.test("whatever is wrong with a file, it is a whole result or an error that people can read", async () => {
  const { findings, outcomes } = await runCampaign({ seed: 20, count: 2500 });
  assertEquals(findings, []);
  const accepted = Object.keys(outcomes).filter((outcome) => outcome.endsWith("accepted it"));
  assertEquals(accepted.length, 13, "every target must have accepted something");
  const answers = Object.values(outcomes).reduce((sum, count) => sum + count);
  const refused = Object.entries(outcomes)
    .reduce((sum, [outcome, count]) => accepted.includes(outcome) ? sum : sum + count, 0);
  assert(refused > answers / 2, `only ${refused} of ${answers} answers were errors`);
});

Deno.test("what once was found stays mended", async () => {
  for (const [seed, index] of FORMER_FINDINGS) await runCase(seed, { index });
});

Deno.test("the files that are damaged are sound", async () => {
  for (const { name, format, bytes } of await buildCorpus()) {
    const outcomes = await feed(bytes, { format, dice: new Dice(1, 0) });
    const decoded = outcomes[0]!;
    assert(decoded.endsWith("accepted it"), `${name}: ${decoded}`);
  }
});

Deno.test("a case is decided by its seed and its index", async () => {
  const bytesOf = async (seed: number, index: number) => (await makeCase(seed, { index })).bytes;
  assertEquals(await bytesOf(5, 7), await bytesOf(5, 7));
  const cases = await Promise.all([0, 1, 2, 3].map((index) => bytesOf(5, index)));
  assertEquals(new Set(cases.map((bytes) => bytes.toHex())).size, 4);
});

Deno.test("an error that is none of ours, or that people cannot read, is a finding", () => {
  assertEquals(expectTyped(new ImageError("The file is empty"), "x"), "ImageError");
  const wrong = [
    new RangeError("Invalid typed array length: -1"),
    new ImageError("oops"),
    new ImageError("the file is empty"),
    new ImageError("The chunk \x1b[2J is unknown"),
    new ImageError(`The name is ${"a".repeat(1000)}`),
    new WeightsError("The value is [object Object]"),
    "a text",
  ];
  for (const error of wrong) {
    try {
      expectTyped(error, "x");
    } catch (finding) {
      assert(finding instanceof Finding);
      continue;
    }
    throw new Error(`${error} was taken for an answer`);
  }
});

Deno.test("a case that does not end, and one that takes too much memory, are findings", async () => {
  const slow = await runCampaign({ seed: 1, count: 1e6, secondsPerCase: -1 });
  assertEquals([slow.findings.length, slow.done], [1, 1]);
  assert(slow.findings[0]!.includes("does not end"), slow.findings[0]);
  const large = await runCampaign({ seed: 1, count: 1e6, memory: 1 });
  assertEquals(large.findings.length, 1);
  assert(large.findings[0]!.includes("Memory grew"), large.findings[0]);
});
