/**
 * What the segments of a JPEG hold beside its pixels, by the signatures that they begin with.
 *
 * Source: JFIF 1.02; Exif 3.0, section 4.7.2; ICC.1:2022, annex B.4; XMP part 3, section 1.1.3; CIPA DC-007, section 5.1;
 * ISO 21496-1, annex C.
 *
 * @module
 */

import { latin1Bytes, latin1Text, viewOf } from "../image/bytes.ts";
import { MARKERS, type Segment } from "./jpeg_segments.ts";

/** Kinds of payloads that something is known of. */
export type PayloadKind =
  | "jfif"
  | "exif"
  | "xmp"
  | "xmpExtension"
  | "profile"
  | "pictures"
  | "gainMap"
  | "saving"
  | "photoshop"
  | "colours"
  | "comment";

const { APP0, APP1, APP2, APP11, APP12, APP13, APP14, APP15, COM } = MARKERS;

const KINDS: readonly { kind: PayloadKind; marker: number; signature: string }[] = [
  { kind: "jfif", marker: APP0, signature: "JFIF\0" },
  // A second zero follows, or another byte where a camera got it wrong.
  { kind: "exif", marker: APP1, signature: "Exif\0" },
  { kind: "xmp", marker: APP1, signature: "http://ns.adobe.com/xap/1.0/\0" },
  { kind: "xmpExtension", marker: APP1, signature: "http://ns.adobe.com/xmp/extension/\0" },
  { kind: "profile", marker: APP2, signature: "ICC_PROFILE\0" },
  { kind: "pictures", marker: APP2, signature: "MPF\0" },
  { kind: "gainMap", marker: APP2, signature: "urn:iso:std:iso:ts:21496:-1\0" },
  { kind: "saving", marker: APP12, signature: "Ducky" },
  { kind: "photoshop", marker: APP13, signature: "Photoshop 3.0\0" },
  { kind: "colours", marker: APP14, signature: "Adobe" },
  { kind: "comment", marker: COM, signature: "" },
];

const SIGNATURES = KINDS.map(({ signature }) => latin1Bytes(signature));

/** The length of a signature that nothing is known of, as far as it is told. */
const TOLD_LETTERS = 16;

/** What each kind of payload holds behind its signature, in the order of the file. */
export function sortPayloads(segments: readonly Segment[]): Map<PayloadKind, Uint8Array[]> {
  const payloads = new Map<PayloadKind, Uint8Array[]>();
  for (const segment of segments) {
    const found = identify(segment);
    if (!found) continue;
    const others = payloads.get(found.kind);
    if (others) others.push(found.data);
    else payloads.set(found.kind, [found.data]);
  }
  return payloads;
}

/** The segments that hold something for which there is no place: what names them, and their bytes together. */
export function foreignPayloads(segments: readonly Segment[]): Map<string, number> {
  const foreign = new Map<string, number>();
  for (const segment of segments) {
    const { marker, data } = segment;
    if (marker < APP0 || marker > APP15 || data.length === 0) continue;
    const found = identify(segment);
    const name = found ? nameOfRest(found) : nameOf(segment);
    if (name) foreign.set(name, (foreign.get(name) ?? 0) + data.length);
  }
  return foreign;
}

function identify({ marker, data }: Segment): { kind: PayloadKind; data: Uint8Array } | undefined {
  const index = KINDS.findIndex((kind, at) =>
    kind.marker === marker && data.length > SIGNATURES[at]!.length &&
    SIGNATURES[at]!.every((byte, place) => data[place] === byte)
  );
  const kind = KINDS[index]?.kind;
  return kind && { kind, data: data.subarray(SIGNATURES[index]!.length) };
}

/** What a payload that is known holds beyond what is taken from it. */
function nameOfRest({ kind, data }: { kind: PayloadKind; data: Uint8Array }): string | undefined {
  if (kind === "jfif" && data.length > 9) return "the thumbnail in APP0 (JFIF)";
  if (kind === "saving" && holdsTexts(data)) return 'APP12 ("Ducky")';
  return undefined;
}

/** Whether Photoshop's notes on saving for the web hold more than the quality that was chosen. */
function holdsTexts(data: Uint8Array): boolean {
  const view = viewOf(data);
  for (let at = 0; at + 4 <= data.length; at += 4 + view.getUint16(at + 2)) {
    if (view.getUint16(at) > 1) return true;
  }
  return false;
}

function nameOf({ marker, data }: Segment): string {
  const [start] = latin1Text(data.subarray(0, TOLD_LETTERS)).split("\0");
  const signature = start!.replace(/[^\x20-\x7e]|"/g, "");
  const name = `APP${marker - APP0}${signature === "" ? "" : ` ("${signature}")`}`;
  return marker === APP11 && signature.startsWith("JP")
    ? `${name}, JUMBF: content credentials or such`
    : name;
}
