/**
 * Reads what the chunk of an NNC file states, without decoding its pixels.
 *
 * @module
 */

import { CHUNK_TYPE, type Container, decodeContainer } from "../codec/container.ts";
import { readChunks } from "../codec/png/png_chunks.ts";

/**
 * What the file states, or `undefined` where it has no chunk.
 *
 * @throws {ImageError} if it is no PNG.
 * @throws {ContainerError} if the chunk is damaged or of a newer version.
 */
export function readNncHeader(file: Uint8Array): Container | undefined {
  const chunk = readChunks(file).find(({ type }) => type === CHUNK_TYPE);
  return chunk && decodeContainer(chunk.data);
}
