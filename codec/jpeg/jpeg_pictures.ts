/**
 * The index of pictures that lie behind a JPEG's own: what each is, by where it begins.
 *
 * Source: CIPA DC-007 (Multi-Picture Format), sections 5.2 and 5.2.3.3.
 *
 * @module
 */

import { viewOf } from "../image/bytes.ts";
import { sortPayloads } from "./jpeg_payloads.ts";
import type { Segment } from "./jpeg_segments.ts";

const ENTRIES_TAG = 0xb002;
const FIELD_BYTES = 12;
const ENTRY_BYTES = 16;

/** What the lower three bytes of an entry's attribute say. */
const TYPES = new Map([
  [0x010001, "a preview picture"],
  [0x010002, "a preview picture"],
  [0x020001, "a picture of a panorama"],
  [0x020002, "a picture for the other eye (MPO)"],
  [0x020003, "a picture from another angle (MPO)"],
  [0x050000, "a gain map (HDR)"],
]);

/**
 * Names for the pictures of the index, by their first byte in the file.
 *
 * @param file the bytes that the segments are views of
 */
export function indexedPictures(
  segments: readonly Segment[],
  file: Uint8Array,
): Map<number, string> {
  const pictures = new Map<number, string>();
  const [index] = sortPayloads(segments).get("pictures") ?? [];
  const entries = index && findEntries(index);
  if (!index || !entries) return pictures;
  const base = index.byteOffset - file.byteOffset;
  const { start, count, little } = entries;
  const view = viewOf(index);
  for (let at = start; at < start + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    const type = view.getUint32(at, little) & 0xffffff;
    pictures.set(base + view.getUint32(at + 8, little), TYPES.get(type) ?? "another picture (MPO)");
  }
  return pictures;
}

/** Where the entries of the index lie within it, as many as there are whole ones. */
function findEntries(
  index: Uint8Array,
): { start: number; count: number; little: boolean } | undefined {
  if (index.length < 10) return undefined;
  const view = viewOf(index);
  const little = index[0] === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > index.length) return undefined;
  const fields = view.getUint16(directory, little);
  for (let field = 0; field < fields; field++) {
    const at = directory + 2 + field * FIELD_BYTES;
    if (at + FIELD_BYTES > index.length) return undefined;
    if (view.getUint16(at, little) !== ENTRIES_TAG) continue;
    const start = view.getUint32(at + 8, little);
    const stated = Math.floor(view.getUint32(at + 4, little) / ENTRY_BYTES);
    const room = Math.max(0, Math.floor((index.length - start) / ENTRY_BYTES));
    return { start, count: Math.min(stated, room), little };
  }
  return undefined;
}
