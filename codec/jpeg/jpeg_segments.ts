/**
 * The outer form of a JPEG: marker segments, entropy-coded scans, and what lies between and after them.
 *
 * What libjpeg reads on over is read on over here: bytes that belong to no segment, and a missing end.
 *
 * Source: ITU-T T.81, annex B.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";
import { concatenate } from "../image/bytes.ts";

/** A marker with its parameters, and with the scan that follows where it is SOS. */
export interface Segment {
  /** Second byte of the marker; see {@link MARKERS}. */
  readonly marker: number;
  /** What follows the length. */
  readonly data: Uint8Array;
  /** Entropy-coded bytes up to the next marker; none but after SOS. */
  readonly scan?: Uint8Array | undefined;
}

/** A JPEG in parts, views of its bytes. */
export interface JpegParts {
  /** In the order of the file. */
  readonly segments: readonly Segment[];
  /** Bytes that lie between segments and belong to none. */
  readonly stray: number;
  /** Whether the end marker is there. */
  readonly ended: boolean;
  /** Bytes up to and with the end marker. */
  readonly length: number;
}

/** Markers that are treated apart. */
export const MARKERS = {
  TEM: 0x01,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP11: 0xeb,
  APP12: 0xec,
  APP13: 0xed,
  APP14: 0xee,
  APP15: 0xef,
  COM: 0xfe,
} as const;

/** Far above any photo's, far below what exhausts memory. */
const MAX_SEGMENTS = 2 ** 18;

/** Whether bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === MARKERS.SOI;
}

/**
 * Takes a JPEG apart, up to its end or, where that is missing, up to where a scan or a later segment breaks off.
 *
 * @throws {ImageError} if the file is cut off before any scan, or begins twice.
 */
export function readJpegParts(bytes: Uint8Array): JpegParts {
  const segments: Segment[] = [];
  let stray = 0;
  let offset = 2;
  while (true) {
    const at = findMarker(bytes, offset);
    const marker = bytes[at + 1];
    if (marker === undefined) return cutParts(bytes, { segments, stray, length: bytes.length });
    if (bytes.subarray(offset, at).some((byte) => byte !== 0xff)) stray += at - offset;
    offset = at + 2;
    if (marker === MARKERS.EOI) return { segments, stray, ended: true, length: offset };
    if (marker === MARKERS.SOI) return cutParts(bytes, { segments, stray, length: at });
    if (marker === MARKERS.TEM || isRestart(marker)) {
      stray += 2;
      continue;
    }
    const length = bytes[offset]! << 8 | bytes[offset + 1]!;
    if (offset + 2 > bytes.length || length < 2 || offset + length > bytes.length) {
      return cutParts(bytes, { segments, stray, length: bytes.length });
    }
    if (segments.length === MAX_SEGMENTS) {
      throw new ImageError(`The JPEG has more than ${MAX_SEGMENTS} segments; it is damaged`);
    }
    const data = bytes.subarray(offset + 2, offset + length);
    offset += length;
    const scan = marker === MARKERS.SOS
      ? bytes.subarray(offset, endOfScan(bytes, offset))
      : undefined;
    segments.push({ marker, data, ...(scan && { scan }) });
    offset += scan?.length ?? 0;
  }
}

/** The error of a JPEG that lacks more than its end. */
export function cutOff(length: number): ImageError {
  return new ImageError(`The JPEG is cut off after ${length} bytes; get the whole file`);
}

/** A JPEG of segments, with its end. */
export function joinSegments(segments: readonly Segment[]): Uint8Array {
  const parts = segments.flatMap(({ marker, data, scan }) => {
    const length = data.length + 2;
    const head = Uint8Array.of(0xff, marker, length >> 8, length & 255);
    return scan ? [head, data, scan] : [head, data];
  });
  const { SOI, EOI } = MARKERS;
  return concatenate([Uint8Array.of(0xff, SOI), ...parts, Uint8Array.of(0xff, EOI)]);
}

function cutParts(bytes: Uint8Array, parts: Omit<JpegParts, "ended">): JpegParts {
  if (!parts.segments.some(({ scan }) => scan)) throw cutOff(bytes.length);
  return { ...parts, ended: false };
}

function isRestart(marker: number): boolean {
  return marker >= MARKERS.RST0 && marker <= MARKERS.RST7;
}

/** Where the next marker begins; the end of the bytes where there is none. Stuffed zeros make no marker. */
function findMarker(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff) return at;
    at = bytes.indexOf(0xff, at + (next === 0 ? 2 : 1));
  }
  return bytes.length;
}

/** Where a scan's entropy-coded bytes end: they hold stuffed zeros and restart markers. */
function endOfScan(bytes: Uint8Array, start: number): number {
  let at = findMarker(bytes, start);
  while (isRestart(bytes[at + 1] ?? 0)) at = findMarker(bytes, at + 2);
  return at;
}
