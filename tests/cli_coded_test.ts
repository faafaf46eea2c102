import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeImage } from "../codec/read.ts";
import { decodeCoderFile, encodeCoderFile } from "../weights/coder_file.ts";
import { randomCoder } from "./support/exact_networks.ts";
import { Workplace } from "./support/run_nnc.ts";

async function pixels(place: Workplace, name: string): Promise<Uint8Array> {
  return (await decodeImage(await Deno.readFile(place.path(name)))).data;
}

Deno.test("a lossless file restores to the same pixels, and what is restored compresses to that file", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  const compressed = await place.exits(0, "-c", "photo.png", "--lossless");
  assertStringIncludes(compressed.stdout, "photo.png → photo.nnc: 96×64, lossless, ");
  await place.exits(0, "-d", "photo.nnc", "-o", "again.png");
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
  const { stdout } = await place.exits(0, "-c", "photo.png", "--max-error", "3", "--json");
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
      [["--max-error", "0"], 'takes a whole number from 1 to 16; found "0"'],
      [["--max-error", "17"], 'takes a whole number from 1 to 16; found "17"'],
      [["--lossless", "--max-error", "2"], "leaves no error"],
      [["--lossless", "--coded"], '"--lossless" codes all pixels, "--coded" those'],
      [["--coded", "--lattice", "rows"], 'lattices quincunx and grid; found "rows"'],
    ] as const
  ) {
    const { stderr } = await place.exits(2, "-c", "photo.png", ...options);
    assertStringIncludes(stderr, message);
  }
  await place.run("-c", "photo.png", "--lossless");
  const { stderr } = await place.exits(1, "-d", "photo.nnc", "--lattice", "grid", "-o", "x.png");
  assertStringIncludes(stderr, 'leave out "--lattice"');
  assertEquals(place.list(), ["photo.nnc", "photo.png"]);
  const forced = await place.exits(0, "-d", "photo.nnc", "--size", "9x9", "-f", "-o", "x.png");
  assertStringIncludes(forced.stderr, '"--size" changes nothing');
});

Deno.test("a coder of one's own writes and reads with --coder, and a file says where it is missing", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  const bytes = encodeCoderFile(randomCoder(1), { tier: "mine" });
  const digest = (await decodeCoderFile(bytes)).digest.toHex();
  await Deno.writeFile(place.path("mine.safetensors"), bytes);
  const coder = ["--coder", "mine.safetensors"] as const;
  const compressed = await place.exits(0, "-c", "photo.png", "--max-error", "4", ...coder);
  assertStringIncludes(compressed.stdout, "coder mine.safetensors");
  assertStringIncludes(compressed.stderr, 'to restore it takes the coder "mine.safetensors"');
  assertStringIncludes(
    (await place.run("info", "photo.nnc")).stdout,
    `${digest}, which is not shipped`,
  );

  const without = await place.exits(1, "-d", "photo.nnc", "-o", "x.png");
  assertStringIncludes(without.stderr, `needs the coder ${digest}, and there is "swift"`);
  assertStringIncludes(without.stderr, "name it with --coder");
  const restored = await place.exits(0, "-d", "photo.nnc", "-o", "again.png", "--json", ...coder);
  assertEquals(JSON.parse(restored.stdout).coder, "mine.safetensors");
  // With a coder of one's own at hand, a file of the shipped one is read all the same.
  await place.run("-c", "photo.png", "--lossless", "-o", "exact.nnc");
  const exact = await place.run("-d", "exact.nnc", "--json", ...coder);
  assertEquals(JSON.parse(exact.stdout).coder, "swift");
});

Deno.test("a coder file that is none, damaged or missing is named before any work is done", async () => {
  using place = new Workplace();
  await place.addScene("photo.png");
  place.addNetwork("drawing.safetensors");
  const bytes = encodeCoderFile(randomCoder(1), { tier: "mine" });
  await Deno.writeFile(place.path("cut.safetensors"), bytes.subarray(0, bytes.length - 100));
  for (
    const [name, message] of [
      ["drawing.safetensors", 'A coder must have the metadata "format": "nnc coder 1"'],
      ["cut.safetensors", 'The coder file "cut.safetensors" cannot be used.'],
      ["photo.png", 'The coder file "photo.png" cannot be used.'],
      ["absent.safetensors", 'There is no coder file "absent.safetensors"'],
    ] as const
  ) {
    const { stderr } = await place.exits(1, "-c", "photo.png", "--lossless", "--coder", name);
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, name);
  }
  assertEquals(place.list(), ["cut.safetensors", "drawing.safetensors", "photo.png"]);
});

Deno.test("some pixels are coded, or all of them and trimmed: the files are the same, and restored they come again", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  const coded = await place.run("-c", "photo.png", "--coded", "--ratio", "4", "-o", "coded.nnc");
  assertStringIncludes(coded.stdout, "grid at ratio 4, a quarter of the pixels exact, coder ");
  await place.run("-c", "photo.png", "--lossless", "-o", "whole.nnc");
  const trimmed = await place.run("trim", "whole.nnc", "--ratio", "4", "--json");
  const { status, output, ratio, maxError } = JSON.parse(trimmed.stdout);
  assertEquals([status, output, ratio, maxError], ["done", "whole.ratio4.nnc", 4, 0]);
  const bytes = Deno.readFileSync(place.path("coded.nnc"));
  assertEquals(Deno.readFileSync(place.path("whole.ratio4.nnc")), bytes);
  const info = JSON.parse((await place.run("info", "coded.nnc", "--json")).stdout);
  assertEquals(
    [info.lattice, info.ratio, info.guarantee, info.state, info.steps.length, info.coderName],
    ["grid", 4, "a quarter of the pixels exact", "whole", 4, "swift"],
  );
  const restored = await place.run("-d", "coded.nnc", "--tier", "draft", "--json");
  const { lattice, networks, warnings } = JSON.parse(restored.stdout);
  assertEquals([lattice, networks, warnings], ["grid", { grid: "draft" }, []]);
  await place.run("-c", "coded.png", "--coded", "--lattice", "grid", "-o", "again.nnc");
  assertEquals(Deno.readFileSync(place.path("again.nnc")), bytes);
  const none = await place.run("trim", "whole.nnc");
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, '"--ratio" with 2, 4, 8 or 16');
  assertEquals((await place.run("trim", "coded.nnc", "--ratio", "2", "-o", "x.nnc")).code, 1);
});

Deno.test("a file that was cut off restores with a warning, a damaged one with --salvage and an exit status of its own", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  await place.run("-c", "photo.png", "--lossless");
  const bytes = Deno.readFileSync(place.path("photo.nnc"));
  Deno.writeFileSync(place.path("cut.nnc"), bytes.subarray(0, bytes.length - 100));
  const cut = await place.run("-d", "cut.nnc", "--tier", "draft", "--json");
  assertEquals(cut.code, 0, cut.stderr);
  const report = JSON.parse(cut.stdout);
  assertEquals([report.share, report.salvaged, report.ratio], [0.5, undefined, undefined]);
  assertStringIncludes(report.warnings[0], "50 % of the pixels are there, the others are drawn");
  const info = await place.run("info", "cut.nnc");
  assertStringIncludes(info.stdout, "keeps     50 % of the pixels exact");
  assertStringIncludes(info.stdout, "CUT OFF. The PNG is cut off after ");
  const at = bytes.length - 60;
  Deno.writeFileSync(place.path("bad.nnc"), bytes.with(at, bytes[at]! ^ 1));
  const refused = await place.run("-d", "bad.nnc");
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "let --salvage take the 50 % of its pixels");
  const salvaged = await place.run("-d", "bad.nnc", "--salvage", "--tier", "draft", "--json");
  assertEquals(salvaged.code, 4, salvaged.stderr);
  assertEquals(JSON.parse(salvaged.stdout).salvaged, true);
  assertStringIncludes((await place.run("info", "bad.nnc")).stdout, "DAMAGED. ");
});

Deno.test("the device that runs a coder is the user's choice, and no matter to the file", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 64 });
  await place.exits(0, "-c", "photo.png", "--lossless", "--device", "cpu", "-o", "cpu.nnc");
  const gpu = ["--kernel", "naive", "--verbose"];
  const { stderr } = await place.exits(0, "-c", "photo.png", "--lossless", "-o", "gpu.nnc", ...gpu);
  assertStringIncludes(stderr, ", naive kernel.");
  assertEquals(
    Deno.readFileSync(place.path("gpu.nnc")),
    Deno.readFileSync(place.path("cpu.nnc")),
  );
  const restored = await place.exits(0, "-d", "cpu.nnc", "-o", "again.png", ...gpu);
  assertStringIncludes(restored.stderr, "Exact networks run on ");
  assertEquals(await pixels(place, "again.png"), await pixels(place, "photo.png"));
  const drawing = await place.exits(
    0,
    "-d",
    "cpu.nnc",
    "-f",
    "-o",
    "again.png",
    "--kernel",
    "winograd",
  );
  assertEquals(drawing.stderr.includes("Exact networks"), false);
});

Deno.test("options that are for coders are refused where nothing is coded", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 16, height: 16 });
  const draws = await place.exits(1, "-c", "photo.png", "-f", "--lossless", "--kernel", "winograd");
  assertStringIncludes(draws.stderr, 'The kernel "winograd" does not run exact networks');
  place.addLossyCoder("own.safetensors");
  const options = [["--device", "cpu"], ["--kernel", "naive"], ["--coder", "own.safetensors"]];
  for (const option of options) {
    // A JPEG would be coded.
    const { stderr } = await place.exits(1, "-c", "photo.png", ...option);
    assertStringIncludes(stderr, `"${option[0]}" is for coded files; give "--lossless"`);
    const asked = await place.exits(2, "-c", "photo.jpg", "--lattice", "rows", ...option);
    assertStringIncludes(asked.stderr, `"${option[0]}" is for coded files; give "--lossless"`);
  }
});
