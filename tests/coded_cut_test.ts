import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { decodeCoded, type DecodedFile, type DecodeOptions } from "../codec/coded_decoder.ts";
import { encodeCoded } from "../codec/coded_encoder.ts";
import { probeCoded } from "../codec/coded_probe.ts";
import { missingLevels, restoreCoded, restoreOctave } from "../codec/coded_restore.ts";
import { trimCoded } from "../codec/coded_trim.ts";
import type { Image } from "../codec/image/image.ts";
import { readChunks, writeChunks } from "../codec/png/png_chunks.ts";
import { STEP_CHUNK_TYPE } from "../codec/step_chunks.ts";
import { Random } from "../train/random.ts";
import { CODING, softPhoto } from "./support/coded_files.ts";
import { randomEngine } from "./support/images.ts";

/** Decodes what there is, draws the rest at random, and collects what is said. */
async function readAll(
  file: Uint8Array,
  options: Partial<DecodeOptions> = {},
): Promise<{ file: DecodedFile; image: Image; warnings: string[] }> {
  const warnings: string[] = [];
  const decoded = await decodeCoded(file, {
    ...CODING,
    ...options,
    onWarning: (warning) => warnings.push(warning),
  });
  return { file: decoded, image: await restoreCoded(decoded, randomEngine(3)), warnings };
}

/** Share of the pixels whose samples are all within the largest error. */
function shareWithin(image: Image, { like, maxError }: { like: Image; maxError: number }): number {
  const { channels } = like;
  let within = 0;
  for (let at = 0; at < like.data.length; at += channels) {
    const isWithin = (sample: number) =>
      Math.abs(image.data[at + sample]! - like.data[at + sample]!) <= maxError;
    if ([...Array(channels).keys()].every(isWithin)) within++;
  }
  return within / (like.width * like.height);
}

function join(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Where the pixels of a file's PNG end. */
function pixelsEnd(file: Uint8Array): number {
  const chunks = readChunks(file);
  const behind = chunks.slice(chunks.findIndex(({ type }) => type === "IDAT") + 1);
  return file.length - behind.reduce((sum, { data }) => sum + data.length + 12, 0);
}

/** A file whose steps have several runs, in chunks of a few runs each, as large images have them in chunks of a mebibyte. */
async function manyChunks(): Promise<{ image: Image; file: Uint8Array }> {
  const image = softPhoto({ width: 1100, height: 800 }, { channels: 1, seed: 4 });
  const chunks = readChunks(await encodeCoded(image, CODING)).flatMap((chunk) => {
    if (chunk.type !== STEP_CHUNK_TYPE) return [chunk];
    const { data } = chunk;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const count = view.getUint16(3);
    let at = 5;
    return Array.from({ length: count }, (_, run) => {
      const length = 4 + view.getUint32(at);
      const one = Uint8Array.of(data[0]!, 0, run, 0, 1, ...data.subarray(at, at + length));
      at += length;
      return { type: STEP_CHUNK_TYPE, data: one };
    });
  });
  return { image, file: writeChunks(chunks) };
}

Deno.test("a file cut off anywhere behind its PNG's pixels restores: what is whole is exact, the rest is drawn", async () => {
  const random = new Random(5);
  const cases = [[61, 47, 3, 0], [64, 1, 3, 0], [33, 70, 1, 2], [50, 50, 3, 3]] as const;
  for (const [width, height, channels, maxError] of cases) {
    const image = softPhoto({ width, height }, { channels, seed: width });
    const file = await encodeCoded(image, { ...CODING, maxError });
    if (probeCoded(file).steps.length === 0) continue;
    const first = pixelsEnd(file);
    const cuts = Array.from({ length: 12 }, () => first + random.below(file.length - first));
    for (const cut of [first, first + 3, first + 8, ...cuts, file.length - 12, file.length - 1]) {
      const { image: again, warnings, file: { loss } } = await readAll(file.subarray(0, cut));
      deepEqual([again.width, again.height, again.channels], [width, height, channels]);
      ok(shareWithin(again, { like: image, maxError }) >= (loss?.share ?? 1), `${cut}`);
      match(warnings.join(), loss ? /cut off after .* % of the pixels/ : /nothing is missing but/);
    }
  }
});

Deno.test("any number of chunks restores, and a file without a chunk of steps is drawn from its PNG alone", async () => {
  const image = softPhoto({ width: 61, height: 47 });
  const chunks = readChunks(await encodeCoded(image, CODING));
  const spacings: number[] = [];
  for (let lost = 6; lost >= 0; lost--) {
    const kept = writeChunks([...chunks.slice(0, chunks.length - 1 - lost), chunks.at(-1)!]);
    const { file, image: again, warnings } = await readAll(kept);
    spacings.push(file.spacing, missingLevels(file).length);
    equal(warnings.length, lost === 0 ? 0 : 1);
    ok(shareWithin(again, { like: image, maxError: 0 }) >= (file.loss?.share ?? 1));
  }
  deepEqual(spacings, [8, 3, 8, 3, 4, 2, 4, 2, 2, 1, 2, 1, 1, 0]);
});

Deno.test("of a file that is on its way, each step that has come in adds to the octave that is shown", async () => {
  const image = softPhoto({ width: 61, height: 47 });
  const chunks = readChunks(await encodeCoded(image, CODING));
  const seen: string[] = [];
  for (let lost = 6; lost >= 0; lost--) {
    const { file } = await readAll(writeChunks(chunks.slice(0, chunks.length - 1 - lost)));
    const octave = await restoreOctave(file, randomEngine(3));
    const spacing = Math.round(image.width / octave.width);
    let exact = 0;
    for (let at = 0; at < octave.width * octave.height; at++) {
      const [x, y] = [at % octave.width, Math.floor(at / octave.width)];
      const original = ((y * image.width) + x) * spacing * 3;
      if ([0, 1, 2].every((c) => octave.data[3 * at + c] === image.data[original + c])) exact++;
    }
    const share = exact / (octave.width * octave.height);
    seen.push(`${octave.width} × ${octave.height}, ${share === 1 ? "all" : share.toFixed(1)}`);
  }
  const expected = ["8 × 6, all", "16 × 12, 0.5", "16 × 12, all", "31 × 24, 0.5", "31 × 24, all"];
  deepEqual(seen, [...expected, "61 × 47, 0.5", "61 × 47, all"]);
});

Deno.test("of a step that is cut off, the runs that are there are kept", async () => {
  const { image, file } = await manyChunks();
  const chunks = readChunks(file);
  const shares: number[] = [];
  for (const lost of [1, 2, 3, 5]) {
    const { file: { loss }, image: again } = await readAll(writeChunks(chunks.slice(0, -1 - lost)));
    equal(loss!.isDamaged, false);
    const share = shareWithin(again, { like: image, maxError: 0 });
    // Some drawn pixels are right by chance: 1 of 256.
    ok(share >= loss!.share && share < loss!.share + 0.02, `${share} ${loss!.share}`);
    shares.push(loss!.share);
  }
  ok(shares[0]! < 1 && shares[0]! > 0.8);
  ok(shares[3]! < 0.5 && shares[3]! > 0.25);
});

Deno.test("a damaged chunk is refused by its step, and salvaging keeps all that is whole up to that step", async () => {
  const { image, file } = await manyChunks();
  const chunks = readChunks(file);
  for (const step of [1, 6, 7]) {
    const place = chunks.findIndex(({ type, data }) =>
      type === STEP_CHUNK_TYPE && data[0] === step
    );
    const before = writeChunks(chunks.slice(0, place)).length;
    const damaged = file.with(before + 40, file[before + 40]! ^ 4);
    await rejects(
      decodeCoded(damaged, CODING),
      new RegExp(
        `"nnCD" at byte ${before} is damaged.*step ${step} .*lost.*"salvage" take the`,
      ),
    );
    const { file: { loss }, image: again } = await readAll(damaged, { salvage: true });
    equal(loss!.isDamaged, true);
    const share = shareWithin(again, { like: image, maxError: 0 });
    ok(share >= loss!.share && share < loss!.share + 0.02, `${step}: ${share} ${loss!.share}`);
    if (step === 7) ok(loss!.share > 0.7);
  }
});

Deno.test("of a step that is lost as a whole it is told in one", async () => {
  const image = softPhoto({ width: 700, height: 500 }, { channels: 1, seed: 4 });
  const file = await encodeCoded(image, CODING);
  const chunks = readChunks(file);
  const place = chunks.findLastIndex(({ type }) => type === STEP_CHUNK_TYPE);
  const before = writeChunks(chunks.slice(0, place)).length;
  const damaged = file.with(before + 40, file[before + 40]! ^ 4);
  await rejects(decodeCoded(damaged, CODING), /so that step \d+ \(of 0 to \d+\) is lost/);
});

Deno.test("where bytes are lost or a length is damaged, chunks behind them are found again", async () => {
  const { image, file } = await manyChunks();
  const chunks = readChunks(file);
  const place = chunks.findIndex(({ type, data }) => type === STEP_CHUNK_TYPE && data[0] === 7);
  const begin = writeChunks(chunks.slice(0, place)).length;
  const torn = join(file.subarray(0, begin + 50), file.subarray(begin + 90));
  const longer = file.with(begin, 1);
  for (const damaged of [torn, longer]) {
    await rejects(decodeCoded(damaged, CODING), /damaged.*run 0 of step 7 .* lost/);
    const { file: { loss }, image: again } = await readAll(damaged, { salvage: true });
    ok(loss!.share > 0.7, `${loss!.share}`);
    ok(shareWithin(again, { like: image, maxError: 0 }) >= loss!.share);
  }
});

Deno.test("a file full of what looks like chunks is read all the same", async () => {
  const file = await encodeCoded(softPhoto({ width: 61, height: 47 }), CODING);
  const end = pixelsEnd(file);
  for (const [step, lengthAt] of [[8, (rest: number) => rest >> 1], [12, () => 0]] as const) {
    const decoys = new Uint8Array(2 ** 21);
    const view = new DataView(decoys.buffer);
    for (let at = 0; at + step <= decoys.length; at += step) {
      view.setUint32(at, lengthAt(decoys.length - at));
      view.setUint32(at + 4, 0x6e6e4344);
    }
    const padded = join(file.subarray(0, end), decoys, file.subarray(end));
    equal((await readAll(padded, { salvage: true })).file.loss?.isDamaged ?? true, true);
  }
});

Deno.test("a lost chunk and a run that does not agree with its checksum are named, and salvaged", async () => {
  const image = softPhoto({ width: 61, height: 47 });
  const chunks = readChunks(await encodeCoded(image, CODING));
  const lost = writeChunks(
    chunks.filter(({ type, data }) => type !== STEP_CHUNK_TYPE || data[0] !== 3),
  );
  await rejects(decodeCoded(lost, CODING), /lacks run 0 of step 3 \(of 0 to 5\).*"salvage"/);
  const changed = writeChunks(
    chunks.map((chunk) =>
      chunk.type === STEP_CHUNK_TYPE && chunk.data[0] === 3
        ? { ...chunk, data: chunk.data.with(30, chunk.data[30]! ^ 1) }
        : chunk
    ),
  );
  await rejects(decodeCoded(changed, CODING), /step 3 .* do not agree.*"salvage" take the 12 %/);
  for (const file of [lost, changed]) {
    const { image: again, warnings, file: { loss } } = await readAll(file, { salvage: true });
    ok(shareWithin(again, { like: image, maxError: 0 }) >= 0.125);
    equal(loss!.isDamaged, true);
    match(warnings.join(), /12 % of the pixels are there, the others are drawn/);
  }
});

Deno.test("a file whose PNG was changed is refused, salvaged or not: nothing that follows could be read", async () => {
  const image = softPhoto({ width: 61, height: 47 });
  const chunks = readChunks(await encodeCoded(image, CODING));
  const other = readChunks(
    await encodeCoded({ ...image, data: image.data.map((value) => value ^ 1) }, CODING),
  );
  const mixed = writeChunks(
    chunks.map((chunk) =>
      chunk.type === "IDAT" ? other.find(({ type }) => type === "IDAT")! : chunk
    ),
  );
  await rejects(decodeCoded(mixed, { ...CODING, salvage: true }), /pixels that the file shows/);
});

Deno.test("a file of more pixels than are to be read is refused by all that reads it", async () => {
  const file = await encodeCoded(softPhoto({ width: 61, height: 47 }), CODING);
  const refusal = /61×47 pixels; at most 2866 pixels/;
  throws(() => probeCoded(file, { maxPixels: 2866 }), refusal);
  throws(() => trimCoded(file, { ratio: 4, maxPixels: 2866 }), refusal);
  await rejects(decodeCoded(file, { ...CODING, maxPixels: 2866 }), refusal);
  await decodeCoded(file, { ...CODING, maxPixels: 2867 });
});

Deno.test("a file that shows a picture of another size than it says is refused by all that reads it", async () => {
  const chunks = readChunks(await encodeCoded(softPhoto({ width: 61, height: 47 }), CODING));
  const taller = writeChunks(
    chunks.map((chunk) =>
      chunk.type === "nnCX" ? { ...chunk, data: chunk.data.with(11, 147) } : chunk
    ),
  );
  const refusal = /must show 8×19 pixels, found 8×6/;
  throws(() => probeCoded(taller), refusal);
  throws(() => trimCoded(taller, { ratio: 4 }), refusal);
  await rejects(decodeCoded(taller, { ...CODING, salvage: true }), refusal);
});

Deno.test("a header that contradicts the PNG's alpha is refused, and a density that PNG forbids is left out", async () => {
  const transparent = softPhoto({ width: 70, height: 50 }, { channels: 4 });
  transparent.data.forEach((_, at) => at % 4 === 3 && (transparent.data[at] = at < 4000 ? 0 : 255));
  const density = { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) };
  const dense = { ...softPhoto({ width: 60, height: 50 }), metadata: { chunks: [density] } };
  const withHeader = (file: Uint8Array, change: (data: Uint8Array) => Uint8Array) =>
    writeChunks(
      readChunks(file).map((chunk) =>
        chunk.type === "nnCX" ? { ...chunk, data: change(chunk.data.slice()) } : chunk
      ),
    );
  const opaque = withHeader(
    await encodeCoded(transparent, CODING),
    (data) => data.with(3, data[3]! & ~4),
  );
  await rejects(decodeCoded(opaque, CODING), /shows transparent pixels, and says that there are/);
  const forbidden = withHeader(
    await encodeCoded(dense, CODING),
    (data) => data.with(data.length - 2, 9),
  );
  const { image, warnings } = await readAll(forbidden);
  deepEqual(image.metadata.chunks, []);
  match(warnings.join(), /"pHYs" is left out: its contents are malformed/);
});

Deno.test("what is stored whole is told of its missing end, too", async () => {
  const flat = softPhoto({ width: 40, height: 30 });
  flat.data.fill(9);
  const { image, warnings } = await readAll((await encodeCoded(flat, CODING)).subarray(0, -12));
  deepEqual(image.data, flat.data);
  match(warnings.join(), /nothing is missing but its end/);
});
