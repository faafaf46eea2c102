/**
 * PNG to pixels: every colour type, 1 to 16 bits, plain or interlaced, exact in every sample; 16 bits rounded to
 * 8 where that is asked for.
 *
 * Colours under zero alpha are kept; nothing is multiplied, gamma-corrected or converted.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";
import type { Samples } from "../image/image.ts";
import type { Chunk } from "../image/metadata.ts";
import { refuseAppleKind, requireOneFrame, requireOneMeaning, warnOfOrder } from "./png_kinds.ts";
import type { Inflated } from "../../platform/platform.ts";
import { inflate } from "./inflate.ts";
import { type ChunkOptions, isAncillary, readChunks } from "./png_chunks.ts";
import { type PngHeader, readHeader } from "./png_header.ts";
import { unfilterRows } from "./png_filters.ts";
import { expandSamples } from "./png_samples.ts";

/** A PNG in parts. */
export interface DecodedPng {
  /** What IHDR says of the file, before palettes are resolved. */
  readonly header: PngHeader;
  /** The pixels. */
  readonly image: Samples;
  /** Every ancillary chunk in the order of the file, those behind the pixels with a word of it. */
  readonly ancillary: readonly Chunk[];
}

/** Deflate cannot shrink anything more than this. */
const MAX_INFLATION = 1032;

/** First column, first row, columns apart and rows apart of the passes of Adam7. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

/** How a PNG is decoded. */
export interface DecodePngOptions extends ChunkOptions {
  /** Pixels above which the file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** 8 where 16 bits a sample are to be rounded, 16 where they are to be kept. Default: they are refused. */
  readonly depth?: 8 | 16 | undefined;
  /** What {@link pixelStream} holds, for who has inflated it already; the bytes are used up. Default: it is inflated here. */
  readonly inflated?: Inflated | undefined;
}

/**
 * Decodes a PNG. Where something is wrong with it and every pixel is there all the same, `onWarning` is told.
 *
 * @throws {ImageError} if the file is damaged, animated, contradicts itself, has 16 bits a sample that are neither to be rounded
 * nor kept, or is too large.
 */
export function decodePng(bytes: Uint8Array, options: DecodePngOptions = {}): DecodedPng {
  return decodeChunks(readChunks(bytes, options), options);
}

/**
 * Decodes a PNG whose chunks have been read, as {@link decodePng} does.
 *
 * @throws {ImageError} as there, but for damaged checksums, which are a matter of reading.
 */
export function decodeChunks(chunks: readonly Chunk[], options: DecodePngOptions = {}): DecodedPng {
  const header = readHeader(chunks[0]!, options);
  requireOneFrame(chunks, options);
  requireOneMeaning(chunks, options);
  warnOfOrder(chunks, options);
  refuseUnknown(chunks);
  const raw = inflateRows(chunks, { ...options, header });
  const samples = header.interlaced ? deinterlace(raw, header) : plainRows(raw, header);
  const image = expandSamples(samples, {
    header,
    palette: chunks.find(({ type }) => type === "PLTE")?.data,
    transparency: chunks.find(({ type }) => type === "tRNS")?.data,
    depth: options.depth,
    onWarning: options.onWarning,
  });
  return { header, image, ancillary: ancillaryChunks(chunks) };
}

/** Every ancillary chunk in the order of the file; those that follow the pixels say so. */
export function ancillaryChunks(chunks: readonly Chunk[]): Chunk[] {
  const pixels = chunks.findIndex(({ type }) => type === "IDAT");
  return chunks.flatMap((chunk, index): Chunk[] => {
    if (!isAncillary(chunk.type)) return [];
    return [index < pixels ? chunk : { ...chunk, behind: true }];
  });
}

function refuseUnknown(chunks: readonly Chunk[]): void {
  refuseAppleKind(chunks);
  const known = ["IHDR", "PLTE", "IDAT", "IEND"];
  const odd = chunks.find(({ type }) => !isAncillary(type) && !known.includes(type));
  if (odd) {
    throw new ImageError(
      `The PNG needs the unknown chunk "${odd.type}" to be read; save it as a standard PNG first`,
    );
  }
}

function passesOf(header: PngHeader): Pass[] {
  const { width, height, bitDepth, samples } = header;
  const layout = header.interlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  return layout.map(([x, y, dx, dy]) => {
    const columns = Math.max(0, Math.ceil((width - x) / dx));
    const rows = Math.max(0, Math.ceil((height - y) / dy));
    const stride = Math.ceil(columns * samples * bitDepth / 8);
    return { x, y, dx, dy, width: columns, height: rows, stride };
  }).filter((pass) => pass.width > 0 && pass.height > 0);
}

/**
 * The zlib stream of the pixels, and how many bytes it must hold.
 *
 * @throws {ImageError} if it is too short to hold them.
 */
export function pixelStream(
  chunks: readonly Chunk[],
  header: PngHeader,
): { compressed: Uint8Array; length: number } {
  const length = passesOf(header).reduce((sum, pass) => sum + pass.height * (pass.stride + 1), 0);
  const compressed = joinImageData(chunks);
  if (compressed.length * MAX_INFLATION < length) {
    throw new ImageError(
      `The PNG claims ${header.width}×${header.height} pixels but has only ${compressed.length} ` +
        "bytes of them; get the whole file",
    );
  }
  return { compressed, length };
}

function inflateRows(
  chunks: readonly Chunk[],
  { header, inflated, onWarning }: DecodePngOptions & { header: PngHeader },
): Uint8Array {
  const { compressed, length } = pixelStream(chunks, header);
  const { bytes, found, fault } = inflated ?? inflate(compressed, length);
  if (found < length) {
    throw new ImageError(
      `The PNG's pixels take ${length} bytes, found ${found} (${fault}); the file is damaged, ` +
        "get it again",
    );
  }
  if (fault !== undefined) {
    onWarning?.(`The PNG's pixels are whole, but something is wrong with their bytes: ${fault}`);
  }
  return bytes;
}

function joinImageData(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => type === "IDAT");
  if (parts.length === 1) return parts[0]!.data;
  const joined = new Uint8Array(parts.reduce((sum, { data }) => sum + data.length, 0));
  let offset = 0;
  for (const { data } of parts) {
    joined.set(data, offset);
    offset += data.length;
  }
  return joined;
}

function plainRows(raw: Uint8Array, header: PngHeader): Uint8Array {
  const stride = passesOf(header)[0]!.stride;
  unfilterRows(raw, { stride, height: header.height, pixel: pixelBytes(header), offset: 0 });
  return raw.subarray(0, stride * header.height);
}

function pixelBytes(header: PngHeader): number {
  return Math.max(1, header.samples * header.bitDepth / 8);
}

function deinterlace(raw: Uint8Array, header: PngHeader): Uint8Array {
  const { width, height, bitDepth, samples } = header;
  const bits = samples * bitDepth;
  const stride = Math.ceil(width * bits / 8);
  const plain = new Uint8Array(stride * height);
  let offset = 0;
  for (const pass of passesOf(header)) {
    unfilterRows(raw, { ...pass, pixel: pixelBytes(header), offset });
    for (let row = 0; row < pass.height; row++) {
      const from = offset + row * pass.stride;
      const to = (pass.y + row * pass.dy) * stride;
      for (let column = 0; column < pass.width; column++) {
        copyPixel(
          { bytes: raw, at: from * 8 + column * bits },
          { bytes: plain, at: to * 8 + (pass.x + column * pass.dx) * bits, bits },
        );
      }
    }
    offset += pass.height * (pass.stride + 1);
  }
  return plain;
}

/** Copies one pixel; `at` counts bits, and pixels below a byte never cross one. */
function copyPixel(
  from: { bytes: Uint8Array; at: number },
  to: { bytes: Uint8Array; at: number; bits: number },
): void {
  const source = Math.floor(from.at / 8);
  const target = Math.floor(to.at / 8);
  if (to.bits < 8) {
    const value = from.bytes[source]! >> (8 - to.bits - from.at % 8) & (1 << to.bits) - 1;
    to.bytes[target]! |= value << (8 - to.bits - to.at % 8);
    return;
  }
  for (let byte = 0; byte < to.bits / 8; byte++) {
    to.bytes[target + byte] = from.bytes[source + byte]!;
  }
}
