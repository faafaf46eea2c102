/**
 * A JPEG's metadata as the PNG chunks that travel.
 *
 * @module
 */

import { deflate } from "npm:pako@3.0.3";
import { concatenate, latin1Bytes, latin1Text, viewOf } from "../image/bytes.ts";
import { isExif, readOrientation, uprightExif } from "../image/exif.ts";
import type { Chunk, Metadata } from "../image/metadata.ts";
import type { Orientation } from "../image/orientation.ts";
import { encodeDensity } from "../png/density.ts";
import { type GatherOptions, travellingMetadata } from "../png/metadata.ts";
import { commentChunk } from "./jpeg_comment.ts";
import { foreignPayloads, type PayloadKind, sortPayloads } from "./jpeg_payloads.ts";
import type { Segment } from "./jpeg_segments.ts";
import { resourceChunk } from "./raw_profile.ts";
import { travellingXmp } from "./xmp.ts";
import { readExtension } from "./xmp_extension.ts";

const INCH = 0.0254;

type Payloads = ReadonlyMap<PayloadKind, readonly Uint8Array[]>;

/** The orientation that a JPEG's Exif data states. */
export function jpegOrientation(segments: readonly Segment[]): Orientation {
  const exif = exifOf(sortPayloads(segments));
  return exif ? readOrientation(exif) : 1;
}

/**
 * The chunks for a JPEG whose pixels have been turned upright; what has no place in them is told of.
 *
 * @param options.channels those of the pixels, 1 or 3
 */
export function jpegMetadata(
  segments: readonly Segment[],
  options: GatherOptions & { channels: 1 | 3 },
): Metadata {
  const payloads = sortPayloads(segments);
  const chunks = [
    ...profileChunks(payloads, options),
    ...densityChunks(payloads, jpegOrientation(segments) > 4),
    ...exifChunks(payloads, options),
    ...xmpChunks(payloads, options),
    ...resourceChunks(payloads),
    ...commentChunks(payloads, options),
  ];
  for (const [name, bytes] of foreignPayloads(segments)) {
    options.onWarning?.(
      `The JPEG's ${name} is left out, ${bytes} bytes: no PNG has a place for it`,
    );
  }
  return travellingMetadata(chunks, options);
}

/** Exif, from its byte order on. */
function exifOf(payloads: Payloads): Uint8Array | undefined {
  return payloads.get("exif")?.[0]?.subarray(1);
}

function exifChunks(payloads: Payloads, { onWarning }: GatherOptions): Chunk[] {
  const exif = exifOf(payloads);
  if (!exif) return [];
  warnOfMore("Exif data", payloads.get("exif")!, { onWarning });
  if (isExif(exif)) return [{ type: "eXIf", data: uprightExif(exif) }];
  onWarning?.(`The JPEG's Exif data is left out, ${exif.length} bytes: it is malformed`);
  return [];
}

function warnOfMore(
  what: string,
  payloads: readonly Uint8Array[],
  { onWarning }: GatherOptions,
): void {
  const bytes = payloads.slice(1).reduce((sum, { length }) => sum + length, 0);
  if (bytes > 0) {
    onWarning?.(
      `The JPEG has ${what} more than once: the first is kept, ${bytes} bytes are left out`,
    );
  }
}

function profileChunks(
  payloads: Payloads,
  { channels, onWarning }: GatherOptions & { channels: 1 | 3 },
): Chunk[] {
  const parts = payloads.get("profile");
  if (!parts) return [];
  const profile = joinProfile(parts);
  if (profile && fitsChannels(profile, channels)) {
    const data = concatenate([latin1Bytes("ICC profile\0\0"), deflate(profile, { level: 9 })]);
    return [{ type: "iCCP", data }];
  }
  const why = profile ? "it is for another kind of pixels" : "a part of it is missing";
  onWarning?.(`The ICC profile is left out: ${why}`);
  return [];
}

/** The parts of a profile, each numbered from 1 and stating how many there are, in order. */
function joinProfile(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const sorted = parts.toSorted((a, b) => a[0]! - b[0]!);
  const whole = sorted.every((part, at) => part[0] === at + 1 && part[1] === parts.length);
  return whole ? concatenate(sorted.map((part) => part.subarray(2))) : undefined;
}

/** Whether a profile's colour space (bytes 16 to 19) is that of the pixels, which PNG demands. */
function fitsChannels(profile: Uint8Array, channels: 1 | 3): boolean {
  return latin1Text(profile.subarray(16, 20)) === (channels === 1 ? "GRAY" : "RGB ");
}

/** Keyword, uncompressed as XMP demands, no language, no translated keyword. */
function xmpChunks(payloads: Payloads, { onWarning }: GatherOptions): Chunk[] {
  const packets = payloads.get("xmp") ?? [];
  const parts = payloads.get("xmpExtension") ?? [];
  warnOfMore("XMP", packets, { onWarning });
  const first = packets[0] ? latin1Text(packets[0]) : undefined;
  const extension = first === undefined ? undefined : readExtension(first, parts);
  const travelling = first === undefined ? undefined : travellingXmp(first, extension);
  if (parts.length > 0 && !travelling?.joined) {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    onWarning?.(
      `The JPEG's extended XMP is left out, ${bytes} bytes: a part is missing, or it belongs to no other XMP`,
    );
  }
  if (!travelling) return [];
  const keyword = "XML:com.adobe.xmp\0\0\0\0\0";
  return [{ type: "iTXt", data: latin1Bytes(keyword + travelling.packet) }];
}

function resourceChunks(payloads: Payloads): Chunk[] {
  const parts = payloads.get("photoshop");
  return parts ? [resourceChunk(concatenate(parts))] : [];
}

function commentChunks(payloads: Payloads, { onWarning }: GatherOptions): Chunk[] {
  const comments = payloads.get("comment") ?? [];
  return comments.filter((comment) => comment.some((byte) => byte !== 0)).flatMap((comment) => {
    const chunk = commentChunk(comment);
    if (chunk) return [chunk];
    onWarning?.(`A comment of the JPEG is left out, ${comment.length} bytes: it is no text`);
    return [];
  });
}

/** JFIF's density in pixels per metre; square pixels without a unit say nothing. */
function densityChunks(payloads: Payloads, turned: boolean): Chunk[] {
  const jfif = payloads.get("jfif")?.[0];
  if (!jfif || jfif.length < 7) return [];
  const view = viewOf(jfif);
  // 0 states the aspect only, 1 is per inch, 2 per centimetre.
  const density = { unit: view.getUint8(2), x: view.getUint16(3), y: view.getUint16(5) };
  if (density.x === 0 || density.y === 0 || density.unit > 2) return [];
  if (density.unit === 0 && density.x === density.y) return [];
  const scale = [1, 1 / INCH, 100][density.unit]!;
  const across = Math.round(density.x * scale);
  const down = Math.round(density.y * scale);
  const unit = density.unit === 0 ? 0 : 1;
  const stated = turned ? { x: down, y: across, unit } : { x: across, y: down, unit };
  return [{ type: "pHYs", data: encodeDensity(stated) }];
}
