import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import {
  AMPLIFICATION,
  cutCrop,
  drawDifference,
  findWorstCrops,
} from "../cli/comparison/difference.ts";
import type { Image } from "../codec/image/image.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { noiseImage, pixelAt } from "./support/images.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const IMAGE = noiseImage({ width: 150, height: 100, channels: 3, seed: 1 });

/** The image with some pixels made brighter or darker. */
function changed(image: Image, places: readonly [x: number, y: number, by: number][]): Image {
  const data = image.data.slice();
  for (const [x, y, by] of places) {
    const at = (y * image.width + x) * image.channels;
    data[at] = data[at]! < 128 ? data[at]! + by : data[at]! - by;
  }
  return { ...image, data };
}

Deno.test("the difference is drawn amplified, whatever the sign", () => {
  const other = changed(IMAGE, [[3, 2, 5], [9, 9, 100]]);
  const difference = drawDifference(IMAGE, other);
  assertEquals(pixelAt(difference, 3, 2), [5 * AMPLIFICATION, 0, 0]);
  assertEquals(pixelAt(difference, 9, 9), [255, 0, 0]);
  assertEquals(difference.data.filter((value) => value !== 0).length, 2);
  assertEquals(drawDifference(other, IMAGE), difference);
});

Deno.test("grey is compared with colour as the same in all colours", () => {
  const grey = { ...noiseImage({ width: 4, height: 4, channels: 1, seed: 1 }) };
  const rgb = { ...grey, channels: 3 as const, data: new Uint8Array(48) };
  grey.data.forEach((value, pixel) => rgb.data.fill(value, 3 * pixel, 3 * pixel + 3));
  assert(drawDifference(grey, rgb).data.every((value) => value === 0));
});

Deno.test("the crops that differ most come first, and equal ones not at all", () => {
  const other = changed(IMAGE, [[70, 10, 20], [140, 90, 40], [1, 1, 30]]);
  assertEquals(findWorstCrops(IMAGE, other, { side: 64, count: 6 }), [
    { left: 128, top: 64, width: 22, height: 36 },
    { left: 0, top: 0, width: 64, height: 64 },
    { left: 64, top: 0, width: 64, height: 64 },
  ]);
  assertEquals(findWorstCrops(IMAGE, other, { side: 64, count: 1 }).length, 1);
  assertEquals(findWorstCrops(IMAGE, IMAGE, { side: 64, count: 6 }), []);
  const crop = cutCrop(IMAGE, { left: 128, top: 64, width: 22, height: 36 });
  assertEquals(pixelAt(crop, 21, 35), pixelAt(IMAGE, 149, 99));
});

/** The pictures of a page, decoded, in their order. */
async function picturesOf(page: string): Promise<Image[]> {
  const addresses = [...page.matchAll(/<img [^>]*src="data:image\/png;base64,([^"]+)"/g)];
  return await Promise.all(addresses.map((match) => decodeImage(Uint8Array.fromBase64(match[1]!))));
}

Deno.test("compare --report writes one page with both images, their difference and the worst crops", async () => {
  using place = new Workplace();
  const image = sceneImage({ width: 150, height: 100 });
  const other = changed(image, [[70, 10, 20], [140, 90, 40]]);
  const names = ['a & "b".png', "<b>.png"] as const;
  Deno.writeFileSync(place.path(names[0]), await encodePng(image));
  Deno.writeFileSync(place.path(names[1]), await encodePng(other));
  const { stdout } = await place.exits(0, "compare", ...names, "--report", "r.html");
  assertStringIncludes(stdout, "report         r.html");
  const page = Deno.readTextFileSync(place.path("r.html"));
  const [first, second, difference, ...crops] = await picturesOf(page);
  assertEquals(first, image);
  assertEquals(second, other);
  assertEquals(difference, drawDifference(image, other));
  assertEquals(crops.map(({ width, height }) => [width, height]), [
    ...Array(3).fill([22, 36]),
    ...Array(3).fill([64, 64]),
  ]);
  assertEquals(crops[2], cutCrop(difference!, { left: 128, top: 64, width: 22, height: 36 }));

  assertStringIncludes(page, "a &amp; &quot;b&quot;.png");
  assertEquals(page.includes("<b>"), false, "names are not markup");
  for (const name of ["PSNR", "SSIM", "largest error", "exact pixels"]) {
    const measure = new RegExp(`${name} +(\\S.*)`).exec(stdout)![1]!;
    assertStringIncludes(page, `<th>${name}</th><td>${measure}</td>`);
  }
  const bytes = Deno.statSync(place.path(names[0])).size.toLocaleString("en");
  assertStringIncludes(page, `<td>${bytes} bytes</td>`);
  assertEquals([...page.matchAll(/read in [\d.]+ s/g)].length, 2);
});

Deno.test("the page reaches for nothing outside, and its slider moves", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { seed: 2 });
  await place.run("compare", "a.png", "b.png", "--report", "r.html");
  const page = Deno.readTextFileSync(place.path("r.html"));
  assertStringIncludes(page, `default-src 'none'; img-src data:`);
  const outside = /(?:src|href|action)="(?!data:)|url\(|@import|https?:\/\/|fetch\(|import\(/.exec(
    page,
  );
  assertEquals(outside, null);
  const open = [...page.matchAll(/<(div|table|figure|h1|h2|p|tr|style|script|span)\b/g)];
  for (const name of new Set(open.map((match) => match[1]!))) {
    const closed = page.split(`</${name}>`).length - 1;
    assertEquals(closed, open.filter((match) => match[1] === name).length, name);
  }

  const [script] = /(?<=<script>).*(?=<\/script>)/s.exec(page)!;
  const properties: Record<string, string> = {};
  let move = (_: { target: { value: string } }) => {};
  const slider = {
    style: { setProperty: (name: string, value: string) => properties[name] = value },
    querySelector: () => ({ addEventListener: (_: string, run: typeof move) => move = run }),
  };
  new Function("document", script!)({ querySelector: () => slider });
  move({ target: { value: "30" } });
  assertEquals(properties, { "--split": "30%" });
  assertStringIncludes(page, "clip-path: inset(0 0 0 var(--split))");
});

Deno.test("equal images have a page that says so", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.run("compare", "a.png", "a.png", "--report", "new/r.html");
  const page = Deno.readTextFileSync(place.path("new/r.html"));
  assertStringIncludes(page, "the images are equal");
  assertEquals((await picturesOf(page)).length, 3);
});

Deno.test("a report replaces no image, and another file only with --force", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const before = Deno.readFileSync(place.path("a.png"));
  for (const force of [[], ["--force"]]) {
    const report = ["--report", "a.png", ...force];
    const { stderr } = await place.exits(1, "compare", "a.png", "a.png", ...report);
    assertStringIncludes(stderr, "would replace one of the images");
  }
  assertEquals(Deno.readFileSync(place.path("a.png")), before);
  Deno.writeTextFileSync(place.path("r.html"), "mine");
  const refused = await place.exits(1, "compare", "a.png", "a.png", "--report", "r.html");
  assertStringIncludes(refused.stderr, "--force replaces it");
  assertEquals(Deno.readTextFileSync(place.path("r.html")), "mine");
  await place.exits(0, "compare", "a.png", "a.png", "--report", "r.html", "--force");
  assertEquals(place.list(), ["a.png", "r.html"]);
});

Deno.test("a coded file is compared by what it restores to, and told to be restored first where it lacks pixels", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 96, height: 72 });
  await place.exits(0, "-c", "photo.png", "--lossless", "-q", "-o", "exact.nnc");
  await place.exits(0, "-c", "photo.png", "--max-error", "3", "-q", "-o", "near.nnc");
  await place.exits(0, "-c", "photo.png", "--coded", "--ratio", "2", "-q", "-o", "half.nnc");
  const exact = await place.exits(0, "compare", "photo.png", "exact.nnc", "--json");
  assertEquals(JSON.parse(exact.stdout).psnr, null);
  const near = await place.exits(0, "compare", "exact.nnc", "near.nnc", "--json");
  assertEquals(JSON.parse(near.stdout).maxError, 3);
  const half = await place.exits(1, "compare", "photo.png", "half.nnc");
  assertStringIncludes(half.stderr, '"half.nnc" cannot be compared. It is a coded file that lacks');
  assertStringIncludes(half.stderr, "restore it first");
});

Deno.test("a photo that is compared with its NNC file is told to restore that first", async () => {
  using place = new Workplace();
  await place.addScene("photo.png");
  await place.run("-c", "photo.png", "-q");
  const { code, stderr } = await place.run("compare", "photo.png", "photo.nnc");
  assertEquals(code, 1);
  assertStringIncludes(stderr, '"photo.png" has 40×30 and "photo.nnc" has 20×30 pixels.');
  assertStringIncludes(stderr, "restore it first");
  await Deno.writeFile(place.path("other.png"), await encodePng(IMAGE));
  const others = await place.exits(1, "compare", "photo.png", "other.png");
  assertEquals(others.stderr.includes("restore it"), false, others.stderr);
});
