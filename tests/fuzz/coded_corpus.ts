/**
 * Sound coded files and coders, small, made by code.
 *
 * @module
 */

import { encodeCoded } from "../../codec/coded_encoder.ts";
import { trimCoded } from "../../codec/coded_trim.ts";
import type { Chunk } from "../../codec/image/metadata.ts";
import type { Ratio } from "../../codec/lattice/lattice.ts";
import type { Channels } from "../../codec/lattice/raster.ts";
import { encodeCoderFile } from "../../weights/coder_file.ts";
import { CODING, softPhoto } from "../support/coded_files.ts";
import { randomCoder } from "../support/exact_networks.ts";
import type { Sample } from "./sample.ts";

interface CodedKind {
  readonly channels: Channels;
  /** Default: 43 × 26. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly maxError?: number | undefined;
  readonly ratio?: Ratio | undefined;
  readonly isWide?: boolean | undefined;
  readonly isFlat?: boolean | undefined;
  /** Step of a lossy file, in 64ths of a level. */
  readonly step?: number | undefined;
}

const KINDS: readonly CodedKind[] = [
  ...([1, 2, 3, 4] as const).map((channels) => ({ channels, maxError: channels - 1 })),
  ...([2, 4, 8, 16] as const).map((ratio) => ({ channels: 3 as const, ratio })),
  { channels: 4, isWide: true },
  { channels: 1, isWide: true },
  { channels: 1, ratio: 2 },
  { channels: 2, ratio: 2 },
  { channels: 1, isFlat: true },
  { channels: 3, maxError: 16 },
  { channels: 3, maxError: 1, ratio: 16 },
  { channels: 3, ratio: 2, size: { width: 1, height: 1 } },
  { channels: 3, size: { width: 3, height: 41 } },
  ...([1, 2, 3, 4] as const).map((channels) => ({ channels, step: 13 * 4 ** channels })),
  { channels: 3, step: 100, ratio: 2 },
];

/** Coded files of every kind: grey, transparent, of 16 bits, near-lossless, lossy, of some pixels, stored whole, trimmed, cut off. */
export async function codedFiles(metadata: readonly Chunk[]): Promise<Sample[]> {
  const files = await Promise.all(KINDS.map(async (kind): Promise<Sample> => {
    const { channels, isWide = false, isFlat = false, maxError, ratio, step } = kind;
    const photo = softPhoto(kind.size ?? { width: 43, height: 26 }, { channels });
    const image = {
      ...photo,
      data: isFlat ? photo.data.map(() => 9) : photo.data,
      ...isWide && { low: photo.data.map((value) => value ^ 5) },
      metadata: { chunks: channels > 2 ? [...metadata] : [] },
    };
    const lossy = step === undefined ? undefined : { step, chroma: 16, ratio: 45 };
    const bytes = await encodeCoded(image, { ...CODING, maxError, ratio, lossy });
    return { name: `coded ${JSON.stringify(kind)}`, format: "coded", bytes };
  }));
  const { bytes } = files[2]!;
  const trimmed = trimCoded(bytes, { ratio: 4 }).bytes;
  return [
    ...files,
    { name: "coded, trimmed", format: "coded", bytes: trimmed },
    { name: "coded, cut off", format: "coded", bytes: bytes.subarray(0, bytes.length * 0.8) },
  ];
}

/** Coders that nobody trained. */
export function coders(): Sample[] {
  return [1, 2].map((seed) => ({
    name: `coder ${seed}`,
    format: "coder",
    bytes: encodeCoderFile(randomCoder(seed), {
      tier: "mine",
      recipe: "{}",
      data: "noise",
      isLossy: seed > 1,
      scores: { bits: 3 },
    }),
  }));
}
