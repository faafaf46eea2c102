import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded, type EncodeOptions } from "../codec/coded_encoder.ts";
import { isCodedFile } from "../codec/is_coded_file.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import { decodeSteps, encodeStep, STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";
import { ContainerError } from "../codec/container_error.ts";
import { decodeImage, encodePng, probe } from "../mod.ts";
import type { OfferNetwork } from "../codec/coded/coder.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { Random } from "../train/random.ts";
import { clampToBin, CODING, softPhoto } from "./support/coded_files.ts";
import { byReference, randomExactNetwork } from "./support/exact_networks.ts";

const networks = (seed: number) => ({
  diagonal: randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, seed),
  quincunx: randomExactNetwork({ inputs: 7, outputs: 18, channels: 8, blocks: 1 }, seed + 1),
});

const OPTIONS: EncodeOptions = {
  coder: { fine: networks(1), coarse: networks(3) },
  digest: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  run: byReference,
  effort: "fast",
};

const DENSITY = { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) };
const TEXT = { type: "tEXt", data: new TextEncoder().encode("Title\0Grain") };

Deno.test("a lossless file gives every sample back, at any size and with any channels", async () => {
  let seed = 1;
  for (const [width, height] of [[1, 1], [9, 1], [1, 10], [15, 16], [33, 40]] as const) {
    for (const channels of [1, 2, 3, 4] as const) {
      const image = softPhoto({ width, height }, { channels, seed: seed++ });
      const file = await encodeCoded(image, OPTIONS);
      const { image: decoded, spacing } = await decodeCoded(file, OPTIONS);
      equal(spacing, 1);
      deepEqual([decoded.width, decoded.height], [width, height]);
      deepEqual(decoded.data, image.data);
    }
  }
});

Deno.test("no sample is off by more than the largest error, and a hundred generations are one file", async () => {
  for (const maxError of [1, 5, 16]) {
    let image = softPhoto({ width: 70, height: 50 }, { seed: maxError });
    const first = await encodeCoded(image, { ...OPTIONS, maxError });
    const original = image.data;
    for (let generation = 0; generation < (maxError === 5 ? 100 : 3); generation++) {
      ({ image } = await decodeCoded(first, OPTIONS));
      ok(image.data.every((value, at) => Math.abs(value - original[at]!) <= maxError));
      deepEqual(await encodeCoded(image, { ...OPTIONS, maxError }), first);
    }
    // Whatever a reader draws within the bins, the file is the same.
    const random = new Random(9);
    const redrawn = image.data.map((like) =>
      clampToBin(like - maxError + random.below(2 * maxError + 1), { like, maxError })
    );
    deepEqual(await encodeCoded({ ...image, data: redrawn }, { ...OPTIONS, maxError }), first);
  }
});

Deno.test("a picture of colours that would come back in grey comes back exactly", async () => {
  const size = { width: 24, height: 19 };
  for (const ratio of [undefined, 2, 4] as const) {
    // Black but for one pixel that is coded.
    const image = { ...softPhoto(size), data: new Uint8Array(24 * 19 * 3) };
    const [column, row] = ratio === 4 ? [2, 2] : [1, 1];
    image.data.set([3, 0, 1], 3 * (row * 24 + column));
    const options = { ...CODING, maxError: 16, ratio };
    const file = await encodeCoded(image, options);
    const { image: decoded, header } = await decodeCoded(file, CODING);
    deepEqual([header.maxError, header.isGrey], [0, false]);
    if (ratio !== undefined) continue;
    deepEqual(decoded.data, image.data);
    deepEqual(await encodeCoded(decoded, options), file);
  }
});

Deno.test("with a largest error, what is drawn is stored exactly where that is no larger, and stays what it is", async () => {
  const drawing = softPhoto({ width: 60, height: 50 });
  drawing.data.forEach((value, at) => drawing.data[at] = value & 1 ? 90 : 200);
  const options = { ...OPTIONS, maxError: 2, effort: "default" } as const;
  const file = await encodeCoded(drawing, options);
  ok(file.length <= (await encodeCoded(drawing, { ...options, maxError: 0 })).length + 16);
  const { image, header } = await decodeCoded(file, OPTIONS);
  deepEqual([header.octaves, header.maxError], [0, 2]);
  deepEqual(image.data, drawing.data);
  deepEqual(await encodeCoded(image, options), file);
});

Deno.test("grain is coded, and shows every eighth pixel to programs that know PNG alone", async () => {
  const image = softPhoto({ width: 120, height: 90 });
  const file = await encodeCoded(image, OPTIONS);
  const steps = readChunks(file).filter(({ type }) => type === STEP_CHUNK_TYPE).map(({ data }) =>
    data[0]
  );
  deepEqual(steps, [0, 1, 2, 3, 4, 5]);
  const { header } = await decodeCoded(file, OPTIONS);
  deepEqual([header.octaves, header.maxError], [3, 0]);
  const chunks = readChunks(file).filter(({ type }) => !type.startsWith("nn"));
  const shown = await decodeImage(writeChunks(chunks));
  deepEqual([shown.width, shown.height], [15, 12]);
  deepEqual(shown.data.subarray(3, 6), image.data.subarray(24, 27));
});

Deno.test("a file whose steps have several runs comes back, and says how many bytes each step takes", async () => {
  // Networks that predict nothing are fast enough for as many pixels.
  const run: OfferNetwork = ({ architecture: { outputs } }, { shape }) => {
    const plane = new Int16Array(shape.width * shape.height * outputs);
    for (let at = 0; at < plane.length; at++) if (at % 9 > 2 && at % 9 < 6) plane[at] = 66;
    return plane;
  };
  const image = softPhoto({ width: 530, height: 520 }, { channels: 1 });
  const file = await encodeCoded(image, { ...OPTIONS, run });
  const { image: decoded } = await decodeCoded(file, { ...OPTIONS, run });
  equal(decoded.data.findIndex((value, at) => value !== image.data[at]), -1);
  const { steps, shown, header } = probeCoded(file);
  deepEqual([steps.length, shown, header.octaves], [8, { width: 34, height: 33 }, 4]);
  const chunks = readChunks(file).filter(({ type }) => type === STEP_CHUNK_TYPE);
  deepEqual(chunks.map(({ data }) => data[4]), [1, 1, 1, 1, 1, 1, 2, 2]);
  deepEqual(chunks.map(({ data }) => data.length), steps);
  equal(isCodedFile(file), true);
  equal(isCodedFile(await encodePng(image)), false);
});

Deno.test("a file whose PNG was rewritten with another colour type gives the same samples back", async () => {
  const coloured = softPhoto({ width: 90, height: 70 });
  // Every eighth pixel of every eighth row is grey, so that a program may write the PNG in grey.
  for (let y = 0; y < 70; y += 8) {
    for (let x = 0; x < 90; x += 8) {
      coloured.data.fill(100 + x, (y * 90 + x) * 3, (y * 90 + x) * 3 + 3);
    }
  }
  for (const image of [coloured, softPhoto({ width: 90, height: 70 }, { channels: 1 })]) {
    const file = await encodeCoded(image, OPTIONS);
    const chunks = readChunks(file);
    const shown = await decodeImage(
      writeChunks(chunks.filter(({ type }) => !type.startsWith("nn"))),
    );
    const channels = image.channels === 1 ? 3 : 1;
    const data = Uint8Array.from(
      { length: shown.width * shown.height * channels },
      (_, at) => shown.data[Math.floor(at / channels) * shown.channels]!,
    );
    const other = readChunks(await encodePng({ ...shown, channels, data }));
    const rewritten = writeChunks(
      chunks.map((chunk) =>
        ["IHDR", "IDAT"].includes(chunk.type)
          ? other.find(({ type }) => type === chunk.type)!
          : chunk
      ),
    );
    const { image: decoded, header } = await decodeCoded(rewritten, OPTIONS);
    equal(header.octaves, 3);
    deepEqual(decoded.data, image.data);
  }
});

Deno.test("runs of one step lie in chunks of at most a mebibyte, unless a single one is longer", () => {
  const runs = [600_000, 400_000, 300_000, 2 ** 20 + 5, 1].map((length, index) =>
    new Uint8Array(length).fill(index + 1)
  );
  const chunks = encodeStep(0, runs);
  deepEqual(chunks.map(({ data }) => data[4]), [2, 1, 1, 1]);
  ok(chunks.every(({ data }, index) => index === 2 || data.length <= 2 ** 20));
  deepEqual(decodeSteps([...chunks, ...encodeStep(1, [runs[4]!])], [5, 1]), [runs, [runs[4]!]]);
  const missing = undefined;
  deepEqual(decodeSteps(chunks.slice(0, 3), [5, 1]), [[...runs.slice(0, 4), missing], [missing]]);
  deepEqual(decodeSteps(chunks.slice(1), [5, 1]), [[missing, missing, ...runs.slice(2)], [
    missing,
  ]]);
});

Deno.test("a drawing is stored whole where that is smaller", async () => {
  const image = softPhoto({ width: 64, height: 64 });
  image.data.forEach((_, at) => image.data[at] = Math.floor(at / 3) % 64 < 30 ? 20 : 230);
  const file = await encodeCoded(image, OPTIONS);
  const { header, image: decoded } = await decodeCoded(file, OPTIONS);
  equal(header.octaves, 0);
  deepEqual(decoded.data, image.data);
});

Deno.test("a file that ends after any chunk is an image of what has come in", async () => {
  const image = softPhoto({ width: 61, height: 47 });
  const chunks = readChunks(await encodeCoded(image, OPTIONS));
  const spacings: number[] = [];
  for (let kept = 0; kept <= 6; kept++) {
    const cut = [...chunks.slice(0, chunks.length - 7 + kept), chunks.at(-1)!];
    const { image: decoded, spacing } = await decodeCoded(writeChunks(cut), OPTIONS);
    spacings.push(spacing);
    deepEqual([decoded.width, decoded.height], [Math.ceil(61 / spacing), Math.ceil(47 / spacing)]);
    deepEqual(decoded.data.subarray(0, 3), image.data.subarray(0, 3));
  }
  deepEqual(spacings, [8, 8, 4, 4, 2, 2, 1]);
});

Deno.test("metadata and density come back as they were", async () => {
  const image = { ...softPhoto({ width: 60, height: 60 }), metadata: { chunks: [DENSITY, TEXT] } };
  const file = await encodeCoded(image, OPTIONS);
  const { image: decoded, header } = await decodeCoded(file, OPTIONS);
  deepEqual(decoded.metadata, image.metadata);
  // The picture that the file shows is smaller than the original, so that its density would be another.
  ok(header.octaves > 0);
  equal(readChunks(file).some(({ type }) => type === "pHYs"), false);
});

Deno.test("a reader of version 1 refuses a coded file by its version", async () => {
  const file = await encodeCoded(softPhoto({ width: 70, height: 50 }), OPTIONS);
  await rejects(async () => await Promise.resolve(probe(file)), /version 2 of "nnCX"/);
});

Deno.test("a file for another coder, with a damaged run, or with runs out of order is refused with what is wrong", async () => {
  const file = await encodeCoded(softPhoto({ width: 60, height: 60 }), OPTIONS);
  await rejects(
    decodeCoded(file, { ...OPTIONS, digest: new Uint8Array(8) }),
    /needs the coder 0102030405060708; there is 0000000000000000/,
  );
  const chunks = readChunks(file);
  const withStep = (change: (data: Uint8Array) => Uint8Array) =>
    decodeCoded(
      writeChunks(chunks.map((chunk) =>
        chunk.type === STEP_CHUNK_TYPE && chunk.data[0] === 4
          ? { ...chunk, data: change(chunk.data.slice()) }
          : chunk
      )),
      OPTIONS,
    );
  await rejects(
    withStep((data) => data.with(40, data[40]! ^ 1)),
    /step 4 .* do not agree.*damaged/,
  );
  await rejects(withStep((data) => data.subarray(0, 20)), /cut off after 20 bytes/);
  await rejects(
    withStep((data) => data.with(0, 3)),
    /run 0 of step 3 where run 1 of step 3 or a later one/,
  );
  const swapped = chunks.filter(({ type }) => type !== STEP_CHUNK_TYPE);
  swapped.splice(-1, 0, ...chunks.filter(({ type }) => type === STEP_CHUNK_TYPE).reverse());
  await rejects(decodeCoded(writeChunks(swapped), OPTIONS), ContainerError);
});

Deno.test("headers that are cut off or state what cannot be are refused", async () => {
  const chunks = readChunks(await encodeCoded(softPhoto({ width: 40, height: 72 }), OPTIONS));
  const withHeader = (change: (data: Uint8Array) => Uint8Array) =>
    decodeCoded(
      writeChunks(chunks.map((chunk) =>
        chunk.type === "nnCX" ? { ...chunk, data: change(chunk.data.slice()) } : chunk
      )),
      OPTIONS,
    );
  await rejects(
    withHeader((data) => data.subarray(0, 11)),
    /cut off: it has 21 bytes or more, found 11/,
  );
  await rejects(
    withHeader((data) => data.subarray(0, 48)),
    /cut off: it has 49 bytes or more, found 48/,
  );
  await rejects(withHeader((data) => data.with(20, 7)), /coded steps of 7; it is from 0 to 6/);
  await rejects(withHeader((data) => data.with(3, 2 ** 6)), /flag 6, which this program/);
  await rejects(withHeader((data) => data.with(24, data[24]! ^ 1)), /pixels that the file shows/);
  await rejects(withHeader((data) => data.with(44, data[44]! ^ 1)), /step 4 .* do not agree/);
  await rejects(withHeader((data) => data.with(1, 5)), /octaves of 5; it is from 0 to 4/);
  await rejects(withHeader((data) => data.with(2, 17)), /largest error of 17/);
  await rejects(withHeader((data) => data.with(4, 255)), /width of/);
  await rejects(withHeader((data) => data.with(7, 200)), /must show 25×9 pixels, found 5×9/);
});
