/**
 * What follows a JPEG's end: further pictures, the video of a motion photo, and other things that stay behind.
 *
 * Source: ISO/IEC 14496-12, section 4.2 (boxes); Ultra HDR Image Format 1.1; Motion Photo format 1.0.
 *
 * @module
 */

import { latin1Bytes, latin1Text, viewOf } from "../image/bytes.ts";
import { indexedPictures } from "./jpeg_pictures.ts";
import { sortPayloads } from "./jpeg_payloads.ts";
import { type JpegParts, readJpegParts, type Segment } from "./jpeg_segments.ts";

/** A part of what follows. */
interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** Parts above which the rest is not taken apart any more. */
const MAX_PARTS = 64;

const VIDEO = latin1Bytes("ftyp");

/** What the XMP of pictures says that are no photos of their own. */
const PICTURES = [
  ["http://ns.adobe.com/hdr-gain-map/1.0/", "a gain map (Ultra HDR)"],
  ["urn:com:apple:photo:2020:aux:hdrgainmap", "a gain map (Apple HDR)"],
  ["urn:com:apple:photo:", "an auxiliary picture (Apple)"],
] as const;

/** Tells of what follows a JPEG's end, by name and with its bytes; padding by zeros or by 0xFF is nothing. */
export function warnOfRest(
  file: Uint8Array,
  options: { parts: JpegParts; onWarning?: ((message: string) => void) | undefined },
): void {
  const { parts, onWarning } = options;
  if (!onWarning) return;
  const names = new Map<string, { count: number; bytes: number }>();
  for (const { name, bytes } of takeApart(file, parts)) {
    const { count, bytes: before } = names.get(name) ?? { count: 0, bytes: 0 };
    names.set(name, { count: count + 1, bytes: before + bytes });
  }
  for (const [name, { count, bytes }] of names) {
    const times = count > 1 ? `${count} times ` : "";
    onWarning(`What follows the JPEG's end is left out: ${times}${name}, ${bytes} bytes`);
  }
}

function takeApart(file: Uint8Array, { segments, length }: JpegParts): Part[] {
  const indexed = indexedPictures(segments, file);
  const parts: Part[] = [];
  for (let at = length; at < file.length;) {
    const rest = file.subarray(at);
    const known = parts.length < MAX_PARTS
      ? pictureAt(rest, indexed.get(at)) ?? videoAt(rest)
      : undefined;
    const part = known ?? { name: "other data", bytes: bytesOfOther(rest, parts.length) };
    if (known || !isPadding(rest.subarray(0, part.bytes))) parts.push(part);
    at += part.bytes;
  }
  return parts;
}

function pictureAt(rest: Uint8Array, indexed: string | undefined): Part | undefined {
  if (!startsPicture(rest, 0)) return undefined;
  try {
    const { segments, length } = readJpegParts(rest);
    const name = nameOfPicture(segments) ?? indexed ?? "another picture";
    return { name, bytes: length };
  } catch {
    return undefined;
  }
}

function nameOfPicture(segments: readonly Segment[]): string | undefined {
  const payloads = sortPayloads(segments);
  const packet = (payloads.get("xmp") ?? []).map(latin1Text).join("");
  const named = PICTURES.find(([mark]) => packet.includes(mark))?.[1];
  return named ?? (payloads.has("gainMap") ? "a gain map (HDR)" : undefined);
}

/** A video of boxes, each with its length and four letters; the first is of type `ftyp`. */
function videoAt(rest: Uint8Array): Part | undefined {
  if (!startsVideo(rest, 0)) return undefined;
  const view = viewOf(rest);
  let end = 0;
  while (
    end + 8 <= rest.length && /^[\x20-\x7e]{4}$/.test(latin1Text(rest.subarray(end + 4, end + 8)))
  ) {
    const stated = view.getUint32(end);
    const wide = stated === 1 && end + 16 <= rest.length;
    const length = stated === 0
      ? rest.length - end
      : wide
      ? Number(view.getBigUint64(end + 8))
      : stated;
    if (length < 8 || length > rest.length - end) break;
    end += length;
  }
  return { name: "the video of a motion photo", bytes: end > 0 ? end : rest.length };
}

/** How much comes before the next thing that is known. */
function bytesOfOther(rest: Uint8Array, parts: number): number {
  if (parts >= MAX_PARTS) return rest.length;
  for (let at = 1; at < rest.length; at++) {
    if (startsPicture(rest, at) || startsVideo(rest, at)) return at;
  }
  return rest.length;
}

function startsPicture(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff;
}

function startsVideo(bytes: Uint8Array, at: number): boolean {
  return VIDEO.every((byte, index) => bytes[at + 4 + index] === byte);
}

function isPadding(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff);
}
