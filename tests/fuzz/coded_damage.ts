/**
 * Damage to coded files that gets past the checksums of PNG's chunks, and past those of steps: fields of what says and holds
 * the steps, and the streams themselves.
 *
 * @module
 */

import { CODED_LIMITS } from "../../codec/coded_header.ts";
import { bigEndian } from "../support/png_writer.ts";
import { damageBytes } from "./bytes_damage.ts";
import type { Dice } from "./dice.ts";
import { damagePng, joinChunks, type LooseChunk, splitChunks } from "./png_damage.ts";

/** Where `nnCX` has fields of one byte, and of four. */
const BYTES_AT = [0, 1, 2, 3, 20];
const NUMBERS_AT = [4, 8, 21, 25, 29, 33, 37, 41, 45];
const CODER_AT = 12;

/** What of a chunk of each type comes before its first stream, whose length ends it. */
const HEADS: Readonly<Record<string, number>> = { nnCD: 9, nnCA: 12, nnCL: 12 };

type Edit = (chunks: LooseChunk[], dice: Dice) => void;

const EDITS: readonly Edit[] = [
  function damageField(chunks, dice) {
    const data = headerOf(chunks)?.data;
    if (!data) return;
    const at = dice.pick(dice.chance(0.5) ? BYTES_AT : NUMBERS_AT);
    if (BYTES_AT.includes(at)) {
      if (at < data.length) data[at] = dice.pick([0, 1, 2, 3, 4, 5, 6, 8, 16, 17, 31, 255]);
    } else if (at + 4 <= data.length) {
      const number = dice.chance(0.5) ? dice.extreme() : 1 + dice.below(100);
      data.set(bigEndian(number), at);
    }
  },
  function damageTail(chunks, dice) {
    const data = headerOf(chunks)?.data;
    if (data) data[data.length - 1 - dice.below(14)] = dice.pick([0, 1, 4, 16, 32, 64, 128, 255]);
  },
  function growOrCutHeader(chunks, dice) {
    const header = headerOf(chunks);
    if (!header) return;
    const data = new Uint8Array(dice.below(header.data.length + 12));
    data.set(header.data.subarray(0, data.length));
    header.data = data;
  },
  function nameAnotherCoder(chunks, dice) {
    const data = headerOf(chunks)?.data;
    const end = CODER_AT + CODED_LIMITS.digest;
    if (data && data.length >= end) data.fill(dice.pick([0, 1, 255]), CODER_AT, end);
  },
  function damageCounts(chunks, dice) {
    const chunk = pickStreams(chunks, dice);
    if (!chunk || chunk.data.length < 12) return;
    const view = new DataView(chunk.data.buffer, chunk.data.byteOffset, chunk.data.length);
    const at = dice.pick([0, 1, 3, 4, 5, 8]);
    if (at === 0) chunk.data[0] = dice.pick([0, 1, 2, 3, 4, 5, 6, 7, 255]);
    else if (at < 4) view.setUint16(at, dice.extreme());
    else view.setUint32(at, dice.extreme());
  },
  ...new Array<Edit>(4).fill(function damageStream(chunks, dice) {
    const chunk = pickStreams(chunks, dice);
    const head = HEADS[chunk?.type ?? ""] ?? 0;
    if (!chunk || chunk.data.length <= head) return;
    const own = chunk.data.subarray(head);
    const stream = dice.chance(0.3)
      ? dice.bytes(dice.below(2 * own.length))
      : dice.chance(0.2)
      ? new Uint8Array(own.length).fill(dice.pick([0, 255]))
      : damageBytes(own, dice);
    const data = new Uint8Array(head + stream.length);
    data.set(chunk.data.subarray(0, head));
    data.set(stream, head);
    if (dice.chance(0.9)) data.set(bigEndian(stream.length), head - 4);
    if (head === 12 && dice.chance(0.9)) data.set(bigEndian(stream.length + 4), 4);
    chunk.data = data;
  }),
  function cutStreams(chunks, dice) {
    const chunk = pickStreams(chunks, dice);
    if (chunk) chunk.data = chunk.data.slice(0, dice.pick([0, 1, 4, 5, 8, 9, 12]));
  },
  function dropStreams(chunks, dice) {
    const chunk = pickStreams(chunks, dice);
    if (chunk) chunks.splice(chunks.indexOf(chunk), 1);
  },
  function swapStreams(chunks, dice) {
    const [one, other] = [pickStreams(chunks, dice), pickStreams(chunks, dice)];
    if (one && other) [one.data, other.data] = [other.data, one.data];
  },
  function endEarly(chunks, dice) {
    chunks.splice(1 + dice.below(chunks.length));
  },
];

function headerOf(chunks: readonly LooseChunk[]): LooseChunk | undefined {
  return chunks.find(({ type }) => type === "nnCX");
}

function pickStreams(chunks: readonly LooseChunk[], dice: Dice): LooseChunk | undefined {
  const streams = chunks.filter(({ type }) => type in HEADS);
  return streams.length > 0 ? dice.pick(streams) : undefined;
}

/** A coded file with one to three edits, or damaged as any PNG is. */
export function damageCoded(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (dice.chance(0.3)) return damagePng(bytes, dice);
  const chunks = splitChunks(bytes);
  if (chunks.length === 0) return damageBytes(bytes, dice);
  for (let edits = dice.pick([0, 0, 0, 1, 2]); edits >= 0 && chunks.length > 0; edits--) {
    dice.pick(EDITS)(chunks, dice);
  }
  return joinChunks(chunks);
}
