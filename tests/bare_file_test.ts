import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { Deflate } from "npm:pako@3.0.3";
import { bareMark, readBareMark } from "../codec/bare_mark.ts";
import { markBare } from "../codec/bare_png.ts";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import { isCodedFile } from "../codec/is_coded_file.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import { isNncFile } from "../codec/nnc_file.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { writeHeader } from "../codec/png/png_header.ts";
import {
  compress,
  compressCoded,
  decodeImage,
  encodePng,
  type Image,
  probe,
  probeCoded,
  restore,
} from "../mod.ts";
import { readHead } from "../web/file_head.ts";
import { CODING, METADATA } from "./support/coded_files.ts";
import { requireSameSamples, roundTrip } from "./support/coded_kinds.ts";
import { createRandom } from "./support/scene.ts";

const FACTS = [0, 1, 2, 3].map((bits) => ({
  isColoured: (bits & 1) > 0,
  isWide: (bits & 2) > 0,
}));

/** A picture of few levels. */
function drawing(channels: 1 | 2 | 3 | 4, options: Partial<Image> = {}): Image {
  const data = Uint8Array.from({ length: 12 * 9 * channels }, (_, at) => at % 5 < 2 ? 20 : 230);
  return { width: 12, height: 9, channels, data, metadata: { chunks: [] }, ...options };
}

Deno.test("small pictures that are stored are nothing but a PNG, of every kind, and come back", async () => {
  const random = createRandom(1);
  for (const channels of [1, 2, 3, 4] as const) {
    for (const isWide of [false, true]) {
      for (const isGrey of [false, true]) {
        const plain = drawing(channels, { metadata: METADATA });
        const data = isGrey ? plain.data.map((_, at) => at % channels === 3 ? 7 : 99) : plain.data;
        const low = data.map((value) => isGrey ? value : Math.floor(random() * 2) * 255);
        const image = { ...plain, data, ...isWide && { low } };
        const { file, decoded } = await roundTrip(image, { effort: "default" });
        const name = `${channels} channels, wide: ${isWide}, grey: ${isGrey}`;
        requireSameSamples(decoded, image, name);
        deepEqual(decoded.metadata, image.metadata);
        ok(!readChunks(file).some(({ type }) => type.startsWith("nn")), name);
        ok(isCodedFile(file) && isNncFile(file));
        const { header } = openCoded(file);
        deepEqual([header.octaves, header.maxError, header.isWide], [0, 0, isWide]);
        deepEqual((await restore(file)).data, image.data);
        deepEqual([readHead(file)?.isCoded, readHead(file)?.size], [true, header.size]);
        // Read as a PNG it is what it shows.
        deepEqual(
          await encodeCoded(await decodeImage(file, { depth: 16 }), {
            ...CODING,
            effort: "default",
          }).then(isCodedFile),
          true,
        );
      }
    }
  }
});

Deno.test("what is stored within a largest error says so by a chunk", async () => {
  const file = await encodeCoded(drawing(3), { ...CODING, maxError: 3 });
  equal(readBareMark(readChunks(file)), undefined);
  equal(openCoded(file).header.maxError, 3);
});

Deno.test("PNGs of other encoders have no mark, whatever their size", async () => {
  const random = createRandom(2);
  for (const [width, height] of [[1, 1], [20, 9], [90, 91], [128, 127], [130, 300]] as const) {
    const data = Uint8Array.from({ length: width * height }, () => random() * 9);
    const image: Image = { width, height, channels: 1, data, metadata: { chunks: [] } };
    for (const effort of ["fast", "default"] as const) {
      const png = await encodePng(image, { effort });
      equal(readBareMark(readChunks(png)), undefined);
      throws(() => openCoded(png), /no "nnCX" chunk/);
    }
    // As libpng does: the least window that holds all bytes, where 16 KiB do.
    const bytes = height * (width + 1);
    for (let window = 8; window < 15; window++) {
      if (bytes > 16384 || bytes > 2 ** window || bytes <= 2 ** (window - 1)) continue;
      for (const flags of [0, 64, 128, 192]) {
        const method = 16 * (window - 8) + 8;
        const stream = Uint8Array.of(method, flags + 31 - (256 * method + flags) % 31, 0);
        const chunks = [writeHeader(image, { channels: 1 }), { type: "IDAT", data: stream }];
        equal(readBareMark(chunks), undefined, `${bytes} bytes`);
      }
    }
  }
});

Deno.test("the mark is two bytes that a zlib stream may begin with, and each says what it was made of", () => {
  for (const [width, height] of [[1, 1], [90, 90], [127, 64], [127, 65], [127, 129], [255, 256]]) {
    const header = writeHeader({ width: width!, height: height! }, { channels: 1 });
    for (const facts of FACTS) {
      const mark = bareMark([header], facts)!;
      equal((256 * mark[0] + mark[1]) % 31, 0);
      equal(mark[0] & 15, 8, "deflate");
      deepEqual(readBareMark([header, { type: "IDAT", data: Uint8Array.from(mark) }]), facts);
    }
  }
  const large = writeHeader({ width: 256, height: 256 }, { channels: 1 });
  equal(bareMark([large], FACTS[0]!), undefined);
});

Deno.test("a stream that repeats what lies farther back than its window is not marked", () => {
  const random = createRandom(3);
  const noise = Uint8Array.from({ length: 1500 }, () => random() * 256);
  const width = 229;
  for (
    const [distance, height, isMarked] of [
      [16000, 100, true],
      [16384, 100, true],
      [16385, 100, false],
      [8192, 60, true],
      [8193, 60, false],
    ] as const
  ) {
    const plain = new Uint8Array(height * (width + 1));
    plain.set(noise);
    plain.set(noise, distance);
    for (let row = 0; row < height; row++) plain[row * (width + 1)] = 0;
    const deflate = new Deflate({ level: 9 });
    deflate.push(plain, true);
    const png = writeChunks([
      writeHeader({ width, height }, { channels: 1 }),
      { type: "IDAT", data: deflate.result as Uint8Array },
      { type: "IEND", data: new Uint8Array(0) },
    ]);
    equal(markBare(png, FACTS[0]!) !== undefined, isMarked, `${distance} bytes back`);
  }
});

Deno.test("a bare file has no steps to trim, and is none that keeps some of its pixels", async () => {
  const file = await encodeCoded(drawing(3), CODING);
  throws(() => trimCoded(file, { ratio: 2 }), /stores its picture as a PNG of all pixels/);
  throws(() => probe(file), /stored whole.*"probeCoded"/);
  deepEqual(probeCoded(file).steps, []);
});

Deno.test("a bare file is not compressed anew, as no file of ours is: what it says by its mark would be lost", async () => {
  const file = await encodeCoded(drawing(3), CODING);
  await rejects(() => compress(file), /an NNC file already; restore it first/);
  await rejects(() => compressCoded(file), /an NNC file already; restore it first/);
  deepEqual(await encodeCoded(await restore(file), CODING), file);
});

Deno.test("a bare file that is damaged is refused, and one without its end is read", async () => {
  const file = await encodeCoded(drawing(3), CODING);
  const { image } = await decodeCoded(file.subarray(0, -12), CODING);
  deepEqual(image.data, drawing(3).data);
  const at = file.length - 20;
  throws(() => openCoded(file.with(at, file[at]! ^ 1)), /"IDAT" at byte \d+ is damaged/);
});
