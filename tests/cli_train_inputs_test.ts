import { assertEquals, assertMatch, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { TIERS_FOR } from "../cli/commands/tier_names.ts";
import { TrainingClock } from "../cli/training/training_clock.ts";
import { decodeNetwork } from "../weights/network_file.ts";
import { nncCommand, Workplace } from "./support/run_nnc.ts";

const QUICK = ["--weights", "start.safetensors", "--batch", "1", "--patch", "8", "--steps", "1"];
const OUTPUT = "trained-quincunx.safetensors";
const LOG = `${OUTPUT}.log.jsonl`;
const INPUTS = ["a.png", "b.png", "start.safetensors"];

async function addPhotos(place: Workplace): Promise<void> {
  await place.addScene("a.png", { width: 48, height: 40 });
  await place.addScene("b.png", { width: 48, height: 40, seed: 1 });
  place.addNetwork("start.safetensors");
}

Deno.test("photos that are too small are left out by name, and the others learnt from", async () => {
  using place = new Workplace();
  await addPhotos(place);
  await place.addScene("tiny.png", { width: 15, height: 40 });
  const { stderr } = await place.exits(1, "-t", "tiny.png", "a.png", "b.png", ...QUICK);
  assertStringIncludes(stderr, '"tiny.png" is left out. It has 15×40 pixels');
  assertStringIncludes(stderr, "at least 16");
  assertStringIncludes(stderr, "Learning from 1 photo; held back to judge: b.png.");
  assertEquals(place.list().includes(OUTPUT), true);
});

Deno.test("where all photos are too small, nothing is left to learn from or to judge by", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const small = ["--patch", "100"];
  const learning = await place.exits(1, "-t", "a.png", "b.png", ...QUICK, ...small);
  assertStringIncludes(learning.stderr, '"b.png" is left out.');
  assertStringIncludes(learning.stderr, "nothing to learn from");
  Deno.mkdirSync(place.path("judges"));
  await place.addScene("judges/tiny.png", { width: 9, height: 40 });
  const judging = await place.exits(1, "-t", "a.png", ...QUICK, "--validation", "judges");
  assertStringIncludes(judging.stderr, '"judges/tiny.png" is left out.');
  assertStringIncludes(judging.stderr, "nothing to judge by");
});

Deno.test("a single photo is learnt from and judged by as far as its height allows", async () => {
  using place = new Workplace();
  await addPhotos(place);
  await place.addScene("low.png", { width: 48, height: 30 });
  const wide = await place.exits(0, "-t", "a.png", ...QUICK);
  assertStringIncludes(wide.stderr, "held back to judge: the lower part of a.png.");
  const low = await place.exits(1, "-t", "low.png", ...QUICK, "--force");
  assertStringIncludes(low.stderr, '"low.png" alone is too small');
  assertStringIncludes(low.stderr, "32 pixels");
});

Deno.test("--output of training takes a folder that is there, one that is not, and standard output", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const args = ["-t", "a.png", "b.png", ...QUICK, "--output"];
  Deno.mkdirSync(place.path("there"));
  const there = await place.exits(0, ...args, "there");
  assertStringIncludes(there.stdout, `there/${OUTPUT}: `);
  await place.exits(0, ...args, "new/");
  const left = (folder: string) => [OUTPUT, LOG].map((name) => `${folder}/${name}`);
  assertEquals(place.list(), [...INPUTS.slice(0, 2), ...left("new"), INPUTS[2]!, ...left("there")]);

  const { code, stdout, stderr } = await runForBytes(place, [...args, "-"]);
  assertEquals(code, 0, stderr);
  assertEquals(decodeNetwork(stdout).info.step, "quincunx");
  assertStringIncludes(stderr, "standard output: ");
  assertEquals(place.list().filter((name) => name.startsWith("-")), []);
  assertEquals(place.list().filter((name) => name.startsWith(OUTPUT)), []);
});

/** Runs the program, whose standard output is no text. */
async function runForBytes(place: Workplace, args: readonly string[]) {
  const { code, stdout, stderr } = await nncCommand(args, { cwd: place.folder }).output();
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("a folder that cannot be written to is named before the first step", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const args = ["-t", "a.png", "b.png", ...QUICK];
  const { stderr } = await place.exits(1, ...args, "--output", "a.png/in/");
  assertStringIncludes(stderr, 'The folder "a.png/in" cannot be written to.');
  assertEquals(stderr.includes("step 0"), false);
  assertEquals(place.list(), INPUTS);
});

Deno.test("a tier that there is not is refused before a photo is read, with those there are", async () => {
  using place = new Workplace();
  const train = await place.exits(2, "-t", "missing.png", "--tier", "hihg");
  assertStringIncludes(train.stderr, 'takes one of draft, standard, high; found "hihg"');
  for (const args of [["-d", "missing.nnc"], ["demo"]]) {
    const { stderr } = await place.exits(2, ...args, "--tier", "hihg");
    assertStringIncludes(stderr, 'takes one of draft, standard, high, max, auto; found "hihg"');
  }
  assertEquals(place.list(), []);
});

Deno.test("a network to start from is named once", async () => {
  using place = new Workplace();
  for (
    const args of [
      ["--scratch", "--tier", "draft"],
      ["--scratch", "--weights", "x.safetensors"],
      ["--recipe", "grid-draft", "--tier", "draft"],
    ]
  ) {
    const { stderr } = await place.exits(2, "-t", "missing.png", ...args);
    assertStringIncludes(stderr, `"${args.at(-2)}" names the network to start from`);
  }
});

Deno.test("the help of training is about training, and says how many photos and how long", async () => {
  using place = new Workplace();
  const { stdout } = await place.run("train", "--help");
  assertStringIncludes(stdout, "shipped network to start from");
  for (const tier of TIERS_FOR.training) assertStringIncludes(stdout, tier);
  for (const word of ["to restore,", "--budget", "auto:", "max:"]) {
    assertEquals(stdout.includes(word), false, word);
  }
  assertMatch(stdout, /^Photos: /m);
  assertMatch(stdout, /^Time: /m);
  for (const line of stdout.split("\n")) assertEquals(line.length <= 100, true, line);
});

Deno.test("a training run tells what it took with its earlier parts, and what is left by its own pace", () => {
  let time = 5000;
  const clock = new TrainingClock({ before: 100, now: () => time });
  time += 2000;
  assertEquals(clock.describe(40, 100), "1 min 42 s");
  time += 10_000;
  assertEquals(clock.read(60, 100), { seconds: 112, rate: 2, left: 20 });
  assertEquals(clock.describe(60, 100), "1 min 52 s, about 20.0 s left");
  time += 20_000;
  assertEquals(clock.describe(100, 100), "2 min 12 s");
});
