/**
 * What coded files and coders are fed to, and what must hold of what comes out.
 *
 * @module
 */

import { describeCoded } from "../../cli/info_coded.ts";
import { decodeCoded } from "../../codec/coded_decoder.ts";
import { encodeCoded } from "../../codec/coded_encoder.ts";
import { isCodedFile } from "../../codec/is_coded_file.ts";
import { probeCoded } from "../../codec/coded_probe.ts";
import { restoreCoded } from "../../codec/coded_restore.ts";
import { trimCoded } from "../../codec/coded_trim.ts";
import { checkImage } from "../../codec/image/image.ts";
import { ExactProcessor } from "../../gpu/exact_processor.ts";
import { runExactNetwork } from "../../gpu/exact_reference.ts";
import { decodeCoderFile, encodeCoderFile } from "../../weights/coder_file.ts";
import { CODING, softPhoto } from "../support/coded_files.ts";
import { averagingEngine } from "../support/images.ts";
import type { Dice } from "./dice.ts";
import { attempt, demand, MAX_PIXELS, mustNotThrow, READING, sameBytes } from "./oracle.ts";

const engine = averagingEngine();

/** Feeds a coded file to all that reads them; see `feed`. */
export async function feedCoded(bytes: Uint8Array, dice: Dice): Promise<string[]> {
  return [
    await attempt("decodeCoded", () => checkCoded(bytes, dice)),
    await attempt("decodeCoded of a prefix", () => checkPrefix(bytes, dice)),
    await attempt("probeCoded", () => checkCodedFacts(bytes)),
    await attempt("trimCoded", () => checkTrimming(bytes, dice)),
  ];
}

async function checkCoded(bytes: Uint8Array, dice: Dice): Promise<void> {
  const salvage = dice.chance(0.5);
  const file = await decodeCoded(bytes, { ...CODING, ...READING, salvage });
  await mustNotThrow("what follows decodeCoded", async () => {
    demand(isCodedFile(bytes), "what is decoded as a coded file is one");
    demand(salvage || !file.loss?.isDamaged, "what is damaged is refused unless it is salvaged");
    const image = await restoreCoded(file, engine);
    checkImage(image);
    const { maxError, size } = file.header;
    demand(image.width === size.width && image.height === size.height, "all of it is drawn");
    demand(image.width * image.height <= MAX_PIXELS, "the limit on pixels is kept");
    // The longest part of it.
    if (dice.chance(0.6)) return;
    const isWide = image.low !== undefined;
    const again = await encodeCoded(image, { ...CODING, maxError: isWide ? 0 : maxError });
    const restored = await restoreCoded(await decodeCoded(again, CODING), engine);
    const twice = await encodeCoded(restored, { ...CODING, maxError: isWide ? 0 : maxError });
    demand(sameBytes(twice, again), "what is restored compresses to itself");
  });
}

/** Any prefix is refused or restored whole, and a longer one has no fewer pixels. */
async function checkPrefix(bytes: Uint8Array, dice: Dice): Promise<void> {
  const end = dice.below(bytes.length + 1);
  const salvage = dice.chance(0.5);
  const prefix = bytes.subarray(0, end);
  const file = await decodeCoded(prefix, { ...CODING, ...READING, salvage });
  await mustNotThrow("what follows decodeCoded of a prefix", async () => {
    const image = await restoreCoded(file, engine);
    checkImage(image);
    const { size } = file.header;
    demand(image.width === size.width && image.height === size.height, "all of it is drawn");
  });
}

function checkCodedFacts(bytes: Uint8Array): void {
  const { header: { size }, loss, steps } = probeCoded(bytes, READING);
  const { lines, report } = describeCoded(bytes, { path: "a.nnc", ...READING });
  for (const line of lines) {
    demand(!/[\p{Cc}\p{Cf}\p{Cs}]|undefined|NaN|\[object/u.test(line), `people can read "${line}"`);
  }
  demand(!/NaN|Infinity/.test(JSON.stringify(report)), "a report is of numbers");
  demand(size.width * size.height <= MAX_PIXELS, "the limit on pixels is kept");
  demand(!loss || loss.share >= 0 && loss.share <= 1, "a share is from 0 to 1");
  demand(steps.every((count) => count <= bytes.length), "steps take no more than the file");
}

async function checkTrimming(bytes: Uint8Array, dice: Dice): Promise<void> {
  const ratio = dice.pick([2, 4, 8, 16] as const);
  const trimmed = trimCoded(bytes, { ratio, ...READING }).bytes;
  await mustNotThrow("what follows trimCoded", () => {
    const facts = probeCoded(trimmed);
    demand(facts.ratio === ratio && !facts.loss, "a file that was cut has what it says");
    demand(sameBytes(trimCoded(trimmed, { ratio }).bytes, trimmed), "cutting again does nothing");
  });
}

let processor: Promise<ExactProcessor | undefined> | undefined;

/** A coder that is read is written again as it was, computes the same by the reference and the kernels, and codes. */
export async function checkCoder(bytes: Uint8Array, dice: Dice): Promise<void> {
  const { coder, info, digest } = await decodeCoderFile(bytes);
  await mustNotThrow("what follows decodeCoderFile", async () => {
    const again = await decodeCoderFile(encodeCoderFile(coder, info));
    demand(sameBytes(again.digest, digest), "a coder keeps its digest");
    const fast = await (processor ??= ExactProcessor.open());
    const shape = { width: 1 + dice.below(5), height: 1 + dice.below(5) };
    for (const network of [coder.fine, coder.coarse].flatMap((octave) => Object.values(octave))) {
      const { inputLimits } = network;
      const length = shape.width * shape.height * inputLimits.length;
      const input = Int32Array.from({ length }, (_, at) => {
        const limit = inputLimits[at % inputLimits.length]!;
        return dice.pick([-limit, limit, dice.below(2 * limit + 1) - limit]);
      });
      const wanted = runExactNetwork(network, { shape, input });
      const found = await fast?.run(network, { shape, input });
      demand(
        !found || wanted.every((value, at) => value === found[at]),
        "every kernel computes what the reference does",
      );
    }
    const photo = softPhoto({ width: 18, height: 13 });
    const file = await encodeCoded(photo, { coder, digest, effort: "fast", ratio: 2 });
    const { header, loss } = await decodeCoded(file, { coder, digest });
    demand(!loss && sameBytes(header.coder, digest), "what a coder writes it reads");
  });
}
