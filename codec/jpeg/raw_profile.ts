/**
 * IPTC and Photoshop's other resources as ImageMagick and exiftool keep them in PNGs: as hexadecimal text.
 *
 * Source: Adobe Photoshop File Formats Specification, "Image Resource Blocks"; IPTC-NAA Information Interchange Model 4.2;
 * ImageMagick's coders/png.c, "Raw profile type".
 *
 * @module
 */

import { deflate } from "npm:pako@3.0.3";
import { concatenate, latin1Bytes, latin1Text, viewOf } from "../image/bytes.ts";
import type { Chunk } from "../image/metadata.ts";

const IPTC_RESOURCE = 0x0404;

/** Four letters, an id, a name of at least two bytes and a length. */
const RESOURCE_BYTES = 12;

/** Bytes on a line. */
const LINE_BYTES = 36;

/** The chunk for a JPEG's image resource blocks, which is named for IPTC where there is any among them. */
export function resourceChunk(resources: Uint8Array): Chunk {
  const name = holdsIptc(resources) ? "iptc" : "8bim";
  const lines = Array.from(
    { length: Math.ceil(resources.length / LINE_BYTES) },
    (_, line) => resources.subarray(line * LINE_BYTES, (line + 1) * LINE_BYTES).toHex(),
  );
  const length = String(resources.length).padStart(8);
  const text = latin1Bytes(["", name, length, ...lines, ""].join("\n"));
  const head = latin1Bytes(`Raw profile type ${name}\0\0`);
  return { type: "zTXt", data: concatenate([head, deflate(text, { level: 9 })]) };
}

function holdsIptc(resources: Uint8Array): boolean {
  const view = viewOf(resources);
  for (let at = 0; at + RESOURCE_BYTES <= resources.length;) {
    if (latin1Text(resources.subarray(at, at + 4)) !== "8BIM") return false;
    if (view.getUint16(at + 4) === IPTC_RESOURCE) return true;
    const name = even(1 + resources[at + 6]!);
    const length = at + 6 + name;
    if (length + 4 > resources.length) return false;
    at = length + 4 + even(view.getUint32(length));
  }
  return false;
}

function even(length: number): number {
  return length + length % 2;
}
