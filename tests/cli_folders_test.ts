import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { listInputs } from "../cli/inputs.ts";
import { Workplace } from "./support/run_nnc.ts";

Deno.test("the trees of several folders stay apart in the output", async () => {
  using place = new Workplace();
  for (const name of ["A/IMG_1.png", "B/IMG_1.png", "B/deep/IMG_1.png"]) {
    Deno.mkdirSync(place.path(name.slice(0, name.lastIndexOf("/"))), { recursive: true });
    await place.addScene(name);
  }
  await place.exits(0, "-c", "-r", "A", "B/", "--output", "out/");
  assertEquals(place.list("out/"), ["out/A/IMG_1.nnc", "out/B/IMG_1.nnc", "out/B/deep/IMG_1.nnc"]);
});

Deno.test("folders of the same name are kept apart by the path to them", async () => {
  using place = new Workplace();
  for (const folder of ["2023/July", "2024/July", "alone"]) {
    Deno.mkdirSync(place.path(folder), { recursive: true });
    Deno.writeTextFileSync(place.path(`${folder}/a.png`), "");
  }
  const placesOf = async (...folders: string[]) => {
    const options = { recursive: true, extensions: [".png"] };
    const { inputs } = await listInputs(folders.map((name) => place.path(name)), options);
    return inputs.map((input) => input.place);
  };
  assertEquals(await placesOf("2023/July", "2024/July"), ["2023/July/a.png", "2024/July/a.png"]);
  assertEquals(await placesOf("2023/July", "alone"), ["July/a.png", "alone/a.png"]);
  assertEquals(await placesOf("2023", "2023/July"), ["2023/July/a.png"]);
  assertEquals(await placesOf("2023"), ["July/a.png"]);
  assertEquals(await placesOf("2023", "2023/."), ["July/a.png"]);
});

Deno.test("pictures in folders that are not read are counted by kind at the end", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("in/deep"), { recursive: true });
  const names = ["a.HEIC", "deep/b.heif", "c.tif", "d.CR2", "e.NEF", "deep/f.dng", "notes.txt"];
  for (const name of names) Deno.writeTextFileSync(place.path(`in/${name}`), "");
  await place.addScene("in/g.png");
  const { code, stderr } = await place.run("-c", "-r", "in");
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "Not read: 3 camera raw, 2 HEIC, 1 TIFF.");
  assertEquals((await place.run("-c", "-r", "in", "--quiet", "--force")).stderr, "");
  Deno.removeSync(place.path("in/g.png"));
  const none = await place.exits(3, "-c", "-r", "in");
  assertStringIncludes(none.stderr, "Not read: 3 camera raw, 2 HEIC, 1 TIFF.");
});

Deno.test("JPEGs and PNGs of stereo cameras are taken from folders by their endings", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("in"));
  for (const name of ["a.MPO", "b.jps", "c.pns"]) await place.addScene(`in/${name}`);
  await place.exits(0, "-c", "-r", "in");
  assertEquals(place.list("in/").filter((name) => name.endsWith(".nnc")), [
    "in/a.nnc",
    "in/b.nnc",
    "in/c.nnc",
  ]);
});

Deno.test("hidden files in folders are left out, which is said with --verbose", async () => {
  using place = new Workplace();
  for (const folder of ["card/.Trashes", "card/DCIM"]) {
    Deno.mkdirSync(place.path(folder), { recursive: true });
  }
  await place.addScene("card/DCIM/a.png");
  await place.addScene("card/DCIM/._a.png");
  await place.addScene("card/.Trashes/b.png");
  Deno.writeTextFileSync(place.path("card/.DS_Store"), "");
  const { stdout, stderr } = await place.exits(0, "-c", "-r", "card", "-v");
  assertEquals(place.list("card/").filter((name) => name.endsWith(".nnc")), ["card/DCIM/a.nnc"]);
  assertEquals(stdout.trimEnd().split("\n").length, 1);
  assertStringIncludes(stderr, "card/DCIM/._a.png: left out, as it is hidden.");
  assertStringIncludes(stderr, "card/.Trashes: left out, as it is hidden.");
  const brief = await place.run("-c", "-r", "card", "--force");
  assertEquals(brief.stderr.includes("hidden"), false);
  const named = await place.run("-c", "-r", "card/.Trashes");
  assertStringIncludes(named.stdout, "b.nnc");
});

Deno.test("a folder that cannot be read leaves the others to be done", async () => {
  using place = new Workplace();
  Deno.mkdirSync(place.path("in/locked"), { recursive: true });
  await place.addScene("in/a.png");
  const readDir = Deno.readDir;
  Deno.readDir = (path) => {
    if (String(path).endsWith("locked")) throw new Deno.errors.PermissionDenied("test");
    return readDir(path);
  };
  try {
    const options = { recursive: true, extensions: [".png"] };
    const { inputs } = await listInputs([place.path("in")], options);
    assertEquals(inputs.map(({ place, problem }) => [place, problem]), [
      ["a.png", undefined],
      ["locked", "Permission is denied"],
    ]);
  } finally {
    Deno.readDir = readDir;
  }
});
