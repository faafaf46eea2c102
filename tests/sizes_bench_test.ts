import { assert, assertEquals, assertMatch, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { measureSizes } from "../bench/sizes.ts";
import { formatTable, summarise } from "../bench/sizes/report.ts";
import { compress } from "../codec/compress.ts";
import { encodePng } from "../codec/png/png.ts";
import { writeJpeg } from "./support/jpeg_writer.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import { renderScene } from "./support/scene.ts";
import { compressCoded } from "../weights/coded.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

Deno.test("sizes are those of the files, by kind, and what is no image is named", async () => {
  using folder = new TemporaryFolder();
  const image = { ...renderScene({ width: 96, height: 64 }), metadata: NO_METADATA };
  const png = await encodePng(image, { effort: "fast" });
  const jpeg = await writeJpeg(image, { quality: 30 });
  await Deno.writeFile(`${folder.path}/a.png`, png);
  await Deno.writeFile(`${folder.path}/b.jpg`, jpeg);
  await Deno.writeTextFile(`${folder.path}/c.jpeg`, "no image");
  await Deno.writeTextFile(`${folder.path}/notes.txt`, "left out");

  const report = await measureSizes({ images: [folder.path] });
  const packed = { png: (await compress(png)).length, jpeg: (await compress(jpeg)).length };
  assertEquals(
    report.rows.map(({ kind, files, larger, median }) => [kind, files, larger, median]),
    [
      ["PNG", 1, 0, packed.png / png.length],
      ["JPEG", 1, 1, packed.jpeg / jpeg.length],
    ],
  );
  assertEquals(report.rows[0]?.wholeMedian, (await encodePng(image)).length / png.length);
  assertEquals(report.refused.length, 1);
  assertMatch(report.refused[0]!, /c\.jpeg: /);
  assertMatch(formatTable(report), /^files .*\nPNG .*\nJPEG .*\nrefused: /);
});

Deno.test("with qualities JPEGs alone are compressed, and told is what came back of them", async () => {
  using folder = new TemporaryFolder();
  const image = { ...renderScene({ width: 96, height: 64 }), metadata: NO_METADATA };
  await Deno.writeFile(`${folder.path}/a.png`, await encodePng(image, { effort: "fast" }));
  const jpeg = await writeJpeg(image, { quality: 95 });
  await Deno.writeFile(`${folder.path}/b.jpg`, jpeg);
  const report = await measureSizes({ images: [folder.path], qualities: [30, 90] });
  const sizes: number[] = [];
  for (const quality of [30, 90]) sizes.push((await compressCoded(jpeg, { quality })).length);
  assertEquals(
    report.rows.map(({ kind, files, median }) => [kind, files, median]),
    [
      ["JPEG, quality 30", 1, sizes[0]! / jpeg.length],
      ["JPEG, quality 90", 1, sizes[1]! / jpeg.length],
    ],
  );
  const [coarse, fine] = report.rows.map(({ likeness }) => likeness!.mean);
  assert(coarse!.psnr < fine!.psnr && coarse!.ssim < fine!.ssim && fine!.psnr > 40);
  assertMatch(
    formatTable(report),
    /^files .*mean PSNR and SSIM +least\nJPEG, quality 30 .* dB 0\./,
  );
});

Deno.test("the median of sizes is the middle one, or the mean of the middle two", () => {
  const of = (...packed: number[]) =>
    summarise(
      packed.map((each) => ({
        path: "a.jpg",
        kind: "JPEG",
        bytes: 10,
        pixels: 5e5,
        seconds: 2,
        packed: each,
      })),
    )[0]!;
  assertEquals(of(30, 10, 20), {
    kind: "JPEG",
    files: 3,
    larger: 2,
    median: 2,
    least: 1,
    most: 3,
    secondsPerMegapixel: 4,
  });
  assertEquals(of(40, 10, 20, 30).median, 2.5);
});

Deno.test("a folder without images is an error of the bench of sizes", async () => {
  using folder = new TemporaryFolder();
  const error = await assertRejects(() => measureSizes({ images: [folder.path] }), Error);
  assert(error.message.includes(folder.path));
});
