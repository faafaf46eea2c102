import { deepEqual, equal, ok, throws } from "node:assert/strict";
import type { OfferNetwork } from "../codec/coded/coder.ts";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import type { Image } from "../codec/image/image.ts";
import { ALL_LATTICES, type Lattice } from "../codec/lattice/lattice.ts";
import type { Channels } from "../codec/lattice/raster.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";
import { encodePng } from "../mod.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import { averagingEngine, isKept, pixelAt, randomEngine } from "./support/images.ts";

const LATTICES: readonly Lattice[] = ALL_LATTICES.filter(({ name }) => name !== "rows");

/** Sizes from 1×1 on, odd and even, of every kind of pixels, lossless and not. */
const CASES = [
  { width: 1, height: 1, channels: 3, maxError: 0 },
  { width: 1, height: 13, channels: 1, maxError: 0 },
  { width: 12, height: 1, channels: 4, maxError: 2 },
  { width: 2, height: 3, channels: 2, maxError: 0 },
  { width: 73, height: 60, channels: 1, maxError: 0 },
  { width: 58, height: 31, channels: 3, maxError: 2 },
  { width: 37, height: 65, channels: 3, maxError: 0 },
  { width: 41, height: 27, channels: 4, maxError: 0 },
  { width: 30, height: 37, channels: 2, maxError: 3 },
].map(({ width, height, channels, maxError }, seed) => ({
  name: `${width}×${height}×${channels}`,
  image: softPhoto({ width, height }, { channels: channels as Channels, seed }),
  maxError,
  seed,
}));

async function restored(
  file: Uint8Array,
  drawing = averagingEngine(),
): Promise<Image> {
  return await restoreCoded(await decodeCoded(file, CODING), drawing);
}

Deno.test("at a ratio the pixels of its lattice come back within the largest error, whatever is drawn", async () => {
  for (const { name, image, maxError, seed } of CASES) {
    for (const lattice of LATTICES) {
      const file = await encodeCoded(image, { ...CODING, maxError, ratio: lattice.ratio });
      const again = await restored(file, randomEngine(seed));
      deepEqual([again.width, again.height, again.channels], [
        image.width,
        image.height,
        image.channels,
      ]);
      for (let y = 0; y < image.height; y++) {
        for (let x = 0; x < image.width; x++) {
          if (!isKept(lattice, x, y)) continue;
          const before = pixelAt(image, x, y);
          ok(
            pixelAt(again, x, y).every((value, at) => Math.abs(value - before[at]!) <= maxError),
            `${name}, ${lattice.ratio}: ${x}, ${y}`,
          );
        }
      }
    }
  }
});

Deno.test("what is restored at a ratio compresses to the same file, whatever was drawn, a hundred times", async () => {
  for (const { name, image, maxError } of CASES) {
    for (const { ratio } of LATTICES) {
      const options = { ...CODING, maxError, ratio };
      const file = await encodeCoded(image, options);
      const times = name === "17×65×3" && ratio === 2 ? 100 : 2;
      let source = file;
      for (let seed = 0; seed < times; seed++) {
        source = await encodeCoded(await restored(source, randomEngine(seed)), options);
        deepEqual(source, file, `${name}, ${ratio}`);
      }
    }
  }
});

Deno.test("colours in pixels that are not coded decide nothing: the file is that of grey, and comes again", async () => {
  const grey = softPhoto({ width: 46, height: 37 }, { channels: 1 });
  for (const lattice of LATTICES) {
    const data = Uint8Array.from({ length: 3 * grey.data.length }, (_, at) => {
      const pixel = (at - at % 3) / 3;
      const [x, y] = [pixel % grey.width, Math.floor(pixel / grey.width)];
      return isKept(lattice, x, y) ? grey.data[pixel]! : 80 * (at % 3);
    });
    const options = { ...CODING, ratio: lattice.ratio };
    const file = await encodeCoded({ ...grey, channels: 3, data }, options);
    equal(openCoded(file).header.isGrey, true);
    for (const drawing of [averagingEngine(), randomEngine(lattice.ratio)]) {
      deepEqual(await encodeCoded(await restored(file, drawing), options), file);
    }
  }
});

Deno.test("a file cut to a ratio is what compressing at that ratio writes, and cuts on from there", async () => {
  let cut = 0;
  for (const { name, image, maxError } of CASES) {
    const whole = await encodeCoded(image, { ...CODING, maxError });
    if (probeCoded(whole).header.octaves === 0) continue;
    let before = whole;
    for (const { ratio } of LATTICES) {
      const { bytes } = trimCoded(whole, { ratio });
      deepEqual(bytes, await encodeCoded(image, { ...CODING, maxError, ratio }), name);
      deepEqual(trimCoded(before, { ratio }).bytes, bytes);
      deepEqual(trimCoded(bytes, { ratio }).bytes, bytes);
      before = bytes;
      cut++;
    }
  }
  ok(cut >= 8);
});

Deno.test("cutting keeps metadata, density and what a later header may say", async () => {
  const metadata = {
    chunks: [
      { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) },
      { type: "tEXt", data: new TextEncoder().encode("Title\0Grain") },
    ],
  };
  const image = { ...softPhoto({ width: 60, height: 50 }), metadata };
  const file = await encodeCoded(image, CODING);
  const { bytes } = trimCoded(file, { ratio: 4 });
  deepEqual((await restored(bytes)).metadata, metadata);
  const longer = readChunks(file).map((chunk) =>
    chunk.type === "nnCX" ? { ...chunk, data: Uint8Array.of(...chunk.data, 7, 8, 9) } : chunk
  );
  const header = readChunks(trimCoded(writeChunks(longer), { ratio: 4 }).bytes)
    .find(({ type }) => type === "nnCX")!;
  const expected = readChunks(bytes).find(({ type }) => type === "nnCX")!;
  deepEqual(header.data, Uint8Array.of(...expected.data, 7, 8, 9));
});

Deno.test("a file that ends early can be cut to what is whole of it, and to no more", async () => {
  const image = softPhoto({ width: 64, height: 48 });
  const file = await encodeCoded(image, CODING);
  const short = file.subarray(0, file.length - 100);
  equal(
    trimCoded(short, { ratio: 2 }).bytes.length,
    (await encodeCoded(image, { ...CODING, ratio: 2 })).length,
  );
  const shorter = trimCoded(file, { ratio: 2 }).bytes;
  throws(
    () => trimCoded(shorter.subarray(0, shorter.length - 100), { ratio: 2 }),
    /cut off after .*: what is whole of it has a ratio of 4/,
  );
  throws(() => trimCoded(trimCoded(file, { ratio: 8 }).bytes, { ratio: 4 }), /ratio of 8 already/);
  const chunks = readChunks(file);
  const without = (step: number) =>
    writeChunks(chunks.filter(({ type, data }) => type !== STEP_CHUNK_TYPE || data[0] !== step));
  throws(
    () => trimCoded(without(3), { ratio: 2 }),
    /The file lacks run 0 of step 3 .*has a ratio of 8; trim it to that/,
  );
  throws(
    () => trimCoded(without(0), { ratio: 4 }),
    /a ratio of 64, and files are trimmed to 16 at most/,
  );
});

Deno.test("a file without the picture that it shows is refused by all that reads it", async () => {
  const file = await encodeCoded(softPhoto({ width: 64, height: 48 }), CODING);
  const bare = writeChunks(readChunks(file).filter(({ type }) => type !== "IDAT"));
  throws(() => probeCoded(bare), /no "IDAT" chunk/);
  throws(() => trimCoded(bare, { ratio: 4 }), /no "IDAT" chunk/);
});

Deno.test("what has no steps cannot be cut: a picture that is stored whole, and what is no coded file", async () => {
  const flat = softPhoto({ width: 64, height: 64 });
  flat.data.fill(9);
  const stored = await encodeCoded(flat, CODING);
  throws(() => trimCoded(stored, { ratio: 2 }), /PNG of all pixels/);
  const png = await encodePng(flat);
  throws(() => trimCoded(png, { ratio: 2 }), /no coded file/);
});

Deno.test("reading a file at ratio 16 asks networks for less than a tenth of what all of it takes", async () => {
  const image = softPhoto({ width: 200, height: 150 }, { channels: 1 });
  const file = await encodeCoded(image, CODING);
  const cellsOf = async (bytes: Uint8Array) => {
    let cells = 0;
    const run: OfferNetwork = (network, options) => {
      cells += options.shape.width * options.shape.height;
      return CODING.run!(network, options);
    };
    await decodeCoded(bytes, { ...CODING, run });
    return cells;
  };
  ok(await cellsOf(trimCoded(file, { ratio: 16 }).bytes) < await cellsOf(file) / 10);
  // What is left of a file does not have to be trimmed for that.
  const before = readChunks(file).filter(({ type, data }) => type !== "nnCD" || data[0]! < 2);
  ok(await cellsOf(writeChunks(before)) < await cellsOf(file) / 10);
});
