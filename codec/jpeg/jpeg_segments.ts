/**
 * The marker segments of a JPEG: its size and kind, and the metadata beside the pixels.
 *
 * Source: ITU-T T.81, annex B; JFIF 1.02; Exif 3.0; ICC.1:2022, annex B.4; XMP part 3.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";
import type { Size } from "../lattice/raster.ts";
import { viewOf } from "../image/bytes.ts";

/** What a JPEG says of itself. */
export interface JpegFacts extends Size {
  /** 1 for grey, 3 for colour, 4 for CMYK. */
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** Passes over the picture: 1 for baseline, about 10 for progressive. */
  readonly scans: number;
  /** The SOF marker, 0xC0 for baseline, 0xC2 for progressive. */
  readonly frame: number;
  /** Exif, from its byte order on. */
  readonly exif?: Uint8Array;
  /** ICC profile, its parts joined. */
  readonly profile?: Uint8Array;
  /** XMP packet, UTF-8. */
  readonly xmp?: Uint8Array;
  /** JFIF's densities and unit: 0 aspect only, 1 per inch, 2 per centimetre. */
  readonly density?: { x: number; y: number; unit: number };
}

interface Segment {
  readonly marker: number;
  readonly data: Uint8Array;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;

/** Far above any photo's, far below what exhausts memory. */
const MAX_SEGMENTS = 2 ** 18;

/** DHT, JPG and DAC lie among the frame markers without being any. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

/** Whether bytes begin as a JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;
}

/**
 * Reads a JPEG's segments without decoding pixels.
 *
 * @throws {ImageError} if the file is cut off or has no frame.
 */
export function readJpegFacts(bytes: Uint8Array): JpegFacts {
  const segments = readSegments(bytes);
  const frame = segments.find(({ marker }) =>
    marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)
  );
  if (!frame || frame.data.length < 6) throw new ImageError("The JPEG has no frame; it is damaged");
  const view = viewOf(frame.data);
  const exif = payloads(segments, APP1, "Exif\0\0")[0];
  const xmp = payloads(segments, APP1, "http://ns.adobe.com/xap/1.0/\0")[0];
  const profile = joinProfile(payloads(segments, APP2, "ICC_PROFILE\0"));
  const density = readDensity(payloads(segments, APP0, "JFIF\0")[0]);
  return {
    width: view.getUint16(3),
    height: view.getUint16(1),
    precision: view.getUint8(0),
    components: view.getUint8(5),
    frame: frame.marker,
    scans: segments.filter(({ marker }) => marker === SOS).length,
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(profile && { profile }),
    ...(density && { density }),
  };
}

/** The segments up to EOI, which must be there; data after it is not ours. */
function readSegments(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  const cutOff = () =>
    new ImageError(`The JPEG is cut off after ${bytes.length} bytes; get the whole file`);
  let offset = 2;
  while (true) {
    while (bytes[offset] === 0xff && bytes[offset + 1] === 0xff) offset++;
    const marker = bytes[offset + 1];
    if (marker === undefined) throw cutOff();
    if (bytes[offset] !== 0xff) {
      throw new ImageError(`The JPEG is damaged: no marker at byte ${offset}`);
    }
    if (marker === EOI) return segments;
    if (offset + 4 > bytes.length) throw cutOff();
    const length = bytes[offset + 2]! << 8 | bytes[offset + 3]!;
    if (length < 2 || offset + 2 + length > bytes.length) throw cutOff();
    if (segments.length === MAX_SEGMENTS) {
      throw new ImageError(`The JPEG has more than ${MAX_SEGMENTS} segments; it is damaged`);
    }
    segments.push({ marker, data: bytes.subarray(offset + 4, offset + 2 + length) });
    offset += 2 + length;
    if (marker === SOS) offset = skipScan(bytes, offset);
  }
}

/** Where the marker after a scan's entropy-coded data lies. */
function skipScan(bytes: Uint8Array, start: number): number {
  let offset = bytes.indexOf(0xff, start);
  while (offset >= 0) {
    const next = bytes[offset + 1];
    const restart = next !== undefined && next >= 0xd0 && next <= 0xd7;
    if (next !== 0 && next !== 0xff && !restart) return offset;
    offset = bytes.indexOf(0xff, offset + (next === 0xff ? 1 : 2));
  }
  return bytes.length;
}

/** What follows a signature in the segments of a marker that begin with it. */
function payloads(segments: readonly Segment[], marker: number, signature: string): Uint8Array[] {
  return segments.filter((segment) =>
    segment.marker === marker && segment.data.length > signature.length &&
    [...signature].every((letter, index) => segment.data[index] === letter.charCodeAt(0))
  ).map(({ data }) => data.subarray(signature.length));
}

/** The parts of a profile, each numbered from 1 and stating how many there are, in order. */
function joinProfile(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const sorted = parts.toSorted((a, b) => a[0]! - b[0]!);
  const whole = sorted.length > 0 &&
    sorted.every((part, index) => part[0] === index + 1 && part[1] === parts.length);
  if (!whole) return undefined;
  const length = sorted.reduce((sum, part) => sum + part.length - 2, 0);
  const profile = new Uint8Array(length);
  let offset = 0;
  for (const part of sorted) {
    profile.set(part.subarray(2), offset);
    offset += part.length - 2;
  }
  return profile;
}

function readDensity(jfif: Uint8Array | undefined): JpegFacts["density"] {
  if (!jfif || jfif.length < 7) return undefined;
  const view = viewOf(jfif);
  const density = { unit: view.getUint8(2), x: view.getUint16(3), y: view.getUint16(5) };
  return density.x > 0 && density.y > 0 && density.unit <= 2 ? density : undefined;
}
