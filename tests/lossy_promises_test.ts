import { deepEqual, equal, ok } from "node:assert/strict";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { qualityOf, settingsOfQuality, settingsOfStep } from "../codec/coded_quality.ts";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import type { Image } from "../codec/image/image.ts";
import type { Channels } from "../codec/lattice/raster.ts";
import { EFFORTS } from "../codec/png/png_pixels.ts";
import { decodeImage, encodePng, psnr } from "../mod.ts";
import { Random } from "../train/random.ts";
import { AT_ONCE, CODING as PAUSING, METADATA, softPhoto } from "./support/coded_files.ts";
import { noiseImage, randomEngine } from "./support/images.ts";

const CODING = { ...PAUSING, workers: AT_ONCE };

/** Pictures and settings of every kind, by a seed. */
function makeCase(seed: number) {
  const random = new Random(seed);
  const pick = <Item>(items: readonly Item[]) => items[random.below(items.length)]!;
  const side = () => pick([1, 2, 3, 8, 9, 17, 33, 1 + random.below(70)]);
  const size = { width: side(), height: side() };
  const channels = pick<Channels>([1, 2, 3, 3, 4]);
  const kind = pick(["soft", "noise", "drawing", "grey in colours", "nearly grey", "edges"]);
  const plain = kind === "noise"
    ? noiseImage({ ...size, channels, seed })
    : softPhoto(size, { channels, seed });
  const first = (at: number) => plain.data[at - at % channels]!;
  const changes: Record<string, (value: number, at: number) => number> = {
    "drawing": (_, at) => Math.floor(at / channels) % 7 < 3 ? 20 : 230,
    "grey in colours": (_, at) => first(at),
    // Every 16th pixel is grey, as are most others.
    "nearly grey": (_, at) =>
      Math.floor(at / channels) % 5 === 1 ? Math.min(255, first(at) + at % channels) : first(at),
    "edges": (value) => value > 140 ? 255 - value % 3 : value % 3,
  };
  const change = changes[kind];
  const data = change ? plain.data.map(change) : plain.data;
  const metadata = random.below(2) ? METADATA : plain.metadata;
  const image: Image = { ...plain, data, metadata };
  const lossy = {
    step: Math.round(STEP_PARTS * pick([0.5, 0.75, 1, 2.3, 4, 9, 22, 48, 64])),
    chroma: pick([16, 16, 8, 24, 40]),
    ratio: pick([45, 45, 64, 30]),
    isEven: seed % 3 === 0,
  };
  const ratio = pick([undefined, undefined, undefined, 2, 4, 8, 16] as const);
  const name = `${seed}: ${size.width}×${size.height}×${channels}, ${kind}, step ${
    lossy.step / STEP_PARTS
  }, ${ratio}`;
  return { name, kind, image, options: { ...CODING, lossy, ratio } };
}

Deno.test("whatever the picture, the settings and the networks, what is restored and saved compresses to the same file", async () => {
  let [greyed, improved] = [0, 0];
  for (let seed = 0; seed < 160; seed++) {
    const { name, kind, image, options } = makeCase(seed);
    const file = await encodeCoded(image, options);
    const { header } = openCoded(file);
    deepEqual(header.lossy, options.lossy);
    if (kind === "nearly grey" && header.isGrey && image.channels > 2) greyed++;
    const decoded = await decodeCoded(file, { ...CODING, wantsRoom: true });
    const drawing = randomEngine(seed);
    const restored = await restoreCoded(decoded, {
      ...drawing,
      ...seed % 3 > 0 && { within: () => drawing.network("grid", { spacing: 1 }) },
    });
    deepEqual(restored.metadata, image.metadata, name);
    if (decoded.spacing === 1) improved += countDifferent(restored, decoded.image);
    const saved = await encodePng(restored, { effort: "fast" });
    const again = await encodeCoded(await decodeImage(saved), options);
    deepEqual(again, file, name);
  }
  ok(greyed > 0, "of pictures that are nearly grey, some are restored in grey");
  ok(improved > 5000, `only ${improved} samples were drawn within their bins`);
});

function countDifferent({ data }: Image, { data: other }: { data: Uint8Array }): number {
  return data.reduce((count, value, at) => count + (value === other[at] ? 0 : 1), 0);
}

Deno.test("a hundred generations of a lossy file are byte for byte the first", async () => {
  const image = softPhoto({ width: 41, height: 30 }, { channels: 4, seed: 3 });
  const options = { ...CODING, lossy: { step: 5 * STEP_PARTS, chroma: 20, ratio: 45 } };
  const first = await encodeCoded(image, options);
  let file = first;
  for (let generation = 0; generation < 100; generation++) {
    const restored = await restoreCoded(await decodeCoded(file, CODING), randomEngine(generation));
    const saved = await encodePng(restored, { effort: EFFORTS[generation % EFFORTS.length]! });
    file = await encodeCoded(await decodeImage(saved), options);
    deepEqual(file, first);
  }
});

Deno.test("finer steps take more bytes and restore more", async () => {
  const image = softPhoto({ width: 70, height: 52 }, { seed: 4 });
  let before = { bytes: Infinity, decibels: Infinity };
  for (const step of [1, 2, 4, 8, 16, 32]) {
    const lossy = { step: step * STEP_PARTS, chroma: 16, ratio: 45 };
    const file = await encodeCoded(image, { ...CODING, lossy });
    const { image: restored } = await decodeCoded(file, CODING);
    const now = { bytes: file.length, decibels: psnr(image, restored) };
    ok(now.bytes < before.bytes && now.decibels < before.decibels, `step ${step}`);
    before = now;
  }
});

Deno.test("alpha is exact, and samples of 16 bits are refused", async () => {
  const image = softPhoto({ width: 33, height: 20 }, { channels: 4, seed: 6 });
  const lossy = { step: 20 * STEP_PARTS, chroma: 16, ratio: 45 };
  const { image: again } = await decodeCoded(
    await encodeCoded(image, { ...CODING, lossy }),
    CODING,
  );
  equal(again.channels, 4);
  for (let at = 3; at < image.data.length; at += 4) equal(again.data[at], image.data[at]);
  const wide = { ...image, low: image.data };
  await encodeCoded(wide, { ...CODING, lossy }).then(
    () => ok(false),
    (error) => ok(/16 bits a sample/.test(error.message)),
  );
});

Deno.test("every step between the worst quality and the best has a quality that gives it, whole ones of their own", () => {
  const stepOf = (quality: number) => settingsOfQuality(quality).step;
  for (let step = stepOf(100); step <= stepOf(1); step++) {
    equal(stepOf(qualityOf(settingsOfStep(step))), step);
  }
  for (let quality = 1; quality <= 100; quality++) {
    equal(qualityOf(settingsOfQuality(quality)), quality);
  }
});
