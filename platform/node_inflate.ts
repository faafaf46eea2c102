/**
 * zlib streams inflated in native code, by what Deno and Node have.
 *
 * @module
 */

import { inflateSync } from "node:zlib";

/** What zlib answers with `info`. */
interface WithEngine {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * Inflates a zlib stream of so many bytes; `undefined` where anything is wrong with it or follows it.
 *
 * @throws {RangeError} if memory is wanting.
 */
export function inflateNatively(compressed: Uint8Array, length: number): Uint8Array | undefined {
  try {
    const options = { maxOutputLength: length, info: true };
    const { buffer, engine } = inflateSync(compressed, options) as unknown as WithEngine;
    if (buffer.length !== length || engine.bytesWritten !== compressed.length) return undefined;
    // A plain view: a Buffer's slice() would share memory with the image.
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (cause) {
    // zlib's errors have codes; without one it is the memory that is wanting, not the file.
    if (cause instanceof RangeError && !("code" in cause)) throw cause;
    return undefined;
  }
}
