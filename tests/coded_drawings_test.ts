import { deepEqual, equal, ok } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { openCoded } from "../codec/coded_file.ts";
import type { Image } from "../codec/image/image.ts";
import { optimiseFile } from "../codec/png/deflate_run.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { storedRows } from "../codec/png/png_pixels.ts";
import { namedPictures } from "../bench/kinds/pictures.ts";
import { decodeImage } from "../mod.ts";
import { createRandom } from "./support/scene.ts";
import { CODING } from "./support/coded_files.ts";
import { requireSameSamples, roundTrip } from "./support/coded_kinds.ts";
import { writeRawPng } from "./support/png_writer.ts";

async function oxipngBytes(image: Image): Promise<number> {
  return writeChunks(await optimiseFile(storedRows(image), { level: 2, chunks: [] })).length;
}

Deno.test("pictures of every kind take no more than oxipng's PNG of them and 1 %, and come back", async () => {
  const some = /^(dithering|pixel text|4 greys|icon.*|cut-out, cleared|16 bits, 8 used|\d+×\d+)$/;
  for (const { name, image } of namedPictures().filter(({ name }) => some.test(name))) {
    const { file, decoded } = await roundTrip(image, { effort: "default" });
    requireSameSamples(decoded, image, name);
    const most = 1.01 * await oxipngBytes(image);
    ok(file.length <= most, `${name}: ${file.length} bytes, at most ${most}`);
  }
});

Deno.test("every colour type and depth of PNG comes back, stored as oxipng reduces it", async () => {
  const random = createRandom(3);
  const kinds = [[0, 1, 1], [0, 2, 1], [0, 4, 1], [0, 8, 1], [0, 16, 1], [2, 8, 3], [2, 16, 3]]
    .concat([[3, 1, 1], [3, 2, 1], [3, 4, 1], [3, 8, 1], [4, 8, 2], [4, 16, 2], [6, 8, 4], [
      6,
      16,
      4,
    ]]);
  for (const [colourType, bitDepth, samples] of kinds as [number, number, number][]) {
    for (const interlaced of [false, true]) {
      const [width, height] = [1 + Math.floor(random() * 40), 1 + Math.floor(random() * 40)];
      const colours = Math.min(2 ** bitDepth, 200);
      const values = Uint16Array.from(
        { length: width * height * samples },
        () => Math.floor(random() ** 3 * colours),
      );
      const palette = Uint8Array.from({ length: colours * 3 }, () => random() * 256);
      const png = writeRawPng({
        width,
        height,
        bitDepth,
        colourType,
        samples,
        values,
        interlaced,
        chunks: colourType === 3
          ? [{ type: "PLTE", data: palette }, { type: "tRNS", data: Uint8Array.of(0, 128) }]
          : [],
      });
      const image = await decodeImage(png, { depth: 16 });
      equal(image.low !== undefined, bitDepth === 16);
      const { decoded } = await roundTrip(image, { effort: "default" });
      requireSameSamples(
        decoded,
        image,
        `type ${colourType}, ${bitDepth} bits, ${width}×${height}`,
      );
    }
  }
});

Deno.test("grey with a profile of colours is stored in colours", async () => {
  const profile = Uint8Array.of(65, 0, 0, ...deflateSync(new Uint8Array(200)));
  const metadata = { chunks: [{ type: "iCCP", data: profile }] };
  const random = createRandom(5);
  for (const alpha of [false, true]) {
    const channels = alpha ? 4 : 3;
    const data = new Uint8Array(30 * 20 * channels);
    for (let at = 0; at < data.length; at += channels) {
      data.fill(random() * 256, at, at + 3);
      if (alpha) data[at + 3] = random() * 256;
    }
    const image: Image = { width: 30, height: 20, channels, data, metadata };
    const { file, decoded } = await roundTrip(image, { effort: "default" });
    requireSameSamples(decoded, image);
    const colourType = readChunks(file)[0]!.data[9]!;
    deepEqual(colourType & 2, 2, `colour type ${colourType}`);
  }
  const { header } = openCoded(
    await encodeCoded(
      { width: 9, height: 9, channels: 1, data: new Uint8Array(81), metadata },
      CODING,
    ),
  );
  equal(header.isColoured, false);
});

Deno.test("a file that another program changed into colours is refused where it was grey", async () => {
  const image: Image = {
    width: 16,
    height: 16,
    channels: 1,
    data: Uint8Array.from({ length: 256 }, (_, at) => at % 16 > 7 ? 200 : 10),
    metadata: { chunks: [] },
  };
  const file = await encodeCoded(image, { ...CODING, maxError: 1 });
  const coloured = writeRawPng({
    width: 16,
    height: 16,
    bitDepth: 8,
    colourType: 2,
    samples: 3,
    values: Uint8Array.from({ length: 768 }, (_, at) => at % 200),
  });
  const [header, , ...rest] = readChunks(coloured);
  const mark = readChunks(file).find(({ type }) => type === "nnCX")!;
  const changed = writeChunks([header!, mark, readChunks(coloured)[1]!, ...rest]);
  let message = "";
  await decodeCoded(changed, CODING).catch((error) => message = error.message);
  ok(/not those that were compressed/.test(message), message);
});
