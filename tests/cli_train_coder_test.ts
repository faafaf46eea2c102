import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { parseTrainingLog } from "../train/training_log.ts";
import { decodeCoderWeights } from "../weights/coder_weights.ts";
import { Workplace } from "./support/run_nnc.ts";

const RECIPE = "coder-swift-diagonal";
const OUTPUT = `${RECIPE}.safetensors`;
const LOG = `${OUTPUT}.log.jsonl`;
const QUICK = ["--recipe", RECIPE, "--batch", "1", "--patch", "8"] as const;

Deno.test("a coder recipe writes a coder network, tells what it costs, and starts from another with --weights", async () => {
  using place = new Workplace();
  const photos = await place.addPhotos(["a.png", "b.png"]);
  const { code, stdout, stderr } = await place.run("train", ...photos, ...QUICK, "--steps", "30");
  assertEquals(code, 0, stderr);
  const [before, after] = /: ([\d.]+) bits a sample before, ([\d.]+) bits a sample after/
    .exec(stdout)!.slice(1).map(Number);
  assert(after! < before!, stdout);
  assertEquals(place.list(), ["a.png", "b.png", OUTPUT, LOG]);
  const { info, network } = decodeCoderWeights(Deno.readFileSync(place.path(OUTPUT)));
  assertEquals([info.step, info.tier, info.spacings], ["diagonal", "swift", [1]]);
  assertEquals(info.data, "1 photo of the user's own");
  assertEquals([network.architecture.inputs, network.architecture.outputs], [4, 9]);
  assertEquals(JSON.parse(info.recipe!).kind, "coder");
  const { points } = parseTrainingLog(Deno.readTextFileSync(place.path(LOG)));
  assertEquals([points[0]!.score, points[0]!.measure], [before, "bits"]);
  assertEquals(Object.keys(points[0]!.details!), ["within 1", "within 2", "within 6"]);
  const drawn = await place.run("curve", LOG);
  assertEquals([drawn.code, drawn.stdout], [0, "curve.svg: one run, 4 validations\n"]);

  const more = ["--steps", "10", "--weights", OUTPUT, "-o", "more.safetensors", "--json"];
  const again = await place.exits(0, "train", ...photos, ...QUICK, ...more);
  const facts = JSON.parse(again.stdout);
  assertEquals([facts.lattice, facts.coder], [null, "diagonal"]);
  assert(Math.abs(facts.before - after!) < 1e-3, `${facts.before}`);
  const wrong = ["--recipe", "coder-swift-quincunx", "--weights", OUTPUT];
  const refused = await place.exits(2, "train", ...photos, ...wrong);
  assertStringIncludes(refused.stderr, "is for the step diagonal, found quincunx");
});

Deno.test("a coder run that is interrupted goes on with its own recipe alone", async () => {
  using place = new Workplace();
  const photos = await place.addPhotos(["a.png", "b.png"]);
  const long = ["train", ...photos, ...QUICK, "--steps", "100000"];
  const said = await place.interrupt(long, { when: "step 0 of" });
  const others = ["--recipe", "coder-swift-diagonal-coarse", "-o", OUTPUT, "--resume"];
  const other = await place.exits(2, "train", ...photos, ...others);
  assertStringIncludes(other.stderr, "is of a run of another recipe");
  const drawing = await place.exits(2, "train", ...photos, "-o", OUTPUT, "--resume");
  assertStringIncludes(drawing.stderr, `of the coder network "swift" for diagonal`);

  const heard = await place.interrupt([...long, "--resume"], { when: " of 100000" });
  const reached = Number(/Stopped after step (\d+)/.exec(said)![1]);
  assertEquals(Number(/step (\d+) of 100000/.exec(heard)![1]), reached);
});

Deno.test("a coder recipe is for no lattice, and every recipe is named where one is unknown", async () => {
  using place = new Workplace();
  const lattice = await place.exits(2, "train", "a.png", "--recipe", RECIPE, "--lattice", "grid");
  assertStringIncludes(lattice.stderr, `leave "--lattice" out`);
  const unknown = await place.exits(2, "train", "a.png", "--recipe", "coder");
  for (const name of ["grid-standard", RECIPE, "coder-deep-quincunx-coarse"]) {
    assertStringIncludes(unknown.stderr, name);
  }
});
