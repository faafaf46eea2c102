import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { nncArguments, Workplace } from "./support/run_nnc.ts";

Deno.test("a file that cannot be read claims no name, so its neighbour of the same name is done", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("IMG_1.CR2"), "II*\0 no picture that is read");
  await place.addScene("IMG_1.png");
  const { stderr } = await place.exits(1, "-c", "IMG_1.CR2", "IMG_1.png");
  assertEquals(place.list(), ["IMG_1.CR2", "IMG_1.nnc", "IMG_1.png"]);
  assertStringIncludes(stderr, '1 of 2 files compressed; 1 failed: "IMG_1.CR2".');
});

Deno.test("of inputs that share a name the first good one has it, and every message names that one", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("a.jpg"), "damaged");
  for (const name of ["a.png", "a.jpeg", "a.jpe"]) await place.addScene(name);
  const { stderr } = await place.exits(1, "-c", "a.jpg", "a.png", "a.jpeg", "a.jpe");
  for (const loser of ["a.jpeg", "a.jpe"]) {
    assertStringIncludes(
      stderr,
      `"${loser}" failed. Its output "a.nnc" is that of "a.png"; --whole-name names it "${loser}.nnc"`,
    );
  }
});

Deno.test("a file of the wrong kind is told that, and no way to name its output", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.exits(0, "-c", "a.png");
  const { stderr } = await place.exits(1, "-c", "a.png", "a.nnc", "--output", "out");
  assertStringIncludes(stderr, '"a.nnc" failed. The file is an NNC file already');
  assertEquals(stderr.includes("--whole-name"), false);
  assertEquals(place.list("out/"), ["out/a.nnc"]);
});

Deno.test("--whole-name keeps inputs apart that differ by their endings alone", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("a.jpg", { seed: 2 });
  await place.exits(0, "-c", "a.png", "a.jpg", "--whole-name");
  assertEquals(place.list(), ["a.jpg", "a.jpg.nnc", "a.png", "a.png.nnc"]);
});

Deno.test("a dry run and --skip-existing do not let a file that is not read have a name either", async () => {
  using place = new Workplace();
  Deno.writeTextFileSync(place.path("a.CR2"), "no picture");
  await place.addScene("a.png");
  const dry = await place.exits(0, "-c", "a.CR2", "a.png", "--dry-run");
  assertStringIncludes(dry.stdout, "a.png → a.nnc (not done)");
  await place.run("-c", "a.png");
  const again = await place.exits(3, "-c", "a.CR2", "a.png", "--skip-existing");
  assertEquals(again.stderr.includes("Warning"), false);
});

Deno.test("--skip-existing leaves out what is done although a pattern names the outputs as well", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { seed: 2 });
  await place.run("-c", "a.png");
  const { stdout } = await place.run(
    "-c",
    "a.png",
    "a.nnc",
    "b.png",
    "--skip-existing",
    "--json",
  );
  const states = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).status);
  assertEquals(states, ["skipped", "failed", "done"]);
});

Deno.test("--skip-existing warns where one output stands for two images", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("a.jpg", { seed: 2 });
  await place.run("-c", "a.png");
  const { stdout } = await place.exits(3, "-c", "a.png", "a.jpg", "--skip-existing", "--json");
  const [png, jpg] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(png.warnings, []);
  assertEquals(jpg.warnings, [
    'Its output "a.nnc" is that of "a.png" too, and holds one of them; --whole-name keeps both',
  ]);
});

Deno.test("--skip-existing suggests whole names only where they keep inputs apart", async () => {
  using place = new Workplace();
  for (const folder of ["A", "B"]) {
    Deno.mkdirSync(place.path(folder));
    await place.addScene(`${folder}/a.png`);
  }
  const args = ["-c", "A/a.png", "B/a.png", "--output", "out"];
  await place.exits(1, ...args);
  const { stderr } = await place.exits(3, ...args, "--skip-existing");
  assertStringIncludes(stderr, "holds one of them; --output gives each a folder of its own");
});

Deno.test("what one input has made is not replaced by another, whatever name leads to it", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { seed: 2 });
  Deno.writeTextFileSync(place.path("a.nnc"), "old");
  Deno.symlinkSync("a.nnc", place.path("b.nnc"));
  const { stderr } = await place.exits(1, "-c", "a.png", "b.png", "--force");
  assertStringIncludes(stderr, '"b.png" failed. Its output "b.nnc" is that of "a.png"');
  assertStringIncludes((await place.run("info", "a.nnc")).stdout, "40×30");
});

Deno.test("--output is a file by its ending and a folder without, however many inputs there are", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png");
  await place.exits(0, "-c", "a.png", "--output", "one");
  await place.exits(0, "-c", "a.png", "b.png", "--output", "two");
  await place.exits(0, "-c", "a.png", "--output", "three.nnc");
  await place.exits(0, "-c", "a.png", "--output", "four.5/");
  assertEquals(place.list().filter((name) => !name.endsWith("png")), [
    "four.5/a.nnc",
    "one/a.nnc",
    "three.nnc",
    "two/a.nnc",
    "two/b.nnc",
  ]);
  const several = await place.exits(2, "-c", "a.png", "b.png", "--output", "one.nnc");
  assertStringIncludes(several.stderr, 'write "one.nnc/" if it is to be one');
  const either = await place.exits(2, "-c", "a.png", "--output", "four.6");
  assertStringIncludes(either.stderr, 'write "four.6/" for a folder');
});

Deno.test("an output that has the name of another kind of file is refused with the right name", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.run("-c", "a.png");
  for (
    const [command, input, output, right] of [
      ["-d", "a.nnc", "out.jpg", "out.png"],
      ["-d", "a.nnc", "out.nnc", "out.png"],
      ["-c", "a.png", "x/out.JPEG", "x/out.nnc"],
      ["-c", "a.png", "out.webp", "out.nnc"],
      ["-t", "a.png", "net.png", "net.safetensors"],
      ["curve", "a.jsonl", "curve.png", "curve.svg"],
    ] as const
  ) {
    const { code, stderr } = await place.run(command, input, "--output", output);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `name it "${right}" and not "${output}"`);
  }
  const report = await place.exits(2, "compare", "a.png", "a.png", "--report", "page.jpg");
  assertStringIncludes(report.stderr, 'name it "page.html" and not "page.jpg"');
  assertEquals(place.list(), ["a.nnc", "a.png"]);
});

Deno.test("many failed files are listed one a line, and not without end", async () => {
  using place = new Workplace();
  const names = Array.from({ length: 45 }, (_, index) => `${index + 100}.png`);
  const { stderr } = await place.run("-c", ...names);
  const summary = stderr.slice(stderr.indexOf("0 of 45 files compressed"));
  assertEquals(summary.split("\n").slice(0, 2), [
    "0 of 45 files compressed; 45 failed:",
    '  "100.png"',
  ]);
  assertEquals(summary.trimEnd().split("\n").length, 42);
  assertStringIncludes(summary, "  and 5 more, each named above\n");
});

Deno.test("a file that is larger than its source is one of the warnings of --json", async () => {
  using place = new Workplace();
  await place.addScene("tiny.png", { width: 1, height: 1 });
  const { stdout, stderr } = await place.run("-c", "tiny.png", "--json");
  const { warnings, bytesAfter, bytesBefore } = JSON.parse(stdout);
  assertEquals(warnings, [
    `The output of ${bytesAfter} bytes is larger than the PNG of ${bytesBefore}`,
  ]);
  assertEquals(stderr, "");
});

Deno.test("a file whose name reads as an option gets a hint at ./ and is not taken for one", async () => {
  using place = new Workplace();
  // The parser would take the last two for -o utput.png and -f.
  for (const name of ["-leading.png", "-output.png", "-f.png"]) {
    await place.addScene(name);
    await place.addScene("a.png");
    const { code, stderr } = await place.run("-c", "a.png", name);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `"${name}" is a file, but reads as an option; write "./${name}"`);
    await place.exits(0, "-c", `./${name}`);
    await place.exits(0, "-c", "--force", "--", name);
  }
  assertEquals(place.list().includes("a.nnc"), false);
});

Deno.test({
  name: "a name that is not UTF-8 is said to be the trouble" +
    (Deno.build.os === "linux" ? "" : " (skipped: only Linux has such names)"),
  ignore: Deno.build.os !== "linux",
  async fn() {
    using place = new Workplace();
    await place.addScene("a.png");
    const shell = (script: string) =>
      new Deno.Command("sh", { args: ["-c", script], cwd: place.folder }).output();
    assertEquals(
      (await shell("mkdir in; cp a.png in/; cp a.png in/caf$(printf '\\351').png")).code,
      0,
    );
    const program = [Deno.execPath(), ...nncArguments(["-c"])].map((word) => `'${word}'`).join(" ");
    const named = await shell(`${program} in/caf$(printf '\\351').png`);
    assertEquals(named.code, 1);
    assertStringIncludes(new TextDecoder().decode(named.stderr), "Its name is not UTF-8");
    const folder = await place.exits(1, "-c", "-r", "in", "--output", "out");
    assertStringIncludes(folder.stderr, "Its name is not UTF-8");
    assertEquals(place.list("out/"), ["out/a.nnc"]);
  },
});
