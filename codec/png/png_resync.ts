/**
 * Finding a PNG's chunks again behind bytes that are none.
 *
 * @module
 */

import { viewOf } from "../image/bytes.ts";
import { crc32 } from "./crc32.ts";

/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Bytes of checksums that are computed at most, for each byte of the file: whatever lies in it, searching ends soon. */
const MOST_CHECKED = 4;

/** Looks for chunks in a file, each byte once: calls ask for ever later ones. */
export class ChunkSearch {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #names: readonly number[];
  #budget: number;
  #next: number | undefined = 0;

  /** `types` are those that are looked for. */
  constructor(bytes: Uint8Array, types: readonly string[]) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#names = types.map((type) => viewOf(new TextEncoder().encode(type)).getUint32(0));
    this.#budget = MOST_CHECKED * bytes.length;
  }

  /** Where the first chunk at an offset or behind it begins whose checksum agrees; `undefined` where there is none. */
  from(offset: number): number | undefined {
    if (this.#next === undefined || this.#next > offset) return this.#next;
    const end = this.#bytes.length - CHUNK_OVERHEAD;
    while (offset <= end && this.#budget >= 0 && !this.#isSound(offset)) offset++;
    return this.#next = offset <= end && this.#budget >= 0 ? offset : undefined;
  }

  /**
   * Where a damaged chunk ends: where bytes of it are lost, the next one begins before its place.
   *
   * @param options.begin its first byte
   * @param options.end the one behind its last, by its length
   */
  endOfDamage({ begin, end }: { readonly begin: number; readonly end: number }): number {
    this.#budget -= end - begin;
    return this.#budget < 0 ? end : Math.min(end, this.from(begin + 1) ?? end);
  }

  #isSound(offset: number): boolean {
    const view = this.#view;
    if (!this.#names.includes(view.getUint32(offset + 4))) return false;
    const length = view.getUint32(offset);
    const end = offset + 8 + length;
    if (end + 4 > this.#bytes.length) return false;
    this.#budget -= length;
    return this.#budget >= 0 &&
      crc32(this.#bytes.subarray(offset + 4, end)) === view.getUint32(end);
  }
}
