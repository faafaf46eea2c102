import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import { compress } from "../codec/compress.ts";
import { compressCoded } from "../mod.ts";
import { writeJpeg } from "./support/jpeg_writer.ts";
import { nncCommand, sceneImage, Workplace } from "./support/run_nnc.ts";

Deno.test("photo.png becomes photo.nnc, the same bytes as the library's", async () => {
  using place = new Workplace();
  const image = await place.addScene("photo.png");
  const { stdout } = await place.exits(0, "--compress", "photo.png");
  assertEquals(place.list(), ["photo.nnc", "photo.png"]);
  assertEquals(await Deno.readFile(place.path("photo.nnc")), await compress(image));
  const before = Deno.statSync(place.path("photo.png")).size.toLocaleString("en");
  const after = Deno.statSync(place.path("photo.nnc")).size.toLocaleString("en");
  assertStringIncludes(stdout, "photo.png → photo.nnc: 40×30, quincunx at ratio 2");
  assertStringIncludes(stdout, `${before} → ${after} bytes`);
  assertMatch(stdout, / s\n$/);
});

Deno.test("lattice and ratio choose what is kept", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png");
  const { stdout } = await place.exits(0, "-c", "a.png", "--lattice", "grid", "--ratio", "16");
  assertStringIncludes(stdout, "grid at ratio 16");
  const expected = await compress(image, { lattice: "grid", ratio: 16 });
  assertEquals(await Deno.readFile(place.path("a.nnc")), expected);
});

Deno.test("a lattice and a ratio that do not go together are a usage error that names those that do", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const { stderr } = await place.exits(2, "-c", "a.png", "--lattice", "rows", "--ratio", "4");
  assertStringIncludes(stderr, "quincunx at ratio 8");
  assertEquals(place.list(), ["a.png"]);
});

Deno.test("a file larger than its source is said to be larger", async () => {
  using place = new Workplace();
  // A photo of one colour: the PNG is next to nothing, and the chunk adds to it.
  await place.addScene("tiny.png", { width: 1, height: 1 });
  const { stdout } = await place.run("-c", "tiny.png");
  assertStringIncludes(stdout, "larger than the PNG");
});

Deno.test("a file larger than the JPEG that it comes from is said to be, and why", async () => {
  using place = new Workplace();
  const jpeg = await writeJpeg(sceneImage({ width: 96, height: 64 }), { quality: 30 });
  Deno.writeFileSync(place.path("photo.jpg"), jpeg);
  const { stdout } = await place.exits(0, "-c", "photo.jpg", "--ratio", "2");
  assertStringIncludes(stdout, "photo.jpg → photo.nnc: 96×64");
  assertMatch(
    stdout,
    /\(\d{3,}\.\d %: larger than the JPEG, as kept pixels are stored without loss\)/,
  );
  const near = await place.exits(0, "-c", "photo.jpg", "--max-error", "1", "-o", "near.nnc");
  assertStringIncludes(near.stdout, "larger than the JPEG)");
  const lossy = await place.exits(0, "-c", "photo.jpg", "-o", "lossy.nnc", "--json");
  const { warnings, bytesBefore, bytesAfter } = JSON.parse(lossy.stdout);
  const sizes = [bytesAfter, bytesBefore].map((bytes: number) => bytes.toLocaleString("en"));
  assertEquals(warnings, [
    `The output of ${sizes[0]} bytes is larger than the JPEG of ${
      sizes[1]
    }, which is coarser than quality ${DEFAULT_QUALITY}; keep the JPEG, or give a lower "--quality"`,
  ]);
});

Deno.test("a JPEG becomes a lossy file that is smaller, a PNG keeps pixels, and each is said to be the default", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png", { width: 160, height: 120 });
  // What it is called by does not count.
  Deno.copyFileSync(place.path("a.png"), place.path("c.jpg"));
  const jpeg = await writeJpeg(image, { quality: 95, subsampling: 2 });
  Deno.writeFileSync(place.path("b.jpg"), jpeg);
  const { stdout } = await place.exits(0, "-c", "a.png", "b.jpg", "c.jpg");
  const [png, photo, misnamed] = stdout.trimEnd().split("\n");
  assertStringIncludes(png!, "160×120, quincunx at ratio 2, the default for PNGs, ");
  assertStringIncludes(misnamed!, "quincunx at ratio 2, the default for PNGs, ");
  assertStringIncludes(photo!, `lossy, quality ${DEFAULT_QUALITY}, the default for JPEGs, coder`);
  const file = Deno.readFileSync(place.path("b.nnc"));
  assertEquals(file, new Uint8Array(await compressCoded(jpeg, { quality: DEFAULT_QUALITY })));
  assert(file.length < jpeg.length, `${file.length} bytes, from ${jpeg.length}`);
  const { again } = JSON.parse((await place.exits(0, "info", "b.nnc", "--json")).stdout);
  assertEquals(again, `--quality ${DEFAULT_QUALITY}`);
  await place.exits(0, "-d", "b.nnc", "-o", "again.png");
  await place.exits(0, "-c", "again.png", ...again.split(" "));
  assertEquals(Deno.readFileSync(place.path("again.nnc")), file);
  const asked = await place.exits(0, "-c", "b.jpg", "-f", "--lattice", "quincunx", "--json");
  const { defaultFor, ratio } = JSON.parse(asked.stdout);
  assertEquals([defaultFor, ratio], [undefined, 2]);
});

Deno.test("steps of the lossy files that JPEGs become are chosen without a quality", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png", { width: 96, height: 72 });
  Deno.writeFileSync(place.path("b.jpg"), await writeJpeg(image, { quality: 95 }));
  const steps = ["--tune", "psnr", "--chroma", "2"];
  const mixed = await place.exits(1, "-c", "a.png", "b.jpg", ...steps);
  assertStringIncludes(mixed.stderr, '"a.png" failed. "--chroma" is for lossy files');
  const { again } = JSON.parse((await place.exits(0, "info", "b.nnc", "--json")).stdout);
  assertEquals(again, `--quality ${DEFAULT_QUALITY} --chroma 2 --tune psnr`);
});

Deno.test("a summary of many files says how many became larger", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("tiny.png", { width: 1, height: 1 });
  const { stderr } = await place.exits(0, "-c", "a.png", "tiny.png");
  assertStringIncludes(stderr, "2 of 2 files compressed; 1 is larger than before.");
});

Deno.test("an output that exists is replaced only with --force", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  Deno.writeTextFileSync(place.path("a.nnc"), "mine");
  const refused = await place.exits(1, "-c", "a.png");
  assertStringIncludes(refused.stderr, '"a.png" failed. Its output "a.nnc" exists');
  assertEquals(Deno.readTextFileSync(place.path("a.nnc")), "mine");
  await place.exits(0, "-c", "a.png", "--force");
  assert(Deno.statSync(place.path("a.nnc")).size > 4);
  assertEquals(place.list(), ["a.nnc", "a.png"]);
});

Deno.test("an input is never replaced, not even with --force or by another name", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { seed: 2 });
  Deno.symlinkSync("a.png", place.path("link.nnc"));
  Deno.linkSync(place.path("b.png"), place.path("hard.nnc"));
  const before = ["a.png", "b.png"].map((name) => Deno.readFileSync(place.path(name)));
  for (
    const args of [
      ["a.png", "-o", "a.png"],
      ["a.png", "-o", "link.nnc"],
      ["b.png", "-o", "hard.nnc"],
    ]
  ) {
    const { stderr } = await place.exits(1, "-c", "--force", ...args);
    assertStringIncludes(stderr, "would replace the input itself");
  }
  assertEquals(["a.png", "b.png"].map((name) => Deno.readFileSync(place.path(name))), before);
});

Deno.test("one broken file leaves the others to be done, is named, and makes the status 1", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("c.png");
  Deno.writeTextFileSync(place.path("b.png"), "no image");
  const { stderr } = await place.exits(1, "-c", "a.png", "b.png", "missing.png", "c.png");
  assertEquals(place.list(), ["a.nnc", "a.png", "b.png", "c.nnc", "c.png"]);
  assertStringIncludes(stderr, '"missing.png" failed. There is no such file');
  assertStringIncludes(stderr, '2 of 4 files compressed; 2 failed: "b.png", "missing.png".');
});

Deno.test("several files go into a folder that is made for them", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png");
  await place.exits(0, "-c", "a.png", "b.png", "-o", "new/packed");
  assertEquals(place.list("new/"), ["new/packed/a.nnc", "new/packed/b.nnc"]);
});

Deno.test("two inputs never share an output", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("x"));
  await place.addScene("a.png");
  await place.addScene("x/a.png", { seed: 2 });
  const { stderr } = await place.exits(1, "-c", "a.png", "x/a.png", "-o", "out");
  assertStringIncludes(stderr, 'is that of "a.png"; --output gives each a folder');
  assertEquals(place.list("out/"), ["out/a.nnc"]);
});

Deno.test("folders are taken with --recursive, and their tree is kept", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("in/deep"), { recursive: true });
  await place.addScene("in/a.png");
  await place.addScene("in/deep/B.PNG");
  Deno.writeTextFileSync(place.path("in/notes.txt"), "left alone");
  const refused = await place.exits(1, "-c", "in");
  assertStringIncludes(refused.stderr, "--recursive takes folders");
  await place.exits(0, "-c", "-r", "in", "-o", "out");
  assertEquals(place.list("out/"), ["out/a.nnc", "out/deep/B.nnc"]);
});

Deno.test("patterns that the shell left alone are expanded", async () => {
  using place = new Workplace();
  for (const name of ["a1.png", "a2.png", "b1.png"]) await place.addScene(name);
  await place.exits(0, "-c", "a?.png", "--quiet");
  assertEquals(place.list().filter((name) => name.endsWith(".nnc")), ["a1.nnc", "a2.nnc"]);
  const none = await place.exits(1, "-c", "z*.png");
  assertStringIncludes(none.stderr, "No file matches it");
});

Deno.test("a batch that is resumed leaves out what is done, and says when there was nothing to do", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png");
  await place.run("-c", "a.png");
  const resumed = await place.exits(0, "-c", "a.png", "b.png", "--skip-existing");
  assertStringIncludes(resumed.stderr, "1 of 2 files compressed; 1 left out.");
  await place.exits(3, "-c", "a.png", "b.png", "--skip-existing");
  Deno.mkdirSync(place.path("empty"));
  await place.exits(3, "-c", "-r", "empty");
});

Deno.test("a dry run says what would be done and does nothing", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const { stdout } = await place.exits(0, "-c", "a.png", "--dry-run");
  assertEquals(stdout, "a.png → a.nnc (not done)\n");
  assertEquals(place.list(), ["a.png"]);
});

Deno.test("with --json every file is one object on a line of standard output", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  Deno.writeTextFileSync(place.path("b.png"), "no image");
  const { stdout } = await place.exits(1, "-c", "a.png", "b.png", "--json");
  const [a, b] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const { bytesBefore, bytesAfter, seconds, ...rest } = a;
  assertEquals(rest, {
    command: "compress",
    input: "a.png",
    output: "a.nnc",
    status: "done",
    width: 40,
    height: 30,
    lattice: "quincunx",
    ratio: 2,
    inputFormat: "PNG",
    defaultFor: "PNG",
    warnings: [],
  });
  assertEquals(bytesBefore, Deno.statSync(place.path("a.png")).size);
  assertEquals(bytesAfter, Deno.statSync(place.path("a.nnc")).size);
  assert(seconds > 0);
  assertEquals(b.status, "failed");
  assertStringIncludes(b.error, "no image that is known");
});

Deno.test("quiet says nothing but errors", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const { stdout, stderr } = await place.run("-c", "a.png", "missing.png", "-q");
  assertEquals(stdout, "");
  assertEquals(stderr.split("\n").filter((line) => line !== "").length, 2, stderr);
});

Deno.test("dashes stand for standard input and output, and keep output clean", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png");
  const child = nncCommand(["-c", "-"], { cwd: place.folder, stdin: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(Deno.readFileSync(place.path("a.png")));
  await writer.close();
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  assertEquals(stdout, await compress(image));
});

Deno.test("an image above --max-pixels is refused by name", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const { stderr } = await place.exits(1, "-c", "a.png", "--max-pixels", "1199");
  assertStringIncludes(stderr, "40×30");
  assertStringIncludes(stderr, "--max-pixels");
  assertEquals(place.list(), ["a.png"]);
});

Deno.test("a usage error is answered on standard error with status 2, and nothing is done", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  for (const args of [[], ["a.png"], ["-c"], ["-c", "a.png", "--nonsense"]]) {
    const { stdout, stderr } = await place.exits(2, ...args);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, "nnc");
  }
  assertEquals(place.list(), ["a.png"]);
});

Deno.test("a folder that cannot be written to is reported, and nothing stays behind", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  Deno.writeTextFileSync(place.path("file"), "");
  const { stderr } = await place.exits(1, "-c", "a.png", "-o", "file/below.nnc");
  assertStringIncludes(stderr, '"a.png" failed. Its output "file/below.nnc" cannot be written.');
  assertEquals(place.list(), ["a.png", "file"]);
});
