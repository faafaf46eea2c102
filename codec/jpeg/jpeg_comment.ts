/**
 * A JPEG's comment as the text chunk that other programs keep it in.
 *
 * @module
 */

import { concatenate, latin1Bytes } from "../image/bytes.ts";
import type { Chunk } from "../image/metadata.ts";

/**
 * The chunk for a comment: UTF-8 in iTXt, ASCII in tEXt, and whatever else it may be as the Latin-1 of tEXt, byte for
 * byte. Zeros at its end are left out.
 *
 * @returns nothing for a comment that is no text: one with a zero in its midst, which no text chunk can hold.
 */
export function commentChunk(comment: Uint8Array): Chunk | undefined {
  const text = comment.subarray(0, comment.findLastIndex((byte) => byte !== 0) + 1);
  if (text.includes(0)) return undefined;
  if (text.some((byte) => byte > 127) && isUtf8(text)) {
    return { type: "iTXt", data: concatenate([latin1Bytes("Comment\0\0\0\0\0"), text]) };
  }
  return { type: "tEXt", data: concatenate([latin1Bytes("Comment\0"), text]) };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
