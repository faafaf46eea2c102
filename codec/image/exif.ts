/**
 * The one tag of Exif that describes pixels: orientation, read and neutralised.
 *
 * Source: Exif 3.0 (CIPA DC-008), section 4.6; TIFF 6.0, section 2.
 *
 * @module
 */

import { viewOf } from "./bytes.ts";
import type { Orientation } from "./orientation.ts";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/** Whether bytes begin as Exif data does: a byte order and the number 42. */
export function isExif(exif: Uint8Array): boolean {
  if (exif.length < 8) return false;
  const order = String.fromCharCode(exif[0]!, exif[1]!);
  if (order !== "II" && order !== "MM") return false;
  return viewOf(exif).getUint16(2, order === "II") === 42;
}

/** The orientation that Exif data states; 1 where it states none that exists. */
export function readOrientation(exif: Uint8Array): Orientation {
  const at = findOrientation(exif);
  const value = at === undefined ? 1 : viewOf(exif).getUint16(at, isLittle(exif));
  return value >= 1 && value <= 8 ? value as Orientation : 1;
}

/** A copy of Exif data that states that the pixels are upright. */
export function uprightExif(exif: Uint8Array): Uint8Array {
  const copy = exif.slice();
  const at = findOrientation(copy);
  if (at !== undefined) viewOf(copy).setUint16(at, 1, isLittle(copy));
  return copy;
}

/** Exif data with the orientation of `exif` and nothing else; none where that is upright. */
export function orientationAlone(exif: Uint8Array): Uint8Array | undefined {
  const orientation = readOrientation(exif);
  if (orientation === 1) return undefined;
  const alone = new Uint8Array(8 + 2 + ENTRY_BYTES + 4);
  const view = viewOf(alone);
  alone.set([0x4d, 0x4d, 0, 42]);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION_TAG);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return alone;
}

function isLittle(exif: Uint8Array): boolean {
  return exif[0] === 0x49;
}

/** Where the value of the orientation tag of the first directory lies, if there is one. */
function findOrientation(exif: Uint8Array): number | undefined {
  if (!isExif(exif)) return undefined;
  const view = viewOf(exif);
  const little = isLittle(exif);
  const directory = view.getUint32(4, little);
  if (directory + 2 > exif.length) return undefined;
  const entries = view.getUint16(directory, little);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * ENTRY_BYTES;
    if (at + ENTRY_BYTES > exif.length) return undefined;
    if (view.getUint16(at, little) !== ORIENTATION_TAG) continue;
    return view.getUint16(at + 2, little) === SHORT ? at + 8 : undefined;
  }
  return undefined;
}
