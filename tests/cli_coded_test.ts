import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeImage } from "../codec/read.ts";
import { Workplace } from "./support/run_nnc.ts";

async function pixels(place: Workplace, name: string): Promise<Uint8Array> {
  return (await decodeImage(await Deno.readFile(place.path(name)))).data;
}

Deno.test("a lossless file restores to the same pixels, and what is restored compresses to that file", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  const compressed = await place.run("-c", "photo.png", "--lossless");
  assertEquals(compressed.code, 0, compressed.stderr);
  assertStringIncludes(compressed.stdout, "photo.png → photo.nnc: 96×64, lossless, ");
  const restored = await place.run("-d", "photo.nnc", "-o", "again.png");
  assertEquals(restored.code, 0, restored.stderr);
  assertEquals(await pixels(place, "again.png"), await pixels(place, "photo.png"));
  await place.run("-c", "again.png", "--lossless");
  assertEquals(
    Deno.readFileSync(place.path("again.nnc")),
    Deno.readFileSync(place.path("photo.nnc")),
  );
});

Deno.test("a largest error is kept, told, and costs fewer bytes than none", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  await place.run("-c", "photo.png", "--lossless", "-o", "exact.nnc");
  const { code, stdout, stderr } = await place.run("-c", "photo.png", "--max-error", "3", "--json");
  assertEquals(code, 0, stderr);
  const report = JSON.parse(stdout);
  assertEquals([report.maxError, report.width, report.lattice], [3, 96, undefined]);
  assert(report.bytesAfter < Deno.statSync(place.path("exact.nnc")).size);
  await place.run("-d", "photo.nnc", "-o", "near.png");
  const before = await pixels(place, "photo.png");
  const errors = (await pixels(place, "near.png")).map((value, at) =>
    Math.abs(value - before[at]!)
  );
  assertEquals(Math.max(...errors), 3);
  const info = JSON.parse((await place.run("info", "photo.nnc", "--json")).stdout);
  assertEquals([info.maxError, info.packedWidth, info.packedHeight, info.steps.length], [
    3,
    12,
    8,
    6,
  ]);
  assertStringIncludes(
    (await place.run("info", "photo.nnc")).stdout,
    "no sample off by more than 3",
  );
});

Deno.test("options that contradict a file of all pixels are refused before anything is written", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  for (
    const [options, message] of [
      [["--lossless", "--ratio", "4"], '"--lossless" keeps all pixels, "--ratio" some'],
      [
        ["--max-error", "2", "--lattice", "grid"],
        '"--max-error" keeps all pixels, "--lattice" some',
      ],
      [["--max-error", "17"], 'takes a whole number from 1 to 16; found "17"'],
      [["--lossless", "--max-error", "2"], "leaves no error"],
    ] as const
  ) {
    const { code, stderr } = await place.run("-c", "photo.png", ...options);
    assertEquals(code, 2);
    assertStringIncludes(stderr, message);
  }
  await place.run("-c", "photo.png", "--lossless");
  const { code, stderr } = await place.run("-d", "photo.nnc", "--lattice", "grid", "-o", "x.png");
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'leave out "--lattice"');
  assertEquals(place.list(), ["photo.nnc", "photo.png"]);
});
