/**
 * Telling coded files from all others.
 *
 * @module
 */

import { readBareMark } from "./bare_mark.ts";
import { isCodedHeader } from "./coded_header.ts";
import { CHUNK_TYPE } from "./container.ts";
import { isPng, readChunks } from "./png/png_chunks.ts";

/**
 * Whether a file is a coded one, by its chunk or its mark; that it is sound is not said.
 *
 * @example
 * ```ts
 * import { compress, isCodedFile, NO_METADATA } from "@nnc/nnc";
 * import { equal } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image = { width: 8, height: 6, channels: 1 as const, data, metadata: NO_METADATA };
 * equal(isCodedFile(await compress(image)), false);
 * ```
 */
export function isCodedFile(file: Uint8Array): boolean {
  if (!isPng(file)) return false;
  const chunks = readChunks(file, { needed: [CHUNK_TYPE], onFault: () => {} });
  const header = chunks.find(({ type }) => type === CHUNK_TYPE);
  return header ? isCodedHeader(header.data) : readBareMark(chunks) !== undefined;
}
