import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { parseTrainingLog } from "../train/training_log.ts";
import { decodeCoderFile } from "../weights/coder_file.ts";
import { nncCommand, Workplace } from "./support/run_nnc.ts";

const PARTS = ["diagonal-coarse", "diagonal", "quincunx-coarse", "quincunx"];
const OUTPUT = "trained-coder.safetensors";
const LOGS = PARTS.map((part) => `${OUTPUT}.${part}.log.jsonl`);
const PHOTOS = ["a.png", "b.png"];
const QUICK = [
  "--coder",
  ...PHOTOS,
  "--batch",
  "1",
  "--patch",
  "4",
  "--kernel",
  "tiled,blocks",
] as const;

const documented = Deno.readTextFileSync(new URL("../docs/json.md", import.meta.url));

async function addPhotos(place: Workplace): Promise<void> {
  for (const [seed, name] of PHOTOS.entries()) {
    await place.addScene(name, { width: 96, height: 72, seed });
  }
}

Deno.test("train --coder makes one coder of four networks, which writes and reads files on both sides", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const { code, stdout, stderr } = await place.run("-t", ...QUICK, "--steps", "10");
  assertEquals(code, 0, stderr);
  for (const part of PARTS) assertMatch(stderr, new RegExp(`^${part}, step 10 of 10, `, "m"));
  assertMatch(stderr, /^diagonal, step 10 of 10, .*about [\d.]+ (s|min).* left$/m);
  assertEquals(place.list(), [...PHOTOS, OUTPUT, ...LOGS]);
  const { info, digest } = await decodeCoderFile(Deno.readFileSync(place.path(OUTPUT)));
  assertEquals([info.tier, info.data], ["trained", "1 photo of the user's own"]);
  assertEquals(Object.keys(JSON.parse(info.recipe!)).sort(), PARTS.toSorted());
  assertStringIncludes(stdout, `coder ${digest.toHex()}, `);
  assertStringIncludes(stdout, "Files that it writes can be read with it alone");
  assertMatch(
    stdout,
    /bits a sample with the shipped coder "swift", [\d.]+ with yours, [\d.]+ % (smaller|larger)/,
  );
  const { points } = parseTrainingLog(Deno.readTextFileSync(place.path(LOGS[3]!)));
  assertEquals(points.map(({ step }) => step), [0, 10]);
  // It starts from the shipped coder: random weights cost several bits more.
  assert(points[0]!.score < 6, `${points[0]!.score}`);
  const drawn = await place.run("curve", ...LOGS);
  assertEquals([drawn.code, drawn.stdout], [0, "curve.svg: 4 runs, 8 validations\n"]);

  await place.run("-c", "b.png", "--lossless", "--coder", OUTPUT);
  assertStringIncludes((await place.run("info", "b.nnc")).stdout, digest.toHex());
  const restored = await place.run("-d", "b.nnc", "-o", "again.png", "--coder", OUTPUT);
  assertEquals(restored.code, 0, restored.stderr);
});

Deno.test("train --coder makes a coder for lossy files, judged by what they take at equal fidelity", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const { code, stdout, stderr } = await place.run(
    ...["-t", ...QUICK, "--tier", "lossy-swift", "--steps", "2"],
  );
  assertEquals(code, 0, stderr);
  const { info, digest } = await decodeCoderFile(Deno.readFileSync(place.path(OUTPUT)));
  assertEquals([info.tier, info.isLossy], ["trained", true]);
  assertMatch(
    stdout,
    /^Files at 40 dB of what was held back: [\d.]+ bits a sample with the shipped coder "lossy-swift", [\d.]+ with yours, /m,
  );
  assertStringIncludes(stdout, `nnc -c photo.png --quality 75 --coder "${OUTPUT}"`);
  const written = await place.run("-c", "b.png", "--quality", "75", "--coder", OUTPUT);
  assertEquals(written.code, 0, written.stderr);
  assertStringIncludes((await place.run("info", "b.nnc")).stdout, digest.toHex());
  const restored = await place.run("-d", "b.nnc", "-o", "again.png", "--coder", OUTPUT);
  assertEquals(restored.code, 0, restored.stderr);
  const refused = await place.run("-c", "a.png", "--lossless", "--coder", OUTPUT);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "is for lossy files alone");
});

Deno.test("a coder's training that is interrupted goes on with the network that it was at", async () => {
  using place = new Workplace();
  await addPhotos(place);
  const command = ["-t", ...QUICK, "--steps", "20", "--json"];
  const child = nncCommand(command, { cwd: place.folder }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("quincunx, step 0 of")) said += (await reader.read()).value;
  child.kill("SIGINT");
  for (let part = await reader.read(); !part.done; part = await reader.read()) said += part.value;
  assertEquals((await child.status).code, 130);
  await child.stdout.cancel();
  assertStringIncludes(said, `--resume goes on from "${OUTPUT}.quincunx.checkpoint"`);
  const left = place.list().filter((name) => !name.endsWith(".log.jsonl"));
  assertEquals(left, [...PHOTOS, `${OUTPUT}.diagonal.part`, `${OUTPUT}.quincunx.checkpoint`]);

  const blocked = await place.run(...command);
  assertEquals(blocked.code, 2);
  assertStringIncludes(blocked.stderr, `"${OUTPUT}.diagonal.part" is left from a run`);
  const other = await place.run(...command, "--tier", "deep", "--scratch", "--resume");
  assertEquals(other.code, 2, other.stderr);
  assertStringIncludes(other.stderr, "is of a run with other options");
  const { code, stdout, stderr } = await place.run(...command, "--resume");
  assertEquals(code, 0, stderr);
  assert(!/^diagonal, /m.test(stderr), stderr);
  const report = JSON.parse(stdout);
  assertEquals([report.coder, report.lattice, report.logs.length], ["whole", null, 4]);
  assertEquals(Object.keys(report).filter((field) => !documented.includes(`| \`${field}\` |`)), []);
  assertEquals(place.list(), [...PHOTOS, OUTPUT, ...LOGS]);
});

Deno.test("options that make no sense with a whole coder are refused before a photo is read", async () => {
  using place = new Workplace();
  for (
    const [options, message] of [
      [["--lattice", "grid"], 'leave "--lattice" out'],
      [["--recipe", "grid-draft"], 'leave "--recipe" out'],
      [["--weights", "x.safetensors"], 'leave "--weights" out'],
      [
        ["--tier", "standard"],
        'takes one of swift, deep, lossy-swift, lossy-deep with "--coder"; found "standard"',
      ],
      [["--resume"], `There is no checkpoint "${OUTPUT}.diagonal.checkpoint"`],
    ] as const
  ) {
    const { code, stderr } = await place.run("train", "missing.png", "--coder", ...options);
    assertEquals(code, 2);
    assertStringIncludes(stderr, message);
  }
});
