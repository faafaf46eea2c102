import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { decodeNetwork } from "../weights/network_file.ts";
import { parseTrainingLog } from "../train/training_log.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const QUICK = ["--weights", "start.safetensors", "--batch", "1", "--patch", "8"] as const;
const OUTPUT = "trained-quincunx.safetensors";
const CHECKPOINT = `${OUTPUT}.checkpoint`;
const LOG = `${OUTPUT}.log.jsonl`;

async function addPhotos(place: Workplace): Promise<string[]> {
  place.addNetwork("start.safetensors");
  return await place.addPhotos(["a.png", "b.png", "c.png"]);
}

Deno.test("training writes a network that restores, and tells what it gained on what it held back", async () => {
  using place = new Workplace();
  const photos = await addPhotos(place);
  const args = [...photos, ...QUICK, "--steps", "30", "--rate", "0.001"];
  const { code, stdout, stderr } = await place.run("--train", ...args);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "Learning from 2 photos; held back to judge: c.png.");
  assertMatch(stderr, /^step 10 of 30, .*; [\d.]+ s, about [\d.]+ s left$/m);
  assertMatch(stderr, /^step 30 of 30, .*; [\d.]+ s$/m);
  const scores = /: ([\d.]+) dB before, ([\d.]+) dB after/.exec(stdout)!.slice(1).map(Number);
  assert(scores[1]! > scores[0]!, stdout);
  assertEquals(place.list(), ["a.png", "b.png", "c.png", "start.safetensors", OUTPUT, LOG]);
  const { info } = decodeNetwork(Deno.readFileSync(place.path(OUTPUT)));
  assertEquals([info.step, info.tier, info.data], [
    "quincunx",
    "trained",
    "2 photos of the user's own",
  ]);
  assertEquals(JSON.parse(info.recipe!).steps, 30);
  const { head, points } = parseTrainingLog(Deno.readTextFileSync(place.path(LOG)));
  assertEquals([head.photos, head.validation, head.recipe], [2, 1, JSON.parse(info.recipe!)]);
  assertEquals(points.map(({ step }) => step), [0, 10, 20, 30]);
  const best = Math.max(...points.map(({ score }) => score));
  assertEquals([points[0]!.score.toFixed(2), best.toFixed(2)].map(Number), scores);
  const drawn = await place.run("curve", LOG);
  assertEquals([drawn.code, drawn.stdout], [0, "curve.svg: one run, 4 validations\n"]);

  Deno.writeFileSync(place.path("photo.nnc"), await compress(sceneImage()));
  const restored = await place.exits(0, "-d", "photo.nnc", "--weights", OUTPUT);
  assertStringIncludes(restored.stdout, `network ${OUTPUT}`);
});

Deno.test("--kernel says what computes a training, and one that is unknown is refused", async () => {
  using place = new Workplace();
  const args = ["--train", ...await addPhotos(place), ...QUICK, "--steps", "1", "--kernel"];
  const refused = await place.exits(1, ...args, "turbo");
  assertStringIncludes(refused.stderr, '"turbo" for training; there are winograd');
  await place.exits(0, ...args, "tiled,blocks");
});

Deno.test("training that is interrupted exits with 130, leaves a checkpoint, and goes on from it", async () => {
  using place = new Workplace();
  const photos = await addPhotos(place);
  const long = ["-t", ...photos, ...QUICK, "--steps", "100000"];
  // The first line tells what is held back, the second the start: then training runs.
  const said = await place.interrupt(long, { when: "step 0 of" });
  const reached = Number(/Stopped after step (\d+)/.exec(said)![1]);
  assertEquals(place.list().filter((name) => name.startsWith(OUTPUT)), [CHECKPOINT, LOG]);

  const blocked = await place.exits(2, ...long);
  assertStringIncludes(blocked.stderr, "--resume goes on from it");

  const heard = await place.interrupt([...long, "--resume"], { when: " of 100000" });
  assertEquals(Number(/step (\d+) of 100000/.exec(heard)![1]), reached);
  const { points } = parseTrainingLog(Deno.readTextFileSync(place.path(LOG)));
  const steps = points.map((point) => point.step);
  assertEquals(steps.slice(0, 2), [0, reached]);
  assertEquals([...new Set(steps)], steps, "no validation is logged twice");
});

Deno.test("before there is a step to go on from, an interrupt ends training at once and leaves nothing", async () => {
  using place = new Workplace();
  const photos = await addPhotos(place);
  const before = place.list();
  const said = await place.interrupt(["-t", ...photos, ...QUICK], { when: "Learning from" });
  assertEquals(/step|Stopped/.exec(said), null, said);
  assertEquals(place.list(), before);
});

Deno.test("a network that exists is replaced only with --force, before a photo is read", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path(OUTPUT), "mine");
  const { stderr } = await place.exits(2, "-t", "missing.png");
  assertStringIncludes(stderr, "--force replaces it");
  assertEquals(Deno.readTextFileSync(place.path(OUTPUT)), "mine");
});

Deno.test("without a photo that can be read there is nothing to learn from", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("a.png"), "no image");
  const { stderr } = await place.exits(1, "-t", "a.png");
  assertStringIncludes(stderr, '"a.png" is left out.');
  assertStringIncludes(stderr, "No photo could be used");
  assertEquals(place.list(), ["a.png"]);
});

Deno.test("a checkpoint is resumed only where there is one", async () => {
  using place = new Workplace();
  const photos = await addPhotos(place);
  const { stderr } = await place.exits(2, "-t", ...photos, "--resume");
  assertStringIncludes(stderr, `There is no checkpoint "${CHECKPOINT}"`);
});
