/** The recipes of docs/scaling.md, run: a hundred files split over several runs become the files of one. @module */

import { deepEqual, equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { encodePng } from "../codec/png/png.ts";
import { blocksOf, hasProgram, Kitchen } from "./support/recipes.ts";
import { isInstalled } from "./support/run.ts";
import { sceneImage } from "./support/run_nnc.ts";
import { Slurm } from "./support/slurm.ts";

const DOCUMENT = "docs/scaling.md";
const COUNT = 100;
const TASKS = 4;

const [parallelRecipe] = blocksOf(DOCUMENT, "sh parallel");
const [arrayScript] = blocksOf(DOCUMENT, "sh nnc-array.sh");
const [slurmRecipe] = blocksOf(DOCUMENT, "sh slurm");
const [reportRecipe] = blocksOf(DOCUMENT, "sh report");

/** A hundred photos in two folders, as PNGs. */
async function makePhotos(): Promise<Map<string, Uint8Array>> {
  const photos = new Map<string, Uint8Array>();
  for (let index = 0; index < COUNT; index++) {
    const image = sceneImage({ width: 16 + index % 7, height: 12, seed: index });
    const name = `${index % 2 === 0 ? "even" : "with space"}/photo ${index}.png`;
    photos.set(name, await encodePng(image, { effort: "fast" }));
  }
  return photos;
}

let photos: Promise<Map<string, Uint8Array>> | undefined;
let expected: Promise<Record<string, string>> | undefined;

async function openKitchen(): Promise<Kitchen> {
  const kitchen = await Kitchen.open();
  for (const [name, bytes] of await (photos ??= makePhotos())) {
    Deno.mkdirSync(kitchen.path(`photos/${name.split("/")[0]}`), { recursive: true });
    Deno.writeFileSync(kitchen.path(`photos/${name}`), bytes);
  }
  return kitchen;
}

/** Every file of a folder, by what it holds. */
function digestsOf(kitchen: Kitchen, folder: string): Record<string, string> {
  return Object.fromEntries(
    kitchen.list(`${folder}/`).map((name) => [
      name.slice(folder.length + 1),
      createHash("sha256").update(Deno.readFileSync(kitchen.path(name))).digest("hex"),
    ]),
  );
}

/** What one run makes of all photos. */
async function compressAtOnce(): Promise<Record<string, string>> {
  using kitchen = await openKitchen();
  const { code, stderr } = await kitchen.cook(
    "find photos -name '*.png' -print0 | xargs -0 nnc -c --output packed -q",
  );
  equal(code, 0, stderr);
  const digests = digestsOf(kitchen, "packed");
  equal(Object.keys(digests).length, COUNT);
  return digests;
}

/** The states of all files that reports tell of. */
function countStates(kitchen: Kitchen, pattern: RegExp): Record<string, number> {
  const lines = kitchen.list().filter((name) => pattern.test(name)).flatMap((name) =>
    Deno.readTextFileSync(kitchen.path(name)).trim().split("\n").filter((line) => line !== "")
  );
  const groups = Map.groupBy(lines, (line) => JSON.parse(line).status as string);
  return Object.fromEntries([...groups].map(([status, of]) => [status, of.length]));
}

function testWith(name: string, fn: (kitchen: Kitchen) => Promise<void>, missing?: string): void {
  Deno.test({
    name: name + (missing === undefined ? "" : ` (skipped: ${missing} is not installed)`),
    ignore: missing !== undefined,
    async fn() {
      using kitchen = await openKitchen();
      await fn(kitchen);
    },
  });
}

const hasParallel = await hasProgram("parallel", ["--version"], /GNU parallel/);
// sbatch does not even tell its version without a cluster.
const hasSlurm = await hasProgram("slurmctld", ["-V"], /slurm/) &&
  await hasProgram("slurmd", ["-V"], /slurm/) && await isInstalled("sbatch");

testWith(
  "GNU parallel makes the files of one run, and goes on with what is missing",
  async (kitchen) => {
    const first = await kitchen.cook(parallelRecipe!, { JOBS: "2" });
    equal(first.code, 0, first.stderr);
    deepEqual(digestsOf(kitchen, "packed"), await (expected ??= compressAtOnce()));
    deepEqual(countStates(kitchen, /^report\.jsonl$/), { done: COUNT });
    for (const index of [3, 50, 77]) Deno.removeSync(kitchen.path(`packed/photo ${index}.nnc`));
    const second = await kitchen.cook(parallelRecipe!);
    equal(second.code, 0, second.stderr);
    deepEqual(countStates(kitchen, /^report\.jsonl$/), { done: 3, skipped: COUNT - 3 });
    deepEqual(digestsOf(kitchen, "packed"), await expected);
  },
  hasParallel ? undefined : "GNU parallel",
);

testWith(
  "the tasks of an array make the files of one run, each its own, and again nothing",
  async (kitchen) => {
    Deno.writeTextFileSync(kitchen.path("nnc-array.sh"), arrayScript!);
    const tasks = Array.from({ length: TASKS }, (_, task) => String(task));
    const runAll = async () => {
      const args = ["nnc-array.sh", "photos", "packed", String(TASKS)];
      for (const SLURM_ARRAY_TASK_ID of tasks) {
        const { code, stderr } = await kitchen.call("sh", args, { SLURM_ARRAY_TASK_ID });
        equal(code, 0, stderr);
      }
    };
    await runAll();
    for (const task of tasks) {
      deepEqual(countStates(kitchen, new RegExp(`^nnc-${task}\\.jsonl$`)), { done: COUNT / TASKS });
    }
    deepEqual(digestsOf(kitchen, "packed"), await (expected ??= compressAtOnce()));
    await runAll();
    deepEqual(countStates(kitchen, /^nnc-\d\.jsonl$/), { skipped: COUNT });
  },
);

testWith(
  "a Slurm array makes the files of one run, and its reports tell what failed",
  async (kitchen) => {
    await using slurm = await Slurm.open();
    Deno.writeTextFileSync(kitchen.path("nnc-array.sh"), arrayScript!);
    Deno.writeTextFileSync(kitchen.path("photos/broken.png"), "no picture");
    const { stderr } = await kitchen.cook(slurmRecipe!, slurm.env);
    deepEqual(countStates(kitchen, /^nnc-\d\.jsonl$/), { done: COUNT, failed: 1 }, stderr);
    deepEqual(digestsOf(kitchen, "packed"), await (expected ??= compressAtOnce()));
    const report = (await kitchen.cook(reportRecipe!)).stdout.split("\n");
    equal(report[0], String(COUNT));
    equal(JSON.parse(report[1]!).input, "photos/broken.png");
  },
  hasSlurm ? undefined : "slurm-wlm",
);
