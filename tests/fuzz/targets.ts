/**
 * What a file is fed to, and what must hold of what comes out.
 *
 * @module
 */

import { compress } from "../../codec/compress.ts";
import { checkImage, type Image } from "../../codec/image/image.ts";
import { ALL_LATTICES } from "../../codec/lattice/lattice.ts";
import type { OpenOptions } from "../../codec/file_shape.ts";
import { encodePng } from "../../codec/png/png.ts";
import { type Facts, probe } from "../../codec/probe.ts";
import { decodeImage } from "../../codec/read.ts";
import { restore, type RestoredImage } from "../../codec/restore.ts";
import { checkNetwork } from "../../gpu/network.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../train/checkpoint.ts";
import { checkRecipe } from "../../train/recipe_check.ts";
import { decodeNetwork, encodeNetwork } from "../../weights/network_file.ts";
import { averagingEngine } from "../support/images.ts";
import { checkCoder, feedCoded } from "./coded_targets.ts";
import type { Format } from "./sample.ts";
import type { Dice } from "./dice.ts";
import { attempt, demand, MAX_PIXELS, mustNotThrow, READING, sameBytes } from "./oracle.ts";

const engine = averagingEngine();

/**
 * Feeds a file to everything that reads its format.
 *
 * @returns what became of it at each target: whether it was accepted, or the name of an error
 * @throws {Finding} if a target breaks a promise.
 */
export async function feed(bytes: Uint8Array, options: { format: Format; dice: Dice }) {
  const { format, dice } = options;
  const before = bytes.slice();
  const outcomes = format === "weights"
    ? [await attempt("decodeNetwork", () => checkWeights(bytes))]
    : format === "checkpoint"
    ? [await attempt("decodeCheckpoint", () => checkCheckpoint(bytes))]
    : format === "coder"
    ? [await attempt("decodeCoderFile", () => checkCoder(bytes, dice))]
    : format === "coded"
    ? [
      ...await feedCoded(bytes, dice),
      await attempt("decodeImage of a coded file", () => checkDecoding(bytes, dice)),
      await attempt("probe of a coded file", () => checkProbing(bytes)),
    ]
    : [
      await attempt("decodeImage", () => checkDecoding(bytes, dice)),
      await attempt("compress", () => checkCompression(bytes, dice)),
      await attempt("probe", () => checkProbing(bytes)),
      await attempt("restore", () => checkRestoration(bytes, dice)),
    ];
  demand(sameBytes(bytes, before), "what is read is left as it was");
  return outcomes;
}

/** A decoder's work; what is demanded afterwards must not be taken for an answer of the decoder's. */
async function demandOf(image: Image): Promise<void> {
  checkImage(image);
  demand(image.width * image.height <= MAX_PIXELS, "the limit on pixels is kept");
  const again = await decodeImage(await encodePng(image, { effort: "fast" }));
  demand(sameImage(image, again), "a PNG of an image holds the same samples and metadata");
}

async function checkDecoding(bytes: Uint8Array, dice: Dice): Promise<void> {
  const image = await decodeImage(bytes, { ...READING, ...rounding(dice) });
  await mustNotThrow("what follows decodeImage", () => demandOf(image));
}

async function checkCompression(bytes: Uint8Array, dice: Dice): Promise<void> {
  const { name: lattice, ratio } = dice.pick(ALL_LATTICES);
  const choice = { lattice, ratio, effort: "fast" } as const;
  const strip = dice.chance(0.3);
  const options = { ...READING, ...choice, ...rounding(dice), strip };
  const file = await compress(bytes, options);
  await mustNotThrow("what follows compress", async () => {
    const facts = probe(file);
    demand(facts.lattice === lattice && facts.ratio === ratio, "a file states its lattice");
    demand(facts.checksum === "matches", "a new file's kept pixels match");
    const image = await restore(file, engine);
    demand(sameBytes(await compress(image, choice), file), "what is restored compresses to itself");
    const saved = await encodePng(image, { effort: "fast" });
    demand(sameBytes(await compress(saved, choice), file), "so does a PNG of it");
  });
}

/** Whether 16 bits a sample are rounded or refused. */
function rounding(dice: Dice): { depth?: 8 | undefined } {
  return dice.chance(0.8) ? { depth: 8 } : {};
}

function checkProbing(bytes: Uint8Array): void {
  const { width, height } = probe(bytes, READING);
  demand(width * height <= MAX_PIXELS, "the limit on pixels is kept");
}

async function checkRestoration(bytes: Uint8Array, dice: Dice): Promise<void> {
  const options = { ...READING, ...assumptions(dice) };
  const image = await restore(bytes, { ...options, ...engine });
  await mustNotThrow("what follows restore", async () => {
    await demandOf(image);
    demand(agree(image, probe(bytes, options)), "probe says what restore does");
    const { name: lattice, ratio } = image.lattice;
    const choice = { lattice, ratio, effort: "fast" } as const;
    const file = await compress(image, choice);
    const again = await compress(await restore(file, engine), choice);
    demand(sameBytes(again, file), "what is restored compresses to itself");
  });
}

/** What a caller may claim of a file, rightly or not. */
function assumptions(dice: Dice): OpenOptions {
  if (dice.chance(0.7)) return {};
  const { name: lattice, ratio } = dice.pick(ALL_LATTICES);
  const side = () => dice.chance(0.5) ? 1 + dice.below(40) : dice.extreme();
  return {
    ...dice.chance(0.7) ? { lattice, ratio } : {},
    ...dice.chance(0.5) ? { size: { width: side(), height: side() } } : {},
  };
}

function agree(image: RestoredImage, facts: Facts): boolean {
  return image.width === facts.width && image.height === facts.height &&
    image.channels === facts.channels && image.checksum === facts.checksum &&
    image.hasChunk === facts.hasChunk && image.lattice.name === facts.lattice;
}

async function checkWeights(bytes: Uint8Array): Promise<void> {
  const { network, info } = decodeNetwork(bytes);
  await mustNotThrow("what follows decodeNetwork", () => {
    checkNetwork(network);
    const again = encodeNetwork(network, info);
    const twice = decodeNetwork(again);
    demand(sameBytes(encodeNetwork(twice.network, twice.info), again), "weights are kept");
  });
}

async function checkCheckpoint(bytes: Uint8Array): Promise<void> {
  const checkpoint = decodeCheckpoint(bytes);
  await mustNotThrow("what follows decodeCheckpoint", () => {
    checkRecipe(checkpoint.recipe);
    const { step, random } = checkpoint.state;
    demand([step, random].every((count) => Number.isSafeInteger(count) && count >= 0), "it counts");
    demand(typeof checkpoint.recipe.tier === "string", "a tier is a word");
    const again = encodeCheckpoint(checkpoint);
    demand(sameBytes(encodeCheckpoint(decodeCheckpoint(again)), again), "checkpoints are kept");
  });
}

function sameImage(a: Image, b: Image): boolean {
  return a.width === b.width && a.height === b.height && a.channels === b.channels &&
    sameBytes(a.data, b.data) && a.metadata.chunks.length === b.metadata.chunks.length &&
    a.metadata.chunks.every(({ type, data }, index) => {
      const other = b.metadata.chunks[index]!;
      return other.type === type && sameBytes(other.data, data);
    });
}
