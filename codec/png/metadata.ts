/**
 * The colour and capture data that travels with the pixels, as the PNG chunks that hold it.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, sections 5.6 and 11.3.
 *
 * @module
 */

import { isExif, orientationAlone } from "../image/exif.ts";
import type { Chunk, Metadata } from "../image/metadata.ts";

/** The chunks that travel, in the order in which classic files have them, each with what a sound one looks like. */
const TRAVELLING: readonly { type: string; sound: (data: Uint8Array) => boolean }[] = [
  { type: "cICP", sound: ({ length }) => length === 4 },
  { type: "mDCV", sound: ({ length }) => length === 24 },
  { type: "cLLI", sound: ({ length }) => length === 8 },
  { type: "iCCP", sound: hasProfile },
  { type: "sRGB", sound: (data) => data.length === 1 && data[0]! <= 3 },
  { type: "gAMA", sound: ({ length }) => length === 4 },
  { type: "cHRM", sound: ({ length }) => length === 32 },
  { type: "pHYs", sound: (data) => data.length === 9 && data[8]! <= 1 },
  { type: "eXIf", sound: isExif },
];

/** The chunks that say what the samples mean as colours. */
const COLOUR = ["cICP", "mDCV", "cLLI", "iCCP", "sRGB", "gAMA", "cHRM"];

const TEXTS: readonly { type: string; sound: (data: Uint8Array) => boolean }[] = [
  {
    type: "tEXt",
    sound: (data) => keywordEnd(data) > 0 && !data.subarray(keywordEnd(data) + 1).includes(0),
  },
  { type: "zTXt", sound: hasProfile },
  { type: "iTXt", sound: hasInternationalText },
];

/**
 * Chunks that stay behind without a word: they speak of the file's own pixels, of its history, or of how it is
 * stored, and an image that lacks them lacks nothing.
 */
const OWN = [
  ...["bKGD", "hIST", "sBIT", "sPLT", "tIME", "tRNS"],
  ...["acTL", "fcTL", "iDOT", "vpAg", "nnCX", "nnCA", "nnCD", "nnCL"],
];

/** Chunks that PNG allows behind the pixels. */
const MAY_FOLLOW = ["eXIf", ...TEXTS.map(({ type }) => type)];

/** The letters that a language tag has at most: far above any, far below what a call takes as arguments. */
const MAX_TAG_LETTERS = 1000;

/** What to do while metadata is gathered. */
export interface GatherOptions {
  /** Told of what is wrong with a file that can be read all the same, and of what cannot travel. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Makes metadata sound: the door that all chunks pass once, from files and from callers alike.
 *
 * The chunks that travel, in the order they came in: at most one of each but texts. sRGB is dropped where there is a
 * profile, which PNG does not allow beside it, and only what PNG allows there stays behind the pixels; all else comes
 * before it.
 */
export function travellingMetadata(
  chunks: readonly Chunk[],
  options: GatherOptions = {},
): Metadata {
  const kept: Chunk[] = [];
  const drop = (type: string, why: string) =>
    options.onWarning?.(`The chunk "${type}" is left out: ${why}`);
  for (const { type, sound } of TRAVELLING) {
    const [first, second] = chunks.filter((chunk) => chunk.type === type);
    if (second) drop(type, "PNG allows one, and the first is kept");
    if (!first) continue;
    if (type === "sRGB" && kept.some((chunk) => chunk.type === "iCCP")) {
      drop(type, "PNG does not allow it beside a profile");
    } else if (!sound(first.data)) drop(type, "its contents are malformed");
    else kept.push(first);
  }
  for (const chunk of chunks) {
    const text = TEXTS.find(({ type }) => type === chunk.type);
    if (!text) continue;
    if (text.sound(chunk.data)) kept.push(chunk);
    else drop(chunk.type, "its contents are malformed");
  }
  for (const [type, bytes] of foreignChunks(chunks)) {
    drop(type, `NNC does not know what its ${bytes} bytes say of the pixels`);
  }
  const ordered = chunks.filter((chunk) => kept.includes(chunk))
    .map((chunk) => MAY_FOLLOW.includes(chunk.type) ? chunk : before(chunk));
  return {
    chunks: [...ordered.filter(({ behind }) => !behind), ...ordered.filter(({ behind }) => behind)],
  };
}

/** A chunk, before the pixels. */
function before({ type, data }: Chunk): Chunk {
  return { type, data };
}

/**
 * Metadata as classic files have it: before the pixels, in one order whatever that of the source was, texts last and in
 * theirs.
 */
export function canonicalMetadata({ chunks }: Metadata): Metadata {
  return {
    chunks: chunks.map(before).toSorted((one, other) => placeOf(one.type) - placeOf(other.type)),
  };
}

/** The types of which nothing is known, with the bytes that the chunks of each hold. */
function foreignChunks(chunks: readonly Chunk[]): Map<string, number> {
  const known = [...TRAVELLING, ...TEXTS].map(({ type }) => type).concat(OWN);
  const bytes = new Map<string, number>();
  for (const { type, data } of chunks) {
    if (!known.includes(type)) bytes.set(type, (bytes.get(type) ?? 0) + data.length);
  }
  return bytes;
}

/**
 * The metadata without which an image would look different: colour, the shape of pixels that are not square, and
 * an orientation that is still to be applied. All else, from the place a photo was taken to its texts, is gone.
 */
export function displayMetadata(metadata: Metadata): Metadata {
  return {
    chunks: metadata.chunks.flatMap((chunk): Chunk[] => {
      const { type, data } = chunk;
      if (COLOUR.includes(type) || (type === "pHYs" && !isSquare(data))) return [chunk];
      const orientation = type === "eXIf" ? orientationAlone(data) : undefined;
      return orientation ? [{ ...chunk, data: orientation }] : [];
    }),
  };
}

/** Whether the densities along both axes, four bytes each, are equal. */
function isSquare(density: Uint8Array): boolean {
  return [0, 1, 2, 3].every((at) => density[at] === density[at + 4]);
}

/** The payload of the first chunk of a type, if there is one. */
export function findChunk(metadata: Metadata, type: string): Uint8Array | undefined {
  return metadata.chunks.find((chunk) => chunk.type === type)?.data;
}

/** Canonical metadata with another payload, which must be sound, for one of the chunks that there is one of; or without it. */
export function replaceChunk(
  metadata: Metadata,
  replacement: { type: string; data: Uint8Array | undefined },
): Metadata {
  const { type, data } = replacement;
  const others = metadata.chunks.filter((chunk) => chunk.type !== type);
  if (!data) return { chunks: others };
  const place = placeOf(type);
  const after = others.findIndex((chunk) => placeOf(chunk.type) > place);
  return { chunks: others.toSpliced(after < 0 ? others.length : after, 0, { type, data }) };
}

/** Metadata with one more chunk, which must be sound, behind as many others; without it if it has no data. */
export function insertChunk(
  { chunks }: Metadata,
  { type, data, place }: { type: string; data: Uint8Array | undefined; place: number },
): Metadata {
  const others = chunks.filter((chunk) => chunk.type !== type);
  if (!data) return { chunks: others };
  const pixels = others.findIndex(({ behind }) => behind);
  const most = pixels < 0 ? others.length : pixels;
  return { chunks: others.toSpliced(Math.min(place, most), 0, { type, data }) };
}

/** Where chunks of a type stand among others; texts come last. */
function placeOf(type: string): number {
  const place = TRAVELLING.findIndex((travelling) => travelling.type === type);
  return place < 0 ? TRAVELLING.length : place;
}

/** Where the keyword at the start of a chunk ends; 0 unless it is one by PNG's rules. */
function keywordEnd(data: Uint8Array): number {
  const end = data.subarray(0, 80).indexOf(0);
  if (end < 1) return 0;
  const keyword = String.fromCharCode(...data.subarray(0, end));
  const printable = /^[\x20-\x7e\xa1-\xff]+$/.test(keyword);
  return printable && !/^ | $| {2}/.test(keyword) ? end : 0;
}

/** A keyword, compression method 0, and something compressed: the form of iCCP and zTXt. */
function hasProfile(data: Uint8Array): boolean {
  const end = keywordEnd(data);
  return end > 0 && data[end + 1] === 0 && data.length > end + 2;
}

function hasInternationalText(data: Uint8Array): boolean {
  const end = keywordEnd(data);
  if (end === 0 || data.length < end + 5 || data[end + 1]! > 1 || data[end + 2] !== 0) return false;
  const language = data.indexOf(0, end + 3);
  if (language < 0 || language > end + MAX_TAG_LETTERS) return false;
  const tag = String.fromCharCode(...data.subarray(end + 3, language));
  return /^([A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*)?$/.test(tag) &&
    data.indexOf(0, language + 1) >= 0;
}
