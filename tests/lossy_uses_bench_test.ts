import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { LossyFormat } from "../bench/coded/lossy_formats.ts";
import { bench } from "../bench/lossy.ts";
import { formatBeginnings, measureBeginnings } from "../bench/lossy/beginnings.ts";
import { cropCorner, cropImage } from "../bench/lossy/crop.ts";
import { findFormatFile } from "../bench/lossy/format_search.ts";
import { drawGallery } from "../bench/lossy/gallery.ts";
import { formatGenerations, measureGenerations } from "../bench/lossy/generations.ts";
import { Arguments } from "../bench/program.ts";
import { settingsOfQuality } from "../codec/coded_quality.ts";
import type { Image } from "../codec/image/image.ts";
import { decodeImage } from "../codec/read.ts";
import { coderForWriting } from "../weights/coder_choice.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const CODER = { ...CODING, name: "mine" };

Deno.test("a crop has the pixels of its place", () => {
  const photo = softPhoto({ width: 20, height: 12 });
  const crop = cropImage(photo, { left: 3, top: 2, width: 4, height: 5 });
  deepEqual([crop.width, crop.height, crop.data.length], [4, 5, 60]);
  deepEqual(crop.data.subarray(12, 24), photo.data.subarray((3 * 20 + 3) * 3, (3 * 20 + 7) * 3));
  const corner = cropCorner(photo, 8);
  deepEqual([corner.width, corner.height], [12, 4]);
});

Deno.test("generations are told for every cut, over the pixels that all of them have", async () => {
  const photo = softPhoto({ width: 112, height: 96 });
  const rows = await measureGenerations([photo], {
    coder: CODER,
    lossy: settingsOfQuality(60),
    formats: [],
    generations: 3,
  });
  ok(formatGenerations(rows).includes("coded file"));
  deepEqual(
    rows.map(({ name, cut }) => [name, cut]),
    [5, 8, 16, 32].map((cut) => [
      "coded file",
      cut,
    ]),
  );
  for (const { bits, psnr } of rows) {
    equal(psnr.length, 3);
    ok(bits > 0 && psnr.every((value) => value > 30), psnr.join(", "));
  }
});

Deno.test("more of a file gives a better picture, each the whole of it", async () => {
  const coder = await coderForWriting("default", { isLossy: true });
  const rows = await measureBeginnings([softPhoto({ width: 72, height: 56 })], {
    coder,
    lossy: settingsOfQuality(60),
  });
  equal(rows.at(-1)!.share, 1);
  ok(rows[0]!.psnr < rows.at(-1)!.psnr && rows[0]!.bits < rows.at(-1)!.bits);
  ok(formatBeginnings(rows).includes("25 %"));
});

/** A format in which the picture comes back as it was, in as many bytes as its setting says. */
const HONEST: LossyFormat = {
  name: "honest",
  caption: "honest",
  settings: [1],
  range: { coarsest: 10, finest: 100, steps: 90 },
  encode: (setting, { png, file }) => [
    "sh",
    "-c",
    `head -c ${setting} /dev/zero > ${file}; cp ${png} ${file}.png`,
  ],
  decode: (file, png) => ["cp", `${file}.png`, png],
  extension: "raw",
};

Deno.test("of a format the finest file is found that is small enough", async () => {
  const photo = softPhoto({ width: 24, height: 16 });
  const passed: number[] = [];
  const files = {
    pass: (_: LossyFormat, setting: number): Promise<{ bytes: Uint8Array; back: Image }> => {
      passed.push(setting);
      return Promise.resolve({ bytes: new Uint8Array(setting), back: photo });
    },
  };
  const found = await findFormatFile(files, { format: HONEST, bytes: 77 });
  deepEqual([found!.setting, found!.bytes.length], [77, 77]);
  ok(passed.length < 10);
  equal(await findFormatFile(files, { format: HONEST, bytes: 9 }), undefined);
});

Deno.test("a gallery has a picture for every rate, with a column for every format", async () => {
  using folder = new TemporaryFolder();
  const rows = await drawGallery([softPhoto({ width: 200, height: 168 })], {
    folder: folder.path,
    coder: await coderForWriting("default", { isLossy: true }),
    formats: [HONEST],
  });
  deepEqual(rows.map(({ rate, format }) => [rate, format]), [
    ...[[0.5, "coded"], [0.5, "honest"], [1, "coded"]],
    ...[[1, "honest"], [2, "coded"], [2, "honest"]],
  ]);
  ok(rows.filter(({ format }) => format === "honest").every(({ psnr }) => psnr === Infinity));
  const { width, height } = await decodeImage(Deno.readFileSync(`${folder.path}/0.5-bits.png`));
  deepEqual([width, height], [3 * 328 + 8, 26 + 328 + 8]);
});

Deno.test("the bench of what becomes of lossy files says what it can measure", async () => {
  await rejects(() => bench.run(new Arguments(bench, [])), /"--images" must name a folder/);
});
