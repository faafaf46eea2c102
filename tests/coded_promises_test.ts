import { deepEqual, ok } from "node:assert/strict";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import type { CodedHeader } from "../codec/coded_header.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import type { Image } from "../codec/image/image.ts";
import type { Channels } from "../codec/lattice/raster.ts";
import { decodeImage, encodePng } from "../mod.ts";
import { Random } from "../train/random.ts";
import { clampToBin, CODING, METADATA, softPhoto } from "./support/coded_files.ts";
import { noiseImage, randomEngine } from "./support/images.ts";

/** Pictures and settings of every kind, by a seed. */
function makeCase(seed: number) {
  const random = new Random(seed);
  const pick = <Item>(items: readonly Item[]) => items[random.below(items.length)]!;
  const side = () => pick([1, 2, 3, 8, 9, 16, 17, 1 + random.below(50)]);
  const size = { width: side(), height: side() };
  const channels = pick<Channels>([1, 2, 3, 4]);
  const kind = pick([
    "soft",
    "bright",
    "dark",
    "noise",
    "drawing",
    "grey in colours",
    "few levels",
  ]);
  const plain = kind === "noise"
    ? noiseImage({ ...size, channels, seed })
    : softPhoto(size, { channels, seed });
  const changes: Record<string, (value: number, at: number) => number> = {
    "bright": (value) => Math.min(255, value + 80),
    "dark": (value) => Math.max(0, value - 80),
    "drawing": (_, at) => Math.floor(at / channels) % 7 < 3 ? 20 : 230,
    "grey in colours": (_, at) => plain.data[at - at % channels]!,
    "few levels": (value) => value & 0xf0,
  };
  const change = changes[kind];
  const data = change ? plain.data.map(change) : plain.data;
  const metadata = random.below(2) ? METADATA : plain.metadata;
  const image: Image = { ...plain, data, metadata };
  const maxError = pick([0, 0, 1, 2, 5, 16]);
  const ratio = pick([undefined, undefined, 2, 4, 8, 16] as const);
  const name = `${seed}: ${size.width}×${size.height}×${channels}, ${kind}, ${maxError}, ${ratio}`;
  return { name, image, options: { ...CODING, maxError, ratio }, random };
}

/** Anything within the bins, as a better network might draw; of what was coded as grey that is grey. */
function redraw(
  image: Image,
  { random, header: { maxError, isGrey } }: { random: Random; header: CodedHeader },
): Image {
  const { channels } = image;
  let way = 0;
  const data = image.data.map((like, at) => {
    const sample = at % channels;
    if (channels % 2 === 0 && sample === channels - 1) return like;
    if (!isGrey || sample === 0) way = random.below(2 * maxError + 1) - maxError;
    return clampToBin(like + way, { like, maxError });
  });
  return { ...image, data };
}

Deno.test("whatever the picture and the settings, what is drawn within bins and saved compresses to the same file", async () => {
  for (let seed = 0; seed < 120; seed++) {
    const { name, image, options, random } = makeCase(seed);
    const file = await encodeCoded(image, options);
    await decodeImage(file);
    const restored = await restoreCoded(await decodeCoded(file, CODING), randomEngine(seed));
    deepEqual(restored.metadata, image.metadata, name);
    const { header } = openCoded(file);
    const redrawn = header.octaves > 0 ? redraw(restored, { random, header }) : restored;
    const saved = await encodePng(redrawn, { effort: "fast" });
    deepEqual(await encodeCoded(await decodeImage(saved), options), file, name);
  }
});

Deno.test("no sample leaves its bin, and all that is coded is within the largest error", async () => {
  for (let seed = 200; seed < 260; seed++) {
    const { name, image, options: { ratio, ...options } } = makeCase(seed);
    const { image: again } = await decodeCoded(await encodeCoded(image, options), CODING);
    const opaque = again.channels < image.channels;
    const samples = [...image.data].filter((_, at) =>
      !opaque || at % image.channels < again.channels
    );
    ok(
      samples.every((value, at) => Math.abs(value - again.data[at]!) <= options.maxError),
      `${name} ${ratio}`,
    );
  }
});
