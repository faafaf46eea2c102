import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { dirname } from "node:path";
import { LogFile, readEarlierLog } from "../cli/training/log_file.ts";
import { UsageError } from "../cli/usage_error.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import type { TrainProgress } from "../train/train_options.ts";
import { parseTrainingLog, writeLogHead, writeLogPoint } from "../train/training_log.ts";
import { TrainingError } from "../train/training_error.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const HEAD = { recipe: DEFAULT_RECIPE, photos: 24, validation: 6 };

function progress(step: number, stage = 1): TrainProgress {
  const rest = { steps: 40, stages: 2, rate: 0.0012345678, score: 30 + step / 1000, best: 31 };
  return { ...rest, measure: "psnr", step, stage, loss: step === 0 ? 0 : 2.345678 };
}

/** Runs `body` with the path of a log in a folder of its own. */
async function withLog(body: (path: string) => void | Promise<void>): Promise<void> {
  using folder = new TemporaryFolder();
  await body(`${folder.path}/run.log.jsonl`);
}

function stepsIn(path: string): number[] {
  return parseTrainingLog(Deno.readTextFileSync(path)).points.map(({ step }) => step);
}

Deno.test("a log holds what is run and a line for every validation", () => {
  const text = writeLogHead(HEAD) + writeLogPoint(progress(0), 0) +
    writeLogPoint(progress(20), 1.23456);
  const { head, points, text: whole } = parseTrainingLog(text);
  assertEquals([head, whole], [HEAD, text]);
  const same = { steps: 40, stage: 1, rate: 0.00123457, best: 31, measure: "psnr" as const };
  assertEquals(points, [
    { ...same, step: 0, loss: null, score: 30, seconds: 0 },
    { ...same, step: 20, loss: 2.34568, score: 30.02, seconds: 1.235 },
  ]);
});

Deno.test("the log of a coder network has bits, and those of its spacings and tolerances", () => {
  const { score: _, ...rest } = progress(20);
  const details = { "spacing 2": 2.34567, "within 1": 1.5 };
  const coder = { ...rest, measure: "bits", score: 2.123456, best: 2.1, details } as const;
  const line = writeLogPoint(coder, 1);
  assertEquals(JSON.parse(line).bits, 2.1235);
  const [point] = parseTrainingLog(writeLogHead(HEAD) + line).points;
  assertEquals([point!.measure, point!.score, point!.details], [
    "bits",
    2.1235,
    { "spacing 2": 2.3457, "within 1": 1.5 },
  ]);
  for (const wrong of [[1], { one: "two" }, 3, Object.fromEntries(Array(31).fill(1).entries())]) {
    const text = `${writeLogHead(HEAD)}${
      JSON.stringify({ ...JSON.parse(line), details: wrong })
    }\n`;
    assertThrows(() => parseTrainingLog(text), TrainingError, "Line 2");
  }
});

Deno.test("a line that a crash tore off is passed over, wherever it was torn", () => {
  const start = writeLogHead(HEAD) + writeLogPoint(progress(0), 0);
  const line = writeLogPoint(progress(20), 3);
  for (let length = 0; length < line.length; length++) {
    const log = parseTrainingLog(start + line.slice(0, length));
    assertEquals([log.points.length, log.text], [1, start]);
  }
});

Deno.test("what is no log is refused with the number of its first wrong line", () => {
  const start = writeLogHead(HEAD) + writeLogPoint(progress(0), 0);
  const point = JSON.parse(writeLogPoint(progress(20), 3));
  const refused = (text: string, ...parts: string[]) => {
    const error = assertThrows(() => parseTrainingLog(text), TrainingError);
    for (const part of parts) assertStringIncludes(error.message, part);
    assert(error.message.length < 300, error.message);
  };
  refused("", "Line 1", "not a JSON object");
  refused("[]\n", "Line 1", "not a JSON object");
  refused("a letter\nto someone\n", "Line 1", "a letter");
  refused('{"format":"other"}\n', "Line 1", `"format"`, `found "other"`);
  const head = JSON.parse(writeLogHead(HEAD));
  refused(JSON.stringify({ ...head, recipe: [] }) + "\n", "Line 1", `"recipe"`);
  refused(JSON.stringify({ ...head, photos: -1 }) + "\n", "Line 1", `"photos"`, "found -1");
  refused(`${start}\n`, "Line 3", "not a JSON object");
  refused(`${start}nonsense${"x".repeat(5000)}\n`, "Line 3", "nonsense");
  for (
    const [name, value] of [
      ...[["step", 1.5], ["stage", "one"], ["steps", -4], ["loss", "low"], ["loss", undefined]],
      ...[["psnr", null], ["best", {}], ["rate", []], ["seconds", true]],
    ] as [string, unknown][]
  ) {
    refused(`${start}${JSON.stringify({ ...point, [name]: value })}\n`, "Line 3", `"${name}"`);
  }
  refused(start + writeLogPoint(progress(0), 1), "Line 3", "step 0 of stage 1 follows step 0");
});

Deno.test("a log begins with the first step that is done, and with what was measured before it", async () => {
  await withLog((path) => {
    const log = new LogFile(path, { ...HEAD, force: false });
    log.add(progress(0));
    assertEquals([...Deno.readDirSync(dirname(path))], []);
    log.add(progress(10));
    log.add(progress(20));
    log.add(progress(20, 2));
    assertEquals(stepsIn(path), [0, 10, 20, 20]);
    assert(Deno.readTextFileSync(path).endsWith("\n"));
  });
});

Deno.test("a log is gone on with where its whole lines end, nothing twice and the seconds added up", async () => {
  await withLog(async (path) => {
    const earlier = writeLogHead(HEAD) + writeLogPoint(progress(0), 0) +
      writeLogPoint(progress(10), 500);
    Deno.writeTextFileSync(path, earlier + writeLogPoint(progress(20), 900).slice(0, 40));
    const found = await readEarlierLog(path, { recipe: DEFAULT_RECIPE, force: false });
    assertEquals(found!.text, earlier);
    const log = new LogFile(path, { ...HEAD, force: false, earlier: found! });
    log.add({ ...progress(10), loss: 0 });
    log.add(progress(20));
    const text = Deno.readTextFileSync(path);
    assert(text.startsWith(earlier));
    assertEquals(stepsIn(path), [0, 10, 20]);
    const { seconds } = parseTrainingLog(text).points[2]!;
    assert(seconds >= 500 && seconds < 800, `${seconds}`);
  });
});

Deno.test("a file that is not the log of the run is kept, and replaced with force alone", async () => {
  await withLog(async (path) => {
    const other = writeLogHead({ ...HEAD, recipe: { ...DEFAULT_RECIPE, seed: 2 } });
    for (const text of ["a letter", "a letter\n", other]) {
      Deno.writeTextFileSync(path, text);
      const options = { recipe: DEFAULT_RECIPE, force: false };
      const error = await assertRejects(() => readEarlierLog(path, options), UsageError);
      assertStringIncludes(error.message, "--force replaces it");
      assertThrows(
        () => new LogFile(path, { ...HEAD, force: false }).add(progress(10)),
        Deno.errors.AlreadyExists,
      );
      assertEquals(Deno.readTextFileSync(path), text);
      assertEquals(await readEarlierLog(path, { ...options, force: true }), undefined);
      const log = new LogFile(path, { ...HEAD, force: true });
      log.add(progress(0));
      assertEquals(Deno.readTextFileSync(path), text);
      log.add(progress(10));
      assertEquals(stepsIn(path), [0, 10]);
    }
  });
});

Deno.test("an empty file in a log's place, as a killed run may leave it, is no obstacle", async () => {
  await withLog(async (path) => {
    Deno.writeTextFileSync(path, "");
    assertEquals(await readEarlierLog(path, { recipe: DEFAULT_RECIPE, force: false }), undefined);
    new LogFile(path, { ...HEAD, force: false }).add(progress(10));
    assertEquals(stepsIn(path), [10]);
  });
});
