import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeImage, encodePng, psnr } from "../mod.ts";
import { encodeCoderFile } from "../weights/coder_file.ts";
import { randomCoder } from "./support/exact_networks.ts";
import { Workplace } from "./support/run_nnc.ts";

const SIZE = { width: 80, height: 56 };
const CODER = ["--coder", "mine.safetensors"];

/** A place with a photo, and a coder for lossy files that nobody trained. */
async function lossyPlace(): Promise<Workplace> {
  const place = new Workplace();
  await place.addScene("photo.png", SIZE);
  const coder = encodeCoderFile(randomCoder(3), { tier: "mine", isLossy: true });
  Deno.writeFileSync(place.path("mine.safetensors"), coder);
  return place;
}

/** Columns of red and green by turns: nothing for a lossy file. */
function stripes({ width, height }: { width: number; height: number }): Uint8Array {
  return Uint8Array.from(
    { length: 3 * width * height },
    (_, at) => Math.floor(at / 3) % 2 === at % 3 ? 255 : 0,
  );
}

const bytesOf = (place: Workplace, name: string) => Deno.readFileSync(place.path(name));

Deno.test("what is restored of a lossy file compresses to that file with its quality", async () => {
  using place = await lossyPlace();
  const { stdout } = await place.exits(0, "-c", "photo.png", "--quality", "80", ...CODER);
  assertStringIncludes(stdout, "photo.png → photo.nnc: 80×56, lossy, quality 80, coder mine");
  const restored = await place.exits(0, "-d", "photo.nnc", "-o", "again.png", ...CODER);
  assertStringIncludes(restored.stdout, "lossy, quality 80");
  await place.exits(0, "-c", "again.png", "--quality", "80", ...CODER);
  assertEquals(bytesOf(place, "again.nnc"), bytesOf(place, "photo.nnc"));
  const info = await place.exits(0, "info", "photo.nnc");
  assertStringIncludes(info.stdout, "all pixels, lossy, quality 80");
  assertStringIncludes(info.stdout, "--quality 80 --coder FILE makes this file again");
  const report = JSON.parse((await place.exits(0, "info", "photo.nnc", "--json")).stdout);
  assertEquals([report.quality, report.guarantee, report.maxError], [
    80,
    "lossy, quality 80",
    undefined,
  ]);
  assert(report.step > 3 && report.step < 5);
});

Deno.test("a tier or a network of one's own improves a lossy file within its bins, and the report names it", async () => {
  using place = await lossyPlace();
  place.addNetwork("within.safetensors", "within");
  place.addNetwork("grid.safetensors", "grid");
  await place.exits(0, "-c", "photo.png", "--quality", "30", ...CODER);
  const restore = async (...options: string[]) => {
    const run = ["-d", "photo.nnc", "-o", "again.png", "--force", "--json", ...CODER, ...options];
    const { stdout, stderr } = await place.exits(0, ...run);
    const { networks, device } = JSON.parse(stdout);
    const pixels = (await decodeImage(bytesOf(place, "again.png"))).data.toString();
    return { networks, pixels, isDrawn: device !== undefined, stderr };
  };
  const draft = await restore("--tier", "draft");
  assertEquals([draft.networks, draft.isDrawn], [undefined, false]);
  const picked = await restore("--budget", "0.000001");
  assertEquals(picked, { ...draft, stderr: picked.stderr });
  const standard = await restore();
  assertEquals([standard.networks, standard.isDrawn], [{ within: "standard" }, true]);
  assertNotEquals(standard.pixels, draft.pixels);
  const own = await restore("--weights", "within.safetensors");
  assertEquals(own.networks, { within: "within.safetensors" });
  assertNotEquals(own.pixels, standard.pixels);
  // What is for missing pixels is for other files of the same run.
  const other = await restore("--weights", "grid.safetensors");
  assertEquals([other.networks, other.pixels], [standard.networks, standard.pixels]);
  const unused = '"grid.safetensors" draws missing pixels, and this file lacks none';
  assertStringIncludes(other.stderr, unused);
  assertEquals(own.stderr.includes("missing pixels"), false);
});

Deno.test("what info tells of a file that met a target is enough to write it again", async () => {
  using place = await lossyPlace();
  const target = ["--target-size", "3000", "--chroma", "2"];
  await place.exits(0, "-c", "photo.png", ...target, ...CODER);
  const { quality, chroma } = JSON.parse(
    (await place.exits(0, "info", "photo.nnc", "--json")).stdout,
  );
  assertStringIncludes(
    (await place.exits(0, "info", "photo.nnc")).stdout,
    `lossy, quality ${quality}, chroma 2`,
  );
  await place.exits(0, "-d", "photo.nnc", "-o", "again.png", ...CODER);
  const settings = ["--quality", `${quality}`, "--chroma", `${chroma}`];
  await place.exits(0, "-c", "again.png", ...settings, ...CODER);
  assertEquals(bytesOf(place, "again.nnc"), bytesOf(place, "photo.nnc"));
});

Deno.test("of a target beyond all qualities info says that none makes the file again", async () => {
  using place = await lossyPlace();
  await place.exits(0, "-c", "photo.png", "--target-psnr", "1", ...CODER);
  const text = (await place.exits(0, "info", "photo.nnc")).stdout;
  assertStringIncludes(text, "no --quality makes this file again, as a target led beyond all");
  const { again } = JSON.parse((await place.exits(0, "info", "photo.nnc", "--json")).stdout);
  assertEquals(again, undefined);
});

Deno.test("a size is kept and a fidelity reached, as closely as steps allow", async () => {
  using place = await lossyPlace();
  const photo = await decodeImage(bytesOf(place, "photo.png"));
  await place.exits(0, "-c", "photo.png", "--target-size", "3000", ...CODER);
  const { length } = bytesOf(place, "photo.nnc");
  assert(length <= 3000 && length > 2800, `${length} bytes`);
  await place.exits(0, "-c", "photo.png", "-f", "--target-psnr", "38.5", ...CODER);
  // The other tiers improve what is told.
  await place.exits(0, "-d", "photo.nnc", "-o", "again.png", "--tier", "draft", ...CODER);
  const decibels = psnr(photo, await decodeImage(bytesOf(place, "again.png")));
  assert(decibels >= 38.5 && decibels < 38.9, `${decibels} dB`);
  const { stderr } = await place.exits(
    1,
    "-c",
    "photo.png",
    "-f",
    "--target-size",
    "100",
    ...CODER,
  );
  assertStringIncludes(stderr, "The coarsest file takes");
});

Deno.test("errors are spread for eyes or for squares, and info says what makes either file again", async () => {
  using place = await lossyPlace();
  const photo = await decodeImage(bytesOf(place, "photo.png"));
  const found: { bytes: number; decibels: number }[] = [];
  for (const tune of ["ssim", "psnr"]) {
    await place.exits(0, "-c", "photo.png", "-f", "--quality", "60", "--tune", tune, ...CODER);
    const file = bytesOf(place, "photo.nnc");
    const info = JSON.parse((await place.exits(0, "info", "photo.nnc", "--json")).stdout);
    const even = tune === "psnr" ? " --tune psnr" : "";
    assertEquals([info.tune, info.again], [tune, `--quality 60${even} --coder FILE`]);
    await place.exits(0, "-d", "photo.nnc", "-f", "-o", "again.png", ...CODER);
    const again = info.again.replace("FILE", "mine.safetensors").split(" ");
    await place.exits(0, "-c", "again.png", "-f", ...again);
    assertEquals(bytesOf(place, "again.nnc"), file);
    const decibels = psnr(photo, await decodeImage(bytesOf(place, "again.png")));
    found.push({ bytes: file.length, decibels });
  }
  const [eyes, squares] = found;
  assert(eyes!.bytes !== squares!.bytes && eyes!.decibels !== squares!.decibels);
  // Decibels are of squares.
  const { stdout } = await place.exits(0, "-c", "photo.png", "-f", "--target-psnr", "36", ...CODER);
  assertStringIncludes(stdout, ", tuned for psnr, ");
});

Deno.test("a target that a lossless file meets better gives that file", async () => {
  using place = await lossyPlace();
  const drawing = { ...await decodeImage(bytesOf(place, "photo.png")), data: stripes(SIZE) };
  Deno.writeFileSync(place.path("stripes.png"), await encodePng(drawing));
  for (const photo of ["photo", "stripes"]) {
    await place.exits(0, "-c", `${photo}.png`, "--lossless", "-o", `${photo}-exact.nnc`);
  }
  const exact = bytesOf(place, "photo-exact.nnc");
  for (
    const [name, ...target] of [
      ["photo", "--target-size", `${exact.length}`],
      ["photo", "--target-psnr", "90"],
      ["stripes", "--target-size", "3000"],
      ["stripes", "--target-psnr", "34"],
    ] as const
  ) {
    const { stdout } = await place.exits(0, "-c", `${name}.png`, "-f", ...target, ...CODER);
    assertStringIncludes(stdout, "80×56, lossless", target.join(" "));
    assertEquals(bytesOf(place, `${name}.nnc`), bytesOf(place, `${name}-exact.nnc`));
    await place.exits(0, "-d", `${name}.nnc`, "-f", "-o", "again.png");
  }
});

Deno.test("coarser chroma makes a lossy file smaller, and a part of the pixels one smaller yet", async () => {
  using place = await lossyPlace();
  const sizes: number[] = [];
  for (const options of [[], ["--chroma", "2"], ["--chroma", "2", "--coded"]]) {
    await place.exits(0, "-c", "photo.png", "-f", "--quality", "60", ...options, ...CODER);
    sizes.push(bytesOf(place, "photo.nnc").length);
  }
  assert(sizes[0]! > sizes[1]! && sizes[1]! > sizes[2]!, sizes.join(", "));
  const { stdout } = await place.exits(0, "info", "photo.nnc");
  assertStringIncludes(stdout, "half of the pixels lossy, quality 60");
  const trimmed = await place.exits(0, "trim", "photo.nnc", "--ratio", "4");
  assertStringIncludes(trimmed.stdout, "a quarter of the pixels lossy, quality 60");
});

Deno.test("a lossy file that ends early is drawn, and one that is damaged is salvaged", async () => {
  using place = await lossyPlace();
  await place.exits(0, "-c", "photo.png", "--quality", "50", ...CODER);
  const whole = bytesOf(place, "photo.nnc");
  Deno.writeFileSync(place.path("cut.nnc"), whole.subarray(0, whole.length * 0.8));
  const cut = await place.exits(0, "-d", "cut.nnc", ...CODER, "--device", "cpu");
  assertStringIncludes(cut.stdout, "% of the pixels lossy, quality 50");
  const damaged = whole.slice();
  damaged[Math.floor(whole.length * 0.9)]! ^= 0x55;
  Deno.writeFileSync(place.path("bad.nnc"), damaged);
  await place.exits(1, "-d", "bad.nnc", ...CODER);
  await place.exits(4, "-d", "bad.nnc", "--salvage", ...CODER, "--device", "cpu");
});

Deno.test("options of lossy files that make no sense are refused before anything is written", async () => {
  using place = await lossyPlace();
  for (
    const [options, message] of [
      [["--quality", "101"], 'takes a number from 1 to 100; found "101"'],
      [["--quality", "0"], 'takes a number from 1 to 100; found "0"'],
      [["--quality", "50", "--lossless"], '"--lossless" and "--quality" each say'],
      [["--quality", "50", "--target-size", "9"], '"--quality" and "--target-size" each say'],
      [["--quality", "50", "--ratio", "4"], '"--quality" keeps all pixels, "--ratio" some'],
      [["--target-psnr", "40", "--coded"], '"--target-psnr" is of all pixels'],
      [["--chroma", "2", "--ratio", "4"], '"--chroma" is for lossy files'],
      [["--tune", "ssim", "--coded"], '"--tune" is for lossy files'],
      [["--tune", "psnr", "--lossless"], '"--tune" is for lossy files'],
      [["--quality", "50", "--tune", "eyes"], 'takes one of ssim, psnr; found "eyes"'],
      [["--quality", "50", "--chroma", "9"], 'takes a number from 0.25 to 8; found "9"'],
    ] as const
  ) {
    const { stderr } = await place.exits(2, "-c", "photo.png", ...options, ...CODER);
    assertStringIncludes(stderr, message);
  }
  const { stderr } = await place.exits(1, "-c", "photo.png", "--lossless", ...CODER);
  assertStringIncludes(stderr, "for lossy files alone");
  const classic = await place.exits(1, "-c", "photo.png", "--chroma", "2");
  assertStringIncludes(classic.stderr, '"--chroma" is for lossy files; give "--quality" as well');
});
