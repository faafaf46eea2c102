/**
 * The chunks of what is coded apart from the octaves: `nnCA` has alpha, before the steps, `nnCL` the lower bytes of 16-bit
 * samples, behind them. Each kind is one list of streams, cut into chunks of at most a mebibyte.
 *
 * @module
 */

import { ContainerError } from "./container_error.ts";
import { concatenate, viewOf } from "./image/bytes.ts";
import type { Chunk } from "./image/metadata.ts";

/** Type of the chunks that have alpha: ancillary, private, unsafe to copy. */
export const ALPHA_CHUNK_TYPE = "nnCA";

/** Type of the chunks that have lower bytes. */
export const LOW_CHUNK_TYPE = "nnCL";

const MOST_BYTES = 2 ** 20;

// byte  0          4               for every stream
//      +----------+----------+  +------------+--------------+
//      | crc32 of | bytes    |  | length u32 | coded bytes  |
//      | plane    | that fol.|  |            |              |
//      +----------+----------+  +------------+--------------+
const HEAD_BYTES = 8;
const LENGTH_BYTES = 4;

/** Streams, and the checksum of what they decode to. */
export interface ApartStreams {
  /** CRC-32 of the plane's bytes. */
  readonly checksum: number;
  /** In the order of the plane's rows. */
  readonly streams: readonly Uint8Array[];
}

/** Writes the chunks of one kind. */
export function encodeApart(type: string, { checksum, streams }: ApartStreams): Chunk[] {
  const length = streams.reduce((sum, stream) => sum + LENGTH_BYTES + stream.length, 0);
  const parts = [numbers(checksum, length)];
  for (const stream of streams) parts.push(numbers(stream.length), stream);
  const all = concatenate(parts);
  return Array.from({ length: Math.ceil(all.length / MOST_BYTES) }, (_, index) => ({
    type,
    data: all.slice(index * MOST_BYTES, (index + 1) * MOST_BYTES),
  }));
}

function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, index) => viewOf(bytes).setUint32(4 * index, value));
  return bytes;
}

/**
 * Reads the chunks of one kind; nothing where they are not all there, as in a file that was cut.
 *
 * @throws {ContainerError} if streams are longer than all of them, or there are more bytes than were stated.
 */
export function decodeApart(chunks: readonly Chunk[], type: string): ApartStreams | undefined {
  const all = concatenate(chunks.filter((chunk) => chunk.type === type).map(({ data }) => data));
  if (all.length < HEAD_BYTES) return undefined;
  const view = viewOf(all);
  const end = HEAD_BYTES + view.getUint32(4);
  if (all.length < end) return undefined;
  const contradiction = new ContainerError(
    `"${type}" states ${end} bytes, and its streams take others: it is damaged`,
  );
  if (all.length > end) throw contradiction;
  const streams: Uint8Array[] = [];
  for (let at = HEAD_BYTES; at < end;) {
    if (at + LENGTH_BYTES > end) throw contradiction;
    const next = at + LENGTH_BYTES + view.getUint32(at);
    if (next > end) throw contradiction;
    streams.push(all.subarray(at + LENGTH_BYTES, next));
    at = next;
  }
  return { checksum: view.getUint32(0), streams };
}
