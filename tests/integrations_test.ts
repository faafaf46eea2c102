/** The recipes of docs/integrations.md, run. @module */

import { deepEqual, equal, match } from "node:assert/strict";
import { decodeImage } from "../codec/read.ts";
import { blocksOf, hasProgram, Kitchen } from "./support/recipes.ts";

const DOCUMENT = "docs/integrations.md";
const PYTHON = "/usr/bin/python3";

function testWith(
  { name, needs, isThere }: { name: string; needs: string; isThere: boolean },
  fn: (kitchen: Kitchen) => Promise<void>,
): void {
  Deno.test({
    name: name + (isThere ? "" : ` (skipped: ${needs} is not installed)`),
    ignore: !isThere,
    async fn() {
      using kitchen = await Kitchen.open();
      await kitchen.addScene("photo.png", { width: 60, height: 44 });
      // What is coded is restored without opening a device.
      await kitchen.exits(0, "-c", "photo.png", "--lossless");
      await fn(kitchen);
    },
  });
}

const pixels = async (kitchen: Kitchen, name: string) =>
  (await decodeImage(Deno.readFileSync(kitchen.path(name)))).data;

const pillow = await hasProgram(PYTHON, ["-c", "import PIL; print(PIL.__version__)"], /^\d/);
testWith(
  { name: "Pillow opens and saves NNC files by the plugin", needs: "python3-pil", isThere: pillow },
  async (kitchen) => {
    const [plugin] = blocksOf(DOCUMENT, "python nnc_pillow.py");
    const [example] = blocksOf(DOCUMENT, "python");
    Deno.writeTextFileSync(kitchen.path("nnc_pillow.py"), plugin!);
    const script = `${example}
image = Image.open("photo.nnc")
print(image.format, image.size, Image.open("photo.png").format, Image.open("turned.nnc").size)
image.save("whole.png")
Image.open("photo.png").save("saved.nnc")
open("broken.nnc", "wb").write(open("photo.nnc", "rb").read()[:100])
try:
    Image.open("broken.nnc")
except OSError as error:
    print(type(error).__name__)
`;
    const { code, stdout, stderr } = await kitchen.call(PYTHON, ["-c", script]);
    equal(code, 0, stderr);
    match(stdout, /^NNC \(60, 44\) PNG \(44, 60\)\nOSError\n$/);
    deepEqual(await pixels(kitchen, "whole.png"), await pixels(kitchen, "photo.png"));
    await kitchen.exits(0, "-c", "photo.png", "-o", "classic.nnc");
    deepEqual(
      Deno.readFileSync(kitchen.path("saved.nnc")),
      Deno.readFileSync(kitchen.path("classic.nnc")),
    );
  },
);

const ffmpeg = await hasProgram("ffmpeg", ["-version"], /^ffmpeg version/);
testWith({
  name: "ffmpeg takes what is restored from a pipe, one or many",
  needs: "ffmpeg",
  isThere: ffmpeg,
}, async (kitchen) => {
  const [single, film] = blocksOf(DOCUMENT, "sh").filter((block) => block.includes("ffmpeg"));
  equal((await kitchen.cook(single!)).stderr, "");
  match((await kitchen.call("file", ["photo.bmp"])).stdout, /60 x -?44/);
  Deno.mkdirSync(kitchen.path("frames"));
  for (const name of ["1", "2", "3"]) {
    Deno.copyFileSync(kitchen.path("photo.nnc"), kitchen.path(`frames/${name}.nnc`));
  }
  equal((await kitchen.cook(film!)).stderr, "");
  const counting = ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames"];
  const { stdout } = await kitchen.call("ffprobe", [...counting, "-of", "csv=p=0", "film.mkv"]);
  equal(stdout.trim(), "3");
});

const convert = await hasProgram("convert", ["-version"], /ImageMagick/);
testWith({
  name: "ImageMagick restores and makes smaller in one command",
  needs: "imagemagick",
  isThere: convert,
}, async (kitchen) => {
  const [command] = blocksOf(DOCUMENT, "sh").filter((block) => block.startsWith("convert"));
  const delegate = `<delegatemap><delegate decode="nnc" command="&quot;nnc&quot; restore --quiet ` +
    `--output - &quot;%i&quot; &gt; &quot;%o&quot;"/></delegatemap>`;
  Deno.mkdirSync(kitchen.path(".config/ImageMagick"), { recursive: true });
  Deno.writeTextFileSync(kitchen.path(".config/ImageMagick/delegates.xml"), delegate);
  equal((await kitchen.cook(command!)).stderr, "");
  const { width, height } = await decodeImage(Deno.readFileSync(kitchen.path("small.jpg")));
  deepEqual([width, height], [30, 22]);
});

testWith(
  { name: "a thumbnail is made as the recipe says", needs: "", isThere: true },
  async (kitchen) => {
    const [command] = blocksOf(DOCUMENT, "sh").filter((block) => block.includes("--thumbnail"));
    const { code, stderr } = await kitchen.cook(command!.replace("256", "30"));
    equal(code, 0, stderr);
    const { width, height } = await decodeImage(Deno.readFileSync(kitchen.path("thumb.png")));
    deepEqual([width, height], [30, 22]);
  },
);
