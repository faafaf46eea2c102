import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { ALPHA_CHUNK_TYPE, LOW_CHUNK_TYPE } from "../codec/apart_chunks.ts";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import type { Image } from "../codec/image/image.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";
import { decodeImage, encodePng } from "../mod.ts";
import { Random } from "../train/random.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import {
  cutOut,
  requireSameSamples,
  roundTrip,
  SPREADS,
  widePhoto,
} from "./support/coded_kinds.ts";
import { pixelAt, randomEngine } from "./support/images.ts";

Deno.test("samples of 16 bits come back, at every size, colour type and use of levels", async () => {
  const random = new Random(7);
  const sizes = [[1, 1], [1, 19], [17, 1]];
  for (const channels of [1, 2, 3, 4] as const) {
    for (const [index, spread] of Object.keys(SPREADS).entries()) {
      const [width, height] = sizes[index] ?? [1 + random.below(70), 1 + random.below(70)];
      const size = { width: width!, height: height! };
      const image = widePhoto(size, { channels, spread, seed: index });
      const { decoded } = await roundTrip(image);
      requireSameSamples(decoded, image, `${width}×${height}×${channels}, ${spread}`);
    }
  }
});

Deno.test("lower bytes that follow from the upper ones take next to nothing", async () => {
  for (const spread of ["8 bits repeated", "8 bits above zeros"]) {
    const image = widePhoto({ width: 90, height: 70 }, { channels: 3, spread });
    const file = await encodeCoded(image, CODING);
    const { low: _, ...narrow } = image;
    ok(file.length - (await encodeCoded(narrow, CODING)).length < 40, spread);
    ok(probeCoded(file).lowBytes > 0);
  }
});

Deno.test("levels that are not used are not paid for", async () => {
  const size = { width: 120, height: 100 };
  const bytes = async (spread: string) =>
    probeCoded(await encodeCoded(widePhoto(size, { channels: 1, spread }), CODING)).lowBytes;
  const [all, twelve, ten] = [
    await bytes("all"),
    await bytes("12 bits repeated"),
    await bytes("10 bits in equal parts"),
  ];
  ok(twelve < 0.55 * all, `${twelve} of ${all}`);
  ok(ten < 0.3 * all, `${ten} of ${all}`);
});

Deno.test("16 bits are refused beside a largest error or a ratio, and are not cut to one", async () => {
  const image = widePhoto({ width: 60, height: 50 }, { channels: 3 });
  await rejects(encodeCoded(image, { ...CODING, maxError: 2 }), /16 bits a sample.*"lossless"/);
  await rejects(encodeCoded(image, { ...CODING, ratio: 4 }), /16 bits a sample.*"lossless"/);
  const file = await encodeCoded(image, CODING);
  throws(() => trimCoded(file, { ratio: 4 }), /16 bits a sample/);
});

Deno.test("alpha is exact at every largest error, and so are hidden colours without one", async () => {
  for (const channels of [2, 4] as const) {
    for (const maxError of [0, 5]) {
      const image = cutOut({ width: 83, height: 61 }, channels);
      const { file, decoded } = await roundTrip(image, { maxError });
      equal(openCoded(file).header.hasAlpha, true);
      image.data.forEach((value, at) => {
        const isAlpha = at % channels === channels - 1;
        ok(Math.abs(value - decoded.data[at]!) <= (isAlpha ? 0 : maxError));
      });
    }
  }
});

Deno.test("alpha that is constant but for a soft edge takes less than a third of a bit a pixel", async () => {
  const image = cutOut({ width: 300, height: 200 }, 4);
  const file = await encodeCoded(image, CODING);
  ok(probeCoded(file).alphaBytes < 300 * 200 / 24, `${probeCoded(file).alphaBytes} bytes`);
});

Deno.test("at a ratio alpha is that of all pixels, whatever is drawn, and a file that is cut is the same", async () => {
  const image = cutOut({ width: 75, height: 64 }, 4);
  const whole = await encodeCoded(image, CODING);
  for (const ratio of [2, 4, 8, 16] as const) {
    const file = await encodeCoded(image, { ...CODING, ratio });
    deepEqual(trimCoded(whole, { ratio }).bytes, file);
    const decoded = await decodeCoded(file, CODING);
    // What is decoded has the alpha of its own pixels, so that what is drawn beside them is not tinted.
    const { image: known, spacing, partial } = decoded;
    for (const [octave, distance] of [[known, spacing], [partial?.image, spacing / 2]] as const) {
      if (!octave) continue;
      for (let y = 0; y < octave.height; y++) {
        for (let x = 0; x < octave.width; x++) {
          const own: number = pixelAt(image, x * distance, y * distance)[3]!;
          equal(pixelAt(octave, x, y)[3], own, `${ratio}: ${x}, ${y}`);
        }
      }
    }
    const restored = await restoreCoded(decoded, randomEngine(ratio));
    for (let pixel = 0; pixel < 75 * 64; pixel++) {
      equal(restored.data[4 * pixel + 3], image.data[4 * pixel + 3]);
    }
    deepEqual(await encodeCoded(restored, { ...CODING, ratio }), file);
  }
});

Deno.test("grey that is given in colours is coded as grey and comes back in colours", async () => {
  const grey = softPhoto({ width: 61, height: 70 }, { channels: 1 });
  const data = Uint8Array.from(
    { length: grey.data.length * 3 },
    (_, at) => grey.data[Math.floor(at / 3)]!,
  );
  const coloured: Image = { ...grey, channels: 3, data };
  const { file, decoded } = await roundTrip(coloured);
  requireSameSamples(decoded, coloured);
  equal(file.length, (await encodeCoded(grey, CODING)).length);
  for (const ratio of [2, 4] as const) {
    const cut = await encodeCoded(coloured, { ...CODING, ratio });
    const restored = await restoreCoded(await decodeCoded(cut, CODING), randomEngine(3));
    equal(restored.channels, 3);
    deepEqual(await encodeCoded(restored, { ...CODING, ratio }), cut);
  }
});

Deno.test("a file that ends within alpha or lower bytes is an image of what has come in", async () => {
  const wide = { ...cutOut({ width: 64, height: 50 }, 4) };
  const image = { ...wide, low: wide.data.map((value, at) => at % 4 === 3 ? value : value * 7) };
  const chunks = readChunks(await encodeCoded(image, CODING));
  const first = chunks.findIndex(({ type }) => type === ALPHA_CHUNK_TYPE);
  const cutTo = async (count: number) =>
    await decodeCoded(writeChunks(chunks.slice(0, count)), CODING);
  const shown = await cutTo(first);
  deepEqual([shown.spacing, shown.image.channels, shown.alpha], [8, 4, undefined]);
  const masked = await cutTo(first + 1);
  deepEqual([masked.spacing, masked.alpha?.length], [8, 64 * 50]);
  const upper = await cutTo(chunks.length - 2);
  deepEqual([upper.spacing, upper.image.low, upper.loss?.isDamaged], [1, undefined, false]);
  deepEqual(upper.image.data, image.data);
});

Deno.test("alpha and lower bytes that are damaged are named, and the rest can be had", async () => {
  const wide = cutOut({ width: 64, height: 50 }, 4);
  const image = { ...wide, low: wide.data.map((value) => value * 7) };
  const chunks = readChunks(await encodeCoded(image, CODING));
  for (
    const [kind, message] of [[ALPHA_CHUNK_TYPE, /alpha/], [LOW_CHUNK_TYPE, /lower bytes/]] as const
  ) {
    const changed = writeChunks(
      chunks.map((chunk) =>
        chunk.type === kind ? { ...chunk, data: chunk.data.with(30, chunk.data[30]! ^ 64) } : chunk
      ),
    );
    await rejects(decodeCoded(changed, CODING), message);
    const { image: rest } = await decodeCoded(changed, { ...CODING, salvage: true });
    deepEqual(pixelAt(rest, 9, 9).slice(0, 3), pixelAt(image, 9, 9).slice(0, 3));
  }
});

Deno.test("metadata comes back in the order of the source, before and behind the pixels", async () => {
  const text = (words: string) => ({ type: "tEXt", data: new TextEncoder().encode(words) });
  const before = [
    text("Title\0Grain"),
    { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
    { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) },
    text("Author\0Somebody"),
    { type: "cICP", data: Uint8Array.of(1, 13, 0, 1) },
  ];
  const behind = [
    text("Comment\0Behind"),
    { type: "eXIf", data: Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8) },
    text("Comment\0Last"),
  ];
  for (const size of [{ width: 9, height: 9 }, { width: 70, height: 80 }]) {
    const plain = readChunks(await encodePng(softPhoto(size)));
    const [header, pixels, end] = plain;
    const source = writeChunks([header!, ...before, pixels!, ...behind, end!]);
    const { file, decoded } = await roundTrip(await decodeImage(source));
    equal(openCoded(file).header.octaves > 0, size.width > 9);
    const restored = readChunks(await encodePng(decoded));
    const names = (chunks: typeof plain) =>
      chunks.map(({ type, data }) => ["IHDR", "IDAT"].includes(type) ? type : [type, ...data]);
    deepEqual(names(restored), names(readChunks(source)));
    const steps = readChunks(file).findIndex(({ type }) => type === STEP_CHUNK_TYPE);
    const last = readChunks(file).findLastIndex(({ type }) => type === "tEXt");
    ok(steps < 0 || last < steps, "a file that is cut has its metadata");
  }
});
