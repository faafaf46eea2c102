import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { encodePng } from "../codec/png/png.ts";
import { packImage } from "../codec/lattice/packing.ts";
import { decodeImage } from "../codec/read.ts";
import { nncCommand, sceneImage, Workplace } from "./support/run_nnc.ts";

const CPU = ["--device", "cpu", "--weights", "net.safetensors"] as const;

async function prepare(place: Workplace, options: Parameters<typeof compress>[1] = {}) {
  const image = sceneImage();
  const file = await compress(image, options);
  Deno.writeFileSync(place.path("photo.nnc"), file);
  place.addNetwork("net.safetensors");
  return { image, file };
}

Deno.test("photo.nnc becomes photo.png, with every kept pixel as it was", async () => {
  using place = new Workplace();
  const { image, file } = await prepare(place);
  const { stdout } = await place.exits(0, "--decompress", "photo.nnc", ...CPU);
  assertEquals(place.list(), ["net.safetensors", "photo.nnc", "photo.png"]);
  const restored = await decodeImage(Deno.readFileSync(place.path("photo.png")));
  const lattice = { name: "quincunx", ratio: 2 } as const;
  assertEquals(packImage(restored, lattice), packImage(image, lattice));
  assertEquals(await compress(restored), file);
  assertStringIncludes(
    stdout,
    "photo.nnc → photo.png: 40×30, quincunx at ratio 2, network net.safetensors, " +
      "reference on the CPU",
  );
});

Deno.test("the adapter of this machine draws what the reference draws, to a level", async () => {
  using place = new Workplace();
  await prepare(place);
  const weights = ["--weights", "net.safetensors"];
  await place.run("-d", "photo.nnc", ...CPU, "-o", "cpu.png");
  await place.exits(0, "-d", "photo.nnc", ...weights, "-o", "gpu.png");
  const [cpu, gpu] = await Promise.all(
    ["cpu.png", "gpu.png"].map((name) => decodeImage(Deno.readFileSync(place.path(name)))),
  );
  const largest = cpu!.data.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - gpu!.data[index]!)),
    0,
  );
  assert(largest <= 1, `they differ by ${largest} levels`);
});

Deno.test("a file of the 2020 program is restored where --lattice says what it is", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors", "rows");
  const rows = packImage(sceneImage(), { name: "rows", ratio: 2 });
  Deno.writeFileSync(place.path("old.nnc"), await encodePng({ ...rows, metadata: NO_METADATA }));
  const refused = await place.exits(1, "-d", "old.nnc", ...CPU);
  assertStringIncludes(refused.stderr, "--lattice rows if it is of 2020");
  const { stdout } = await place.exits(0, "-d", "old.nnc", ...CPU, "--lattice", "rows");
  assertStringIncludes(stdout, "40×30, rows at ratio 2");
});

Deno.test("a PNG that is no NNC file is said to be none, whatever its output is called", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors", "rows");
  await place.addScene("photo.png");
  for (const output of [[], ["--output", "out.png"], ["--output", "out/"], ["--force"]]) {
    const { stderr } = await place.exits(1, "-d", "photo.png", ...CPU, ...output);
    assertStringIncludes(
      stderr,
      '"photo.png" failed. The PNG has no "nnCX" chunk: it was never compressed',
    );
  }
  assertEquals(place.list(), ["net.safetensors", "photo.png"]);
  const { stderr } = await place.run("info", "photo.png");
  assertStringIncludes(stderr, "it was never compressed");
});

Deno.test("compressing a compressed file says what it is, and not that it would be replaced", async () => {
  using place = new Workplace();
  await prepare(place);
  const { stderr } = await place.exits(1, "-c", "photo.nnc");
  assertStringIncludes(stderr, "The file is an NNC file already");
});

Deno.test("what the command line says against a file is refused without --force", async () => {
  using place = new Workplace();
  await prepare(place);
  place.addNetwork("grid.safetensors", "grid");
  const weights = ["--device", "cpu", "--weights", "grid.safetensors"];
  for (
    const [stated, found] of [
      [["--lattice", "grid"], "lattice quincunx"],
      [["--ratio", "4"], "ratio 2"],
      [["--size", "39x30"], "40×30"],
    ] as const
  ) {
    const { code, stderr } = await place.run("-d", "photo.nnc", ...weights, ...stated);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `The file says ${found}, which its pixels bear out`);
    assertStringIncludes(stderr, "insist with --force");
  }
  assertEquals(place.list(), ["grid.safetensors", "net.safetensors", "photo.nnc"]);
  const args = ["-d", "photo.nnc", ...weights, "--lattice", "grid", "--force"];
  const forced = await place.exits(0, ...args);
  assertStringIncludes(forced.stdout, "grid at ratio 4");
  const agreeing = ["-o", "b.png", "--lattice", "quincunx", "--size", "40x30"];
  await place.exits(0, "-d", "photo.nnc", ...CPU, ...agreeing);
});

Deno.test("--lattice and --size speak for a file that lost its chunk", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  const packed = packImage(sceneImage({ width: 39 }), { name: "quincunx", ratio: 2 });
  Deno.writeFileSync(place.path("bare.nnc"), await encodePng({ ...packed, metadata: NO_METADATA }));
  const assumed = ["--lattice", "quincunx", "--size", "39x30"];
  const { code, stdout, stderr } = await place.run("-d", "bare.nnc", ...CPU, ...assumed);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "39×30, quincunx");
  const told = "it is taken for quincunx at ratio 2 of 39×30 pixels, as was stated";
  assertStringIncludes(stderr, `Warning: "bare.nnc": The file does not say which pixels it keeps`);
  assertEquals(stderr.split(told).length, 2, "once");
  const wrong = await place.exits(2, "-d", "bare.nnc", ...CPU, "-f", "--size", "500by2");
  assertStringIncludes(wrong.stderr, 'takes WxH such as 640x480; found "500by2"');
});

Deno.test("weights for another lattice are refused, naming both", async () => {
  using place = new Workplace();
  await prepare(place);
  place.addNetwork("net.safetensors", "grid");
  const { stderr } = await place.exits(1, "-d", "photo.nnc", ...CPU);
  assertMatch(stderr, /"grid"/);
  assertMatch(stderr, /quincunx/);
  assertEquals(place.list(), ["net.safetensors", "photo.nnc"]);
});

Deno.test("weights that are no weights fail before any file is touched", async () => {
  using place = new Workplace();
  await prepare(place);
  Deno.writeTextFileSync(place.path("net.safetensors"), "nonsense");
  const broken = await place.exits(1, "-d", "photo.nnc", ...CPU);
  assertStringIncludes(broken.stderr, 'The weights file "net.safetensors" cannot be used.');
  const folder = await place.run("-d", "photo.nnc", "--weights", ".");
  assertStringIncludes(folder.stderr, 'The weights file "." cannot be used. It is a folder.');
  const missing = await place.exits(1, "-d", "photo.nnc", "--weights", "no.safetensors");
  assertStringIncludes(missing.stderr, 'There is no weights file "no.safetensors"');
  assertEquals(place.list(), ["net.safetensors", "photo.nnc"]);
});

Deno.test("changed pixels are restored with a warning that says so", async () => {
  using place = new Workplace();
  const { file } = await prepare(place);
  const other = await compress(sceneImage({ seed: 9 }));
  // The chunk of one file before the pixels of another: what an editor that keeps unknown chunks leaves.
  const chunkEnd = 8 + 25 + 12 + 16;
  const mixed = Uint8Array.from([...file.subarray(0, chunkEnd), ...other.subarray(chunkEnd)]);
  Deno.writeFileSync(place.path("photo.nnc"), mixed);
  const { stderr } = await place.exits(0, "-d", "photo.nnc", ...CPU);
  assertStringIncludes(stderr, "Warning");
  const info = await place.run("info", "photo.nnc");
  assertStringIncludes(info.stdout, "WERE CHANGED");
});

Deno.test("info tells what a file holds, without an engine", async () => {
  using place = new Workplace();
  const { file } = await prepare(place, { ratio: 8 });
  const text = await place.exits(0, "info", "photo.nnc");
  assertStringIncludes(text.stdout, "quincunx at ratio 8");
  const { stdout } = await place.run("info", "photo.nnc", "--json");
  const facts = JSON.parse(stdout);
  assertEquals([facts.width, facts.height, facts.bytes], [40, 30, file.length]);
  assertEquals([facts.lattice, facts.ratio, facts.checksum], ["quincunx", 8, "matches"]);
  const other = await place.exits(1, "info", "net.safetensors", "photo.nnc");
  assertStringIncludes(other.stderr, '"net.safetensors" failed.');
  assertStringIncludes(other.stdout, "photo.nnc");
});

Deno.test("a photo that was never compressed is refused by what is wrong with it", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  Deno.writeFileSync(place.path("photo.jpg"), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0));
  for (const args of [["-d", "photo.jpg", ...CPU], ["info", "photo.jpg"]]) {
    const { stderr } = await place.exits(1, ...args);
    assertStringIncludes(stderr, '"photo.jpg" failed. The file is no PNG, which every NNC file is');
  }
  assertEquals(place.list(), ["net.safetensors", "photo.jpg"]);
});

Deno.test("compare measures how two images differ", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png");
  const changed = { ...image, data: image.data.slice() };
  changed.data[0] = image.data[0]! ^ 16;
  Deno.writeFileSync(place.path("b.png"), await encodePng(changed));
  const { stdout } = await place.run("compare", "a.png", "b.png", "--json");
  const facts = JSON.parse(stdout);
  assertEquals(facts.maxError, 16);
  assertEquals(facts.exactShare, 1 - 1 / (40 * 30));
  assert(Math.abs(facts.psnr - 10 * Math.log10(255 ** 2 * 3600 / 256)) < 1e-9);
  const same = await place.run("compare", "a.png", "a.png");
  assertStringIncludes(same.stdout, "∞ (equal)");
});

Deno.test("images of different sizes are not compared", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { width: 41 });
  const { stderr } = await place.exits(1, "compare", "a.png", "b.png");
  assertStringIncludes(stderr, "41×30");
});

Deno.test("an interrupt ends the program with 130, and what is not whole leaves no trace", async () => {
  using place = new Workplace();
  await prepare(place);
  const [width, height] = [3000, 2000];
  const grey = { width, height, channels: 1, data: new Uint8Array(width * height) } as const;
  const large = await compress({ ...grey, metadata: NO_METADATA }, { effort: "fast" });
  Deno.writeFileSync(place.path("large.nnc"), large);
  const args = ["-d", "photo.nnc", "large.nnc", ...CPU];
  const child = nncCommand(args, { cwd: place.folder }).spawn();
  // The first file's report says that the second one's turn has come.
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGINT");
  reader.releaseLock();
  const { code } = await child.status;
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  assertEquals(code, 130);
  assertEquals(place.list(), ["large.nnc", "net.safetensors", "photo.nnc", "photo.png"]);
});
