/**
 * What a coded file has besides its octaves, as chunks: alpha, and the lower bytes of samples of 16 bits.
 *
 * @module
 */

import { ALPHA_CHUNK_TYPE, decodeApart, encodeApart, LOW_CHUNK_TYPE } from "./apart_chunks.ts";
import type { BandOptions } from "./coded/bands.ts";
import { decodeLowBytes, encodeLowBytes } from "./coded/low_bytes.ts";
import { decodeMask, encodeMask } from "./coded/mask.ts";
import { bandCount } from "./coded/bands.ts";
import type { Planes } from "./coded_planes.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { crc32 } from "./png/crc32.ts";

/** The chunks of alpha; none where there is none. */
export async function encodeAlpha(planes: Planes, options: BandOptions): Promise<Chunk[]> {
  const { colours: size, alpha } = planes;
  if (!alpha) return [];
  const streams = await encodeMask(alpha, { ...options, size });
  return encodeApart(ALPHA_CHUNK_TYPE, { checksum: crc32(alpha), streams });
}

/** The chunks of lower bytes; none where samples have 8 bits. */
export async function encodeLow(planes: Planes, options: BandOptions): Promise<Chunk[]> {
  const { colours, alpha, low, lowAlpha } = planes;
  if (!low) return [];
  const { channels, data: upper } = colours;
  const streams = await encodeLowBytes({ upper, lower: low }, {
    ...options,
    size: colours,
    channels,
  });
  if (alpha && lowAlpha) {
    streams.push(
      ...await encodeLowBytes({ upper: alpha, lower: lowAlpha }, {
        ...options,
        size: colours,
        channels: 1,
      }),
    );
  }
  return encodeApart(LOW_CHUNK_TYPE, { checksum: checksumOf(low, lowAlpha), streams });
}

function checksumOf(low: Uint8Array, lowAlpha: Uint8Array | undefined): number {
  return lowAlpha ? crc32(lowAlpha, crc32(low)) : crc32(low);
}

/** Upper bytes of alpha; nothing where its chunks are missing, or do not decode to what was coded. */
export async function decodeAlpha(
  chunks: readonly Chunk[],
  options: BandOptions & { readonly size: Size },
): Promise<Uint8Array | undefined> {
  const found = decodeApart(chunks, ALPHA_CHUNK_TYPE);
  if (!found || found.streams.length !== bandCount(options.size)) return undefined;
  const alpha = await decodeMask(found.streams, options);
  return crc32(alpha) === found.checksum ? alpha : undefined;
}

/** Lower bytes of colours and of alpha; nothing where their chunks are missing, or do not decode to what was coded. */
export async function decodeLow(
  chunks: readonly Chunk[],
  options: BandOptions & {
    readonly colours: Raster;
    readonly alpha: Uint8Array | undefined;
  },
): Promise<{ low: Uint8Array; lowAlpha?: Uint8Array } | undefined> {
  const found = decodeApart(chunks, LOW_CHUNK_TYPE);
  if (!found) return undefined;
  const { colours, alpha } = options;
  const first = await decodeLowBytes(found.streams, {
    ...options,
    size: colours,
    channels: colours.channels as 1 | 3,
    upper: colours.data,
  });
  const rest = found.streams.slice(first.used);
  const second = alpha
    ? await decodeLowBytes(rest, { ...options, size: colours, channels: 1, upper: alpha })
    : undefined;
  if (checksumOf(first.lower, second?.lower) !== found.checksum) return undefined;
  return { low: first.lower, ...(second && { lowAlpha: second.lower }) };
}
