/**
 * Damage to PNGs, and so to NNC files, that gets past their checksums: whole chunks are edited and the checksums
 * made right again.
 *
 * @module
 */

import { crc32, deflateSync, inflateSync } from "node:zlib";
import { concat, latin1 } from "../support/jpeg_writer.ts";
import { bigEndian } from "../support/png_writer.ts";
import { damageBytes } from "./bytes_damage.ts";
import type { Dice } from "./dice.ts";

/** A chunk that may be anything. */
export interface LooseChunk {
  type: string;
  data: Uint8Array;
  /** What the length field says, if not the truth. */
  length?: number | undefined;
  /** What the checksum says, if not the truth. */
  checksum?: number | undefined;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const TYPES = [
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "nnCX", "pHYs", "eXIf", "iCCP", "sRGB", "gAMA"],
  ...["cHRM", "cICP", "mDCV", "cLLI", "tEXt", "zTXt", "iTXt", "acTL", "ABCD", "zzZz"],
  ...["nnCA", "nnCD", "nnCL"],
];
const TEXT_TYPES = ["iCCP", "tEXt", "zTXt", "iTXt"];
const MOST_RAW = 2 ** 16;

type Edit = (chunks: LooseChunk[], dice: Dice) => void;

const EDITS: readonly Edit[] = [
  function damageData(chunks, dice) {
    const chunk = dice.pick(chunks);
    if (chunk.data.length > 0) chunk.data = damageBytes(chunk.data, dice);
  },
  function damageHeader(chunks, dice) {
    const header = chunks.find(({ type }) => type === "IHDR")?.data;
    if (header?.length !== 13) return;
    if (dice.chance(0.5)) header[8 + dice.below(5)] = dice.pick([0, 1, 2, 3, 4, 6, 8, 16, 255]);
    else header.set(bigEndian(dice.extreme()), 4 * dice.below(2));
  },
  function damageContainer(chunks, dice) {
    const container = chunks.find(({ type }) => type === "nnCX")?.data;
    if (!container || container.length < 16) return;
    if (dice.chance(0.5)) container[dice.below(4)] = dice.pick([0, 1, 2, 3, 4, 255]);
    else container.set(bigEndian(dice.extreme()), 4 + 4 * dice.below(3));
  },
  function damageRows(chunks, dice) {
    const chunk = chunks.find(({ type }) => type === "IDAT");
    if (!chunk) return;
    try {
      const rows = new Uint8Array(inflateSync(chunk.data, { maxOutputLength: MOST_RAW }));
      chunk.data = new Uint8Array(deflateSync(damageBytes(rows, dice)));
    } catch {
      chunk.data = damageBytes(chunk.data, dice);
    }
  },
  function inflateMore(chunks, dice) {
    const chunk = chunks.find(({ type }) => type === "IDAT");
    if (chunk) chunk.data = new Uint8Array(deflateSync(new Uint8Array(dice.below(2 ** 20))));
  },
  function splitPixels(chunks, dice) {
    const at = chunks.findIndex(({ type }) => type === "IDAT");
    if (at < 0) return;
    const { data } = chunks[at]!;
    const cut = dice.below(data.length + 1);
    const parts = [data.subarray(0, cut), data.subarray(cut)];
    chunks.splice(at, 1, ...parts.map((part) => ({ type: "IDAT", data: part })));
  },
  function insertChunk(chunks, dice) {
    const type = dice.pick(dice.chance(0.5) ? TEXT_TYPES : TYPES);
    chunks.splice(1 + dice.below(chunks.length), 0, { type, data: contents(type, dice) });
  },
  function dropChunk(chunks, dice) {
    if (chunks.length > 1) chunks.splice(dice.below(chunks.length), 1);
  },
  function repeatChunk(chunks, dice) {
    const { type, data } = dice.pick(chunks);
    chunks.splice(dice.below(chunks.length + 1), 0, { type, data: data.slice() });
  },
  function moveChunk(chunks, dice) {
    const [chunk] = chunks.splice(dice.below(chunks.length), 1);
    chunks.splice(dice.below(chunks.length + 1), 0, chunk!);
  },
  function renameChunk(chunks, dice) {
    dice.pick(chunks).type = dice.pick(TYPES);
  },
  function lieAboutLength(chunks, dice) {
    const chunk = dice.pick(chunks);
    chunk.length = dice.chance(0.5) ? dice.extreme() : chunk.data.length + dice.below(9) - 4;
  },
  function lieAboutChecksum(chunks, dice) {
    dice.pick(chunks).checksum = dice.extreme();
  },
];

/** What chunks may hold: nothing, noise, a keyword with something after it, much of the same. */
function contents(type: string, dice: Dice): Uint8Array {
  const kind = dice.below(TEXT_TYPES.includes(type) ? 8 : 3);
  if (kind === 0) return dice.bytes(dice.pick([0, 1, 4, 8, 9, 13, 24, 32, 256, 768]));
  if (kind === 1) return new Uint8Array(dice.pick([1, 9, 100, 70_000, 200_000])).fill(97);
  const keyword = dice.pick(["Comment", "ICC profile", "XML:com.adobe.xmp", " ", "a".repeat(90)]);
  const tail = dice.pick([
    Uint8Array.of(0),
    new Uint8Array(5),
    dice.bytes(20),
    new Uint8Array(deflateSync(new Uint8Array(1000))),
    concat([new Uint8Array(2), new Uint8Array(200_000).fill(97), new Uint8Array(2)]),
    concat([new Uint8Array(200_000).fill(97), new Uint8Array(2)]),
  ]);
  return concat([latin1(keyword), new Uint8Array(1 + dice.below(3)), tail]);
}

/** A PNG with one to three edits of its chunks; bytes that are no PNG are damaged as bytes. */
export function damagePng(bytes: Uint8Array, dice: Dice): Uint8Array {
  const chunks = splitChunks(bytes);
  if (chunks.length === 0) return damageBytes(bytes, dice);
  for (let edits = dice.pick([0, 0, 0, 1, 2]); edits >= 0 && chunks.length > 0; edits--) {
    dice.pick(EDITS)(chunks, dice);
  }
  return joinChunks(chunks);
}

/** The chunks of a PNG, as far as they can be told apart. */
export function splitChunks(bytes: Uint8Array): LooseChunk[] {
  const chunks: LooseChunk[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.slice(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** A PNG of chunks; lengths and checksums are right unless they state others. */
export function joinChunks(chunks: readonly LooseChunk[]): Uint8Array {
  const parts: Uint8Array[] = [SIGNATURE];
  for (const { type, data, length = data.length, checksum } of chunks) {
    const named = concat([latin1(type), data]);
    parts.push(Uint8Array.from(bigEndian(length)), named);
    parts.push(Uint8Array.from(bigEndian(checksum ?? crc32(named))));
  }
  return concat(parts);
}
