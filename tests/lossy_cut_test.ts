import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { encodeCodedHeader } from "../codec/coded_header.ts";
import { openCoded } from "../codec/coded_file.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import { restoreCoded } from "../codec/coded_restore.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import { CHUNK_TYPE } from "../codec/container.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";
import { AT_ONCE, CODING as PAUSING, softPhoto } from "./support/coded_files.ts";
import { randomEngine } from "./support/images.ts";

const CODING = { ...PAUSING, workers: AT_ONCE };
const LOSSY = { step: 6 * STEP_PARTS, chroma: 16, ratio: 45, isEven: false };
const IMAGE = softPhoto({ width: 61, height: 47 }, { seed: 8 });

Deno.test("a lossy file that ends anywhere gives a whole picture, of which what is known is as in the whole file", async () => {
  const file = await encodeCoded(IMAGE, { ...CODING, lossy: LOSSY });
  const whole = (await decodeCoded(file, CODING)).image;
  for (let share = 0.2; share < 1; share += 0.11) {
    const start = await decodeCoded(file.subarray(0, Math.floor(share * file.length)), CODING);
    const { image, spacing } = start;
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          equal(
            image.data[(y * image.width + x) * 3 + channel],
            whole.data[(y * spacing * 61 + x * spacing) * 3 + channel],
          );
        }
      }
    }
    const drawn = await restoreCoded(start, randomEngine(1));
    deepEqual([drawn.width, drawn.height], [61, 47]);
  }
});

Deno.test("a lossy file cut to a ratio is what compressing at that ratio writes", async () => {
  const file = await encodeCoded(IMAGE, { ...CODING, lossy: LOSSY });
  for (const ratio of [2, 4, 16] as const) {
    const { bytes } = trimCoded(file, { ratio });
    deepEqual(bytes, await encodeCoded(IMAGE, { ...CODING, lossy: LOSSY, ratio }));
    deepEqual(probeCoded(bytes).header.lossy, LOSSY);
  }
});

Deno.test("a byte that changed in a lossy file is found, and what comes before is salvaged", async () => {
  const file = await encodeCoded(IMAGE, { ...CODING, lossy: LOSSY });
  const chunks = readChunks(file);
  const steps = chunks.filter(({ type }) => type === STEP_CHUNK_TYPE);
  const last = steps.at(-1)!;
  const data = last.data.slice();
  data[60]! ^= 0x55;
  // The chunk's own checksum agrees, so that of the samples is what finds it.
  const damaged = writeChunks(chunks.map((chunk) => chunk === last ? { ...last, data } : chunk));
  await rejects(decodeCoded(damaged, CODING), /do not agree with their checksum/);
  const { image, spacing, loss } = await decodeCoded(damaged, { ...CODING, salvage: true });
  ok(loss!.isDamaged && loss!.share >= 0.5 && spacing === 2 && image.width === 31);
});

Deno.test("a header says how coarse a lossy file is, and one that states what cannot be is refused", async () => {
  const file = await encodeCoded(IMAGE, { ...CODING, lossy: LOSSY });
  const { header } = openCoded(file);
  const chunks = readChunks(file);
  const refused = (changes: object, message: RegExp) =>
    rejects(
      decodeCoded(
        writeChunks(
          chunks.map((chunk) =>
            chunk.type === CHUNK_TYPE
              ? { ...chunk, data: encodeCodedHeader({ ...header, ...changes }) }
              : chunk
          ),
        ),
        CODING,
      ),
      message,
    );
  await refused({ lossy: { ...LOSSY, step: 0 } }, /states a step of 0; it is from 32 to 4096/);
  await refused({ lossy: { ...LOSSY, chroma: 255 } }, /states a factor of chroma of 255/);
  await refused({ lossy: { ...LOSSY, ratio: 65 } }, /states a ratio of octaves of 65/);
  await refused({ maxError: 2 }, /states a largest error of 2; it is from 0 to 0/);
  await refused({ octaves: 7 }, /states octaves of 7; it is from 1 to 6/);
  await refused({ octaves: 0 }, /states octaves of 0; it is from 1 to 6/);
  const uneven = chunks.map((chunk) =>
    chunk.type === CHUNK_TYPE ? { ...chunk, data: chunk.data.with(-1, 2) } : chunk
  );
  await rejects(
    decodeCoded(writeChunks(uneven), CODING),
    /states even steps of 2; it is from 0 to 1/,
  );
  await rejects(
    encodeCoded(IMAGE, { ...CODING, lossy: { ...LOSSY, step: 1.5 } }),
    /"step" of a lossy file is a whole number from 32 to 4096, found 1.5/,
  );
});
