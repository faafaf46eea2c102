import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import { isCodedFile } from "../codec/is_coded_file.ts";
import { compress } from "../codec/compress.ts";
import type { Image } from "../codec/image/image.ts";
import { keptMask } from "../codec/lattice/packing.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { psnr } from "../codec/image/metrics.ts";
import { compressCoded } from "../weights/coded.ts";
import { noiseImage } from "./support/images.ts";
import { exifOf, exifSegment, withSegments, writeJpeg } from "./support/jpeg_writer.ts";
import { writeRawPng } from "./support/png_writer.ts";
import { nncCommand, sceneImage, Workplace } from "./support/run_nnc.ts";

const COUNT = 50;
const BROKEN = ["photos/album/cut off.jpg", "photos/no image.png", "photos/ünder/damaged.png"];

/** In the order of their names it stands half-way, and it takes long enough to be interrupted. */
const LARGE = "photos/photo 3 large.png";

/** One photo after another, of every kind that cameras and the web make. */
async function makePhoto(index: number): Promise<{ name: string; bytes: Uint8Array }> {
  const scene = sceneImage({ width: 24 + index, height: 40 - index % 7, seed: index });
  const width = 9 + index % 5;
  const noise = (channels: 1 | 2 | 4) =>
    encodePng(noiseImage({ width, height: 13, channels, seed: index }));
  const kinds: (readonly [ending: string, make: () => Promise<Uint8Array>])[] = [
    ["png", () => encodePng(scene)],
    ["jpg", () => writeJpeg(scene)],
    ["JPEG", () => writeJpeg(scene, { progressive: true, subsampling: 2 })],
    ["jpg", () => writeJpeg(scene, { grey: true })],
    ["JPG", async () => withSegments(await writeJpeg(scene), [exifSegment(exifOf(1 + index % 8))])],
    ["png", () => noise(4)],
    ["png", () => noise(1)],
    ["PNG", () => noise(2)],
    ["png", () => Promise.resolve(palettePng(index))],
  ];
  const [ending, make] = kinds[index % kinds.length]!;
  const folder = ["", "album/", "ünder/"][index % 3];
  return { name: `photos/${folder}photo ${index}.${ending}`, bytes: await make() };
}

function palettePng(seed: number): Uint8Array {
  const [width, height] = [17, 11];
  const values = Uint8Array.from({ length: width * height }, (_, at) => (at * seed) % 4);
  const palette = { type: "PLTE", data: Uint8Array.from({ length: 12 }, (_, at) => at * 21) };
  const header = { width, height, bitDepth: 2, colourType: 3, samples: 1 };
  return writeRawPng({ ...header, values, interlaced: seed % 2 === 0, chunks: [palette] });
}

async function fillFolder(place: Workplace): Promise<void> {
  for (const folder of ["album", "ünder"]) {
    Deno.mkdirSync(place.path(`photos/${folder}`), { recursive: true });
  }
  for (let index = 0; index < COUNT - BROKEN.length - 1; index++) {
    const { name, bytes } = await makePhoto(index);
    Deno.writeFileSync(place.path(name), bytes);
  }
  await place.addScene(LARGE, { width: 900, height: 700 });
  const [cut, none, damaged] = BROKEN.map((name) => place.path(name));
  Deno.writeFileSync(cut!, (await writeJpeg(sceneImage())).subarray(0, 900));
  Deno.writeTextFileSync(none!, "no image");
  const png = await encodePng(sceneImage());
  Deno.writeFileSync(damaged!, png.with(200, png[200]! ^ 1));
  Deno.writeTextFileSync(place.path("photos/notes.txt"), "left alone");
}

/** Runs the program, interrupts it before it can be done with the large file, and tells how it ended. */
async function interrupt(place: Workplace, args: readonly string[]): Promise<number> {
  const child = nncCommand(args, { cwd: place.folder }).spawn();
  const errors = new Response(child.stderr).text();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.split("\n").length > 18 && !said.includes("large")) child.kill("SIGINT");
  }
  await errors;
  return (await child.status).code;
}

function outputsOf(place: Workplace, folder: string): string[] {
  return place.list(`${folder}/`);
}

function named(stderr: string): string[] {
  return [...stderr.matchAll(/^"([^"]+)" failed\. (\S.*)$/gm)].map((match) => match[1]!).sort();
}

Deno.test("fifty photos, three of them broken, interrupted and resumed, all come back but those three", async () => {
  using place = new Workplace();
  await fillFolder(place);
  place.addNetwork("net.safetensors");
  const before = place.list("photos/").map((name) => [name, Deno.readFileSync(place.path(name))]);
  assertEquals(before.length, COUNT + 1);

  const packing = ["-c", "-r", "photos", "--output", "packed", "--skip-existing"];
  assertEquals(await interrupt(place, packing), 130);
  const half = outputsOf(place, "packed");
  assert(half.length > 15 && half.length < 35, `${half.length} were done`);
  assert(half.every((name) => name.endsWith(".nnc")), half.join(", "));
  const whole = half.map((name) => Deno.readFileSync(place.path(name)));

  const packed = await place.exits(1, ...packing);
  assertEquals(named(packed.stderr), BROKEN);
  const summary = `${47 - half.length} of 50 files compressed; ${half.length} left out; 3 failed: `;
  const said = packed.stderr.replace(/ \d+ (is|are) larger than before;/, "");
  assertStringIncludes(said, summary + BROKEN.map((name) => `"${name}"`).join(", "));
  const files = outputsOf(place, "packed");
  assertEquals(files.length, 47);
  assertEquals(half.map((name) => Deno.readFileSync(place.path(name))), whole, "none was touched");

  // Three broken ones among what is to be restored, too.
  const broken = ["packed/a cut.nnc", "packed/b none.nnc", "packed/c damaged.nnc"];
  // A coded file would be read as far as it goes.
  const good = files.map((name) => Deno.readFileSync(place.path(name)))
    .find((file) => !isCodedFile(file))!;
  Deno.writeFileSync(place.path(broken[0]!), good.subarray(0, good.length - 20));
  Deno.writeTextFileSync(place.path(broken[1]!), "");
  Deno.writeFileSync(place.path(broken[2]!), good.with(60, good[60]! ^ 1));
  const drawing = ["-d", "-r", "packed", "-o", "restored", "--skip-existing"];
  drawing.push("--weights", "net.safetensors");
  assertEquals(await interrupt(place, drawing), 130);
  const some = outputsOf(place, "restored").length;
  assert(some > 15 && some < 35, `${some} were done`);
  const restored = await place.exits(1, ...drawing);
  assertEquals(named(restored.stderr), broken);
  assertStringIncludes(restored.stderr, `${47 - some} of 50 files restored; ${some} left out`);

  await checkPictures(place);
  const folders = [...Deno.readDirSync(place.folder)].map(({ name }) => name).sort();
  assertEquals(folders, ["net.safetensors", "packed", "photos", "restored"]);
  const after = place.list("photos/").map((name) => [name, Deno.readFileSync(place.path(name))]);
  assertEquals(after, before, "no input was touched");
});

/** Every photo has its restored picture, which keeps what was kept of it and compresses to the same file. */
async function checkPictures(place: Workplace): Promise<void> {
  const photos = place.list("photos/").filter((name) => !BROKEN.includes(name));
  const pictures = place.list("restored/");
  assertEquals(pictures.length, 47, "there is no stray file");
  for (const name of pictures) {
    const stem = name.slice("restored/".length, -".png".length);
    const source = photos.find((photo) => photo.replace(/\.\w+$/, "") === `photos/${stem}`);
    const original: Image = await decodeImage(Deno.readFileSync(place.path(source!)));
    const picture = await decodeImage(Deno.readFileSync(place.path(name)));
    const isJpeg = /jpe?g$/i.test(source!);
    if (isJpeg) {
      assert(psnr(original, picture) > 38, name);
    } else {
      const mask = keptMask(original, { name: "quincunx", ratio: 2 });
      assertEquals(psnr(original, picture, { mask }), Infinity, name);
    }
    const again = isJpeg
      ? await compressCoded(picture, { quality: DEFAULT_QUALITY })
      : await compress(picture);
    const file = Deno.readFileSync(place.path(`packed/${stem}.nnc`));
    assertEquals(new Uint8Array(again), file, name);
  }
}
