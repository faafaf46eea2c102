/**
 * A JPEG's metadata as the PNG chunks that travel.
 *
 * @module
 */

import { deflate } from "npm:pako@3.0.3";
import { encodeDensity } from "../png/density.ts";
import { isExif, readOrientation, uprightExif } from "../image/exif.ts";
import type { Orientation } from "../image/orientation.ts";
import type { JpegFacts } from "./jpeg_segments.ts";
import type { Chunk, Metadata } from "../image/metadata.ts";
import { type GatherOptions, travellingMetadata } from "../png/metadata.ts";

const INCH = 0.0254;

/** The orientation that a JPEG's Exif data states. */
export function jpegOrientation(facts: JpegFacts): Orientation {
  return facts.exif ? readOrientation(facts.exif) : 1;
}

/** The chunks for a JPEG whose pixels have been turned upright. */
export function jpegMetadata(facts: JpegFacts, options: GatherOptions = {}): Metadata {
  const chunks: Chunk[] = [];
  const { exif, profile, xmp } = facts;
  const density = densityChunk(facts, jpegOrientation(facts) > 4);
  if (profile) {
    if (fitsComponents(profile, facts.components)) {
      chunks.push({ type: "iCCP", data: profileData(profile) });
    } else options.onWarning?.("The ICC profile is left out: it is for another kind of pixels");
  }
  if (density) chunks.push({ type: "pHYs", data: density });
  if (exif && isExif(exif)) chunks.push({ type: "eXIf", data: uprightExif(exif) });
  if (xmp) chunks.push({ type: "iTXt", data: xmpData(uprightXmp(xmp)) });
  return travellingMetadata(chunks, options);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function concatenate(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

/** Whether a profile's colour space (bytes 16 to 19) is that of the pixels, which PNG demands. */
function fitsComponents(profile: Uint8Array, components: number): boolean {
  const space = String.fromCharCode(...profile.subarray(16, 20));
  return space === (components === 1 ? "GRAY" : "RGB ");
}

function profileData(profile: Uint8Array): Uint8Array {
  return concatenate(ascii("ICC profile\0\0"), deflate(profile, { level: 9 }));
}

/** Keyword, uncompressed as XMP demands, no language, no translated keyword. */
function xmpData(xmp: Uint8Array): Uint8Array {
  return concatenate(ascii("XML:com.adobe.xmp\0\0\0\0\0"), xmp);
}

/** XMP repeats the orientation: as an attribute or an element, one digit. */
function uprightXmp(xmp: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(xmp);
  const copy = xmp.slice();
  for (const match of text.matchAll(/tiff:Orientation(?:\s*=\s*["']|>)([2-8])/g)) {
    copy[match.index + match[0].length - 1] = "1".charCodeAt(0);
  }
  return copy;
}

/** JFIF's density in pixels per metre; square pixels without a unit say nothing. */
function densityChunk(facts: JpegFacts, turned: boolean): Uint8Array | undefined {
  const { density } = facts;
  if (!density || (density.unit === 0 && density.x === density.y)) return undefined;
  const scale = [1, 1 / INCH, 100][density.unit]!;
  const across = Math.round(density.x * scale);
  const down = Math.round(density.y * scale);
  const unit = density.unit === 0 ? 0 : 1;
  return encodeDensity(turned ? { x: down, y: across, unit } : { x: across, y: down, unit });
}
