/**
 * Damage to JPEGs, segment by segment, so that the decoder gets to see it.
 *
 * @module
 */

import { concat, exifOf, latin1, resource, xmpPacket } from "../support/jpeg_writer.ts";
import { damageBytes } from "./bytes_damage.ts";
import type { Dice } from "./dice.ts";

interface LooseSegment {
  marker: number;
  data: Uint8Array;
  /** Entropy-coded bytes that follow. */
  scan: Uint8Array;
  /** What the length field says, if not the truth. */
  length?: number | undefined;
}

const MARKERS = [
  ...[0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc9, 0xcc, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd],
  ...[0xe0, 0xe1, 0xe2, 0xee, 0xfe, 0x01, 0x00],
];

/** What XMP may declare. */
const NAMESPACES = [
  ["http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.google.com/photos/1.0/container/"],
  ["http://ns.google.com/photos/1.0/camera/", "http://ns.adobe.com/hdr-gain-map/1.0/"],
];

type Edit = (segments: LooseSegment[], dice: Dice) => void;

const EDITS: readonly Edit[] = [
  function damageData(segments, dice) {
    const segment = dice.pick(segments);
    if (segment.data.length > 0) segment.data = damageBytes(segment.data, dice);
  },
  function damageFrame(segments, dice) {
    const frame = segments.find(({ marker }) => marker >= 0xc0 && marker <= 0xc2)?.data;
    if (!frame || frame.length < 6) return;
    const kind = dice.below(3);
    if (kind === 0) {
      const at = 1 + 2 * dice.below(2);
      const side = dice.pick([0, 1, 7, 8, 9, 100, 1000, 65535]);
      frame.set([side >> 8, side & 255], at);
    } else if (kind === 1) frame[5] = dice.pick([0, 1, 2, 3, 4, 5, 255]);
    else frame[dice.below(frame.length)] = dice.pick([0, 1, 2, 4, 8, 17, 0x11, 0x41, 0x44, 255]);
  },
  function damageScan(segments, dice) {
    const scans = segments.filter(({ scan }) => scan.length > 0);
    if (scans.length === 0) return;
    const segment = dice.pick(scans);
    segment.scan = damageBytes(segment.scan, dice);
  },
  function damageExif(segments, dice) {
    const exif = exifOf(dice.below(12), dice.pick(["II", "MM"]));
    const data = concat([latin1("Exif\0\0"), damageBytes(exif, dice)]);
    segments.unshift({ marker: 0xe1, data, scan: new Uint8Array(0) });
  },
  function damageProfile(segments, dice) {
    const part = Uint8Array.of(dice.below(4), dice.below(4), ...dice.bytes(dice.below(200)));
    const data = concat([latin1("ICC_PROFILE\0"), part]);
    segments.unshift({ marker: 0xe2, data, scan: new Uint8Array(0) });
  },
  function damageXmp(segments, dice) {
    const declared = dice.pick(NAMESPACES).map((uri, index) => `xmlns:n${index}="${uri}"`);
    const elements = dice.pick([
      "",
      "<n0:a>",
      "</n0:a>",
      "<n0:a><n1:a/></n0:a>",
      "<n0:a n1:b='1'/>",
    ]);
    const packet = latin1(
      xmpPacket(`${declared.join(" ")} n0:Version="1"`, elements.repeat(1 + dice.below(3))),
    );
    const damaged = dice.chance(0.5) ? packet : damageBytes(packet, dice);
    const data = concat([latin1("http://ns.adobe.com/xap/1.0/\0"), damaged]);
    segments.unshift({ marker: 0xe1, data, scan: new Uint8Array(0) });
  },
  function damageResources(segments, dice) {
    const resources = damageBytes(resource(dice.pick([0x0404, 0x0425]), dice.bytes(20)), dice);
    const data = concat([latin1("Photoshop 3.0\0"), resources]);
    segments.unshift({ marker: 0xed, data, scan: new Uint8Array(0) });
  },
  function strayBytes(segments, dice) {
    const segment = dice.pick(segments);
    segment.scan = concat([segment.scan, dice.bytes(1 + dice.below(12))]);
  },
  function insertSegment(segments, dice) {
    const data = dice.bytes(dice.pick([0, 1, 2, 6, 14, 100]));
    const segment = { marker: dice.pick(MARKERS), data, scan: new Uint8Array(0) };
    segments.splice(dice.below(segments.length + 1), 0, segment);
  },
  function dropSegment(segments, dice) {
    if (segments.length > 1) segments.splice(dice.below(segments.length), 1);
  },
  function repeatSegment(segments, dice) {
    const { marker, data, scan } = dice.pick(segments);
    const times = dice.pick([1, 1, 2, 300]);
    const copies = Array.from({ length: times }, () => ({ marker, data: data.slice(), scan }));
    segments.splice(dice.below(segments.length + 1), 0, ...copies);
  },
  function moveSegment(segments, dice) {
    const [segment] = segments.splice(dice.below(segments.length), 1);
    segments.splice(dice.below(segments.length + 1), 0, segment!);
  },
  function renameSegment(segments, dice) {
    dice.pick(segments).marker = dice.pick(MARKERS);
  },
  function lieAboutLength(segments, dice) {
    const segment = dice.pick(segments);
    segment.length = dice.pick([0, 1, 2, 3, segment.data.length + 1, 0xffff, dice.below(0x10000)]);
  },
];

/** A JPEG with one to three edits of its segments; bytes that are no JPEG are damaged as bytes. */
export function damageJpeg(bytes: Uint8Array, dice: Dice): Uint8Array {
  const { segments, rest } = split(bytes);
  if (segments.length === 0) return damageBytes(bytes, dice);
  for (let edits = dice.pick([0, 0, 0, 1, 2]); edits >= 0 && segments.length > 0; edits--) {
    dice.pick(EDITS)(segments, dice);
  }
  const whole = concat([join(segments), dice.chance(0.3) ? damageBytes(rest, dice) : rest]);
  return dice.chance(0.1) ? whole.slice(0, dice.below(whole.length)) : whole;
}

/** The segments, and what follows the end marker. */
function split(bytes: Uint8Array): { segments: LooseSegment[]; rest: Uint8Array } {
  const segments: LooseSegment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xd9) {
    const marker = bytes[at + 1]!;
    const length = bytes[at + 2]! << 8 | bytes[at + 3]!;
    const data = bytes.slice(at + 4, at + 2 + length);
    at += 2 + length;
    const start = at;
    while (marker === 0xda && at < bytes.length && !isMarker(bytes, at)) at++;
    segments.push({ marker, data, scan: bytes.slice(start, at) });
  }
  return { segments, rest: bytes.slice(at + 2) };
}

function isMarker(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1]!;
  return bytes[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7);
}

function join(segments: readonly LooseSegment[]): Uint8Array {
  const parts = segments.flatMap(({ marker, data, scan, length = data.length + 2 }) => [
    Uint8Array.of(0xff, marker, length >> 8 & 255, length & 255),
    data,
    scan,
  ]);
  return concat([Uint8Array.of(0xff, 0xd8), ...parts, Uint8Array.of(0xff, 0xd9)]);
}
