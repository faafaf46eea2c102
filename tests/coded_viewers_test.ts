/** Coded files in the hands of programs that know PNG alone. @module */

import { deepEqual, equal } from "node:assert/strict";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded, type EncodeOptions } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import type { Image } from "../codec/image/image.ts";
import { encodePng } from "../codec/png/png.ts";
import { decodeImage } from "../codec/read.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import { cutOut, widePhoto } from "./support/coded_kinds.ts";
import { pixelAt } from "./support/images.ts";
import { isInstalled, run } from "./support/run.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const text = {
  type: "tEXt",
  data: new TextEncoder().encode("Title\0Grain"),
  behind: true,
} as const;
const density = { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) };
const size = { width: 155, height: 131 };
const lossy = { step: 256, chroma: 16, ratio: 45 };

/** One image of every kind, large enough to be coded. */
const IMAGES: readonly {
  name: string;
  image: Image;
  options?: Pick<EncodeOptions, "maxError" | "ratio" | "lossy"> | undefined;
}[] = [
  { name: "colours", image: { ...softPhoto(size), metadata: { chunks: [density, text] } } },
  { name: "grey", image: softPhoto(size, { channels: 1 }) },
  { name: "near-lossless", image: softPhoto(size), options: { maxError: 2 } },
  { name: "half of the pixels", image: softPhoto(size), options: { ratio: 2 } },
  { name: "lossy", image: softPhoto(size), options: { lossy } },
  { name: "large", image: softPhoto({ width: 301, height: 222 }) },
  { name: "colours and alpha", image: cutOut(size, 4) },
  { name: "grey and alpha", image: cutOut(size, 2) },
  { name: "16 bits", image: widePhoto(size, { channels: 3 }) },
  { name: "16 bits, grey", image: widePhoto(size, { channels: 1, spread: "12 bits repeated" }) },
  { name: "16 bits and alpha", image: widePhoto(size, { channels: 4 }) },
  {
    name: "stored",
    image: { ...softPhoto({ width: 3, height: 2 }), metadata: { chunks: [text] } },
  },
  { name: "16 bits, stored", image: widePhoto({ width: 3, height: 2 }, { channels: 3 }) },
];

/** Writes a file of every image; of the first also what is left of it at a ratio. */
async function writeFiles(folder: string): Promise<string[]> {
  const files = await Promise.all(IMAGES.map(async ({ name, image, options }) => {
    const bytes = await encodeCoded(image, { ...CODING, effort: "default", ...options });
    return { name, bytes };
  }));
  files.push({ name: "trimmed", bytes: trimCoded(files[0]!.bytes, { ratio: 4 }).bytes });
  return files.map(({ name, bytes }) => {
    const path = `${folder}/${name}.png`;
    Deno.writeFileSync(path, bytes);
    return path;
  });
}

const PYTHON = "/usr/bin/python3";
const pngcheck = await isInstalled("pngcheck");
const pillow = await isInstalled(PYTHON) &&
  (await run(PYTHON, { args: ["-c", "import PIL"] })).code === 0;

Deno.test({
  name: "pngcheck passes coded files of every kind" +
    (pngcheck ? "" : " (skipped: pngcheck is not installed)"),
  ignore: !pngcheck,
  async fn() {
    using folder = new TemporaryFolder();
    const args = ["-q", ...await writeFiles(folder.path)];
    const { code, stdout } = await run("pngcheck", { args });
    equal(code, 0, stdout);
  },
});

/** Opens every file and prints its size, whether it has alpha, and some pixels as R, G, B, A. */
const SCRIPT = `
import json, sys
from PIL import Image
found = []
for path in sys.argv[1:]:
    image = Image.open(path)
    image.load()
    pixels = image.convert("RGBA")
    found.append([image.width, image.height, [list(pixels.getpixel((x % image.width, min(1, image.height - 1)))) for x in (0, 4, 9)]])
print(json.dumps(found))
`;

Deno.test({
  name: "Pillow opens coded files of every kind, and shows every eighth or sixteenth pixel" +
    (pillow ? "" : " (skipped: python3-pil is not installed)"),
  ignore: !pillow,
  async fn() {
    using folder = new TemporaryFolder();
    const paths = await writeFiles(folder.path);
    const { code, stdout, stderr } = await run(PYTHON, { args: ["-c", SCRIPT, ...paths] });
    equal(code, 0, stderr);
    const found = JSON.parse(stdout);
    for (const [index, { name, image, options }] of IMAGES.entries()) {
      if (options?.maxError) continue;
      const { header: { octaves } } = openCoded(Deno.readFileSync(paths[index]!));
      const spacing = 2 ** octaves;
      const width = Math.ceil(image.width / spacing);
      const shown = [0, 4, 9].map((x) =>
        colourAt(image, spacing * (x % width), Math.min(spacing, image.height - 1))
      );
      const height = Math.ceil(image.height / spacing);
      deepEqual(found[index], [width, height, shown], name);
    }
  },
});

/** A pixel as R, G, B, A, by its upper bytes. */
function colourAt(image: Image, x: number, y: number): number[] {
  const pixel = pixelAt(image, x, y);
  const alpha = image.channels % 2 === 0 ? pixel.at(-1)! : 255;
  return image.channels < 3
    ? [pixel[0]!, pixel[0]!, pixel[0]!, alpha]
    : [...pixel.slice(0, 3), alpha];
}

/** Opens a picture, and saves it again its own way. */
const SAVE_AGAIN = `
import sys
from PIL import Image
Image.open(sys.argv[1]).save(sys.argv[2], compress_level=1)
`;

Deno.test({
  name: "what is restored of a lossy file and saved by Pillow compresses to the same file" +
    (pillow ? "" : " (skipped: Pillow is not installed)"),
  ignore: !pillow,
  async fn() {
    using folder = new TemporaryFolder();
    for (const channels of [1, 2, 3, 4] as const) {
      const options = { ...CODING, lossy };
      const image = softPhoto({ width: 61, height: 45 }, { channels, seed: channels });
      const file = await encodeCoded(image, options);
      const { image: restored } = await decodeCoded(file, CODING);
      const [ours, theirs] = ["ours.png", "theirs.png"].map((name) => `${folder.path}/${name}`);
      Deno.writeFileSync(ours!, await encodePng(restored, { effort: "fast" }));
      const { code } = await run(PYTHON, { args: ["-c", SAVE_AGAIN, ours!, theirs!] });
      equal(code, 0);
      const saved = await decodeImage(Deno.readFileSync(theirs!));
      deepEqual(await encodeCoded({ ...saved, metadata: image.metadata }, options), file);
    }
  },
});
