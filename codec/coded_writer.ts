/**
 * Coded files as PNGs: the picture that they show, what they say, and their chunks.
 *
 * @module
 */

import { pixelChecksum } from "./checksum.ts";
import { markBare } from "./bare_png.ts";
import { encodeAlpha, encodeLow } from "./coded_apart.ts";
import type { CodingOptions } from "./coded_file.ts";
import { encodeCodedHeader, NO_CODER } from "./coded_header.ts";
import type { LossySettings } from "./coded/lossy_steps.ts";
import { joinAlpha, type Planes, withColours } from "./coded_planes.ts";
import { CHUNK_TYPE } from "./container.ts";
import type { Samples } from "./image/image.ts";
import type { Chunk, Metadata } from "./image/metadata.ts";
import { packStep } from "./lattice/packing.ts";
import type { Channels, Raster } from "./lattice/raster.ts";
import { findChunk, replaceChunk } from "./png/metadata.ts";
import { writePng } from "./png/png.ts";
import type { Effort } from "./png/png_pixels.ts";
import { writeReducedPng } from "./png/png_reduced.ts";

/** Pixels above which no PNG of a picture is small enough for a mark. */
const MOST_BARE_PIXELS = 2 ** 16;

/** What is written of an image. */
export interface FileOptions extends CodingOptions {
  /** The image in parts. */
  readonly planes: Planes;
  /** What travels with it. */
  readonly metadata: Metadata;
  /** Largest error of a sample in grey levels; 0 is lossless, unless there is `lossy`. */
  readonly maxError: number;
  /** How coarsely samples are told; absent where their errors have a bound. */
  readonly lossy?: LossySettings | undefined;
  /** How hard to compress what is stored as a PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** What was coded of an image. */
export interface CodedParts {
  /** The pixels that the PNG shows: every 2ᵏ-th of the colours. */
  readonly shown: Raster;
  /** k */
  readonly octaves: number;
  /** The chunks of its steps. */
  readonly chunks: readonly Chunk[];
  /** The checksums of these steps. */
  readonly checksums: readonly number[];
}

/** Writes a file of coded steps. */
export async function writeCoded(
  { shown, octaves, chunks, checksums }: CodedParts,
  options: FileOptions,
): Promise<Uint8Array> {
  const { planes, maxError, lossy, effort, workers, signal, metadata } = options;
  const { width, height } = planes.colours;
  const place = metadata.chunks.findIndex(({ type }) => type === "pHYs");
  const base = baseOf(shown, { planes, octaves });
  const header = encodeCodedHeader({
    octaves,
    maxError,
    lossy,
    ...flagsOf(planes),
    size: { width, height },
    coder: options.digest,
    checksums: [pixelChecksum(base), ...checksums],
    ...(place >= 0 && { density: metadata.chunks[place]!.data, densityPlace: place }),
  });
  return await writePng({
    ...shownAs(base, options),
    metadata: replaceChunk(metadata, { type: "pHYs", data: undefined }),
  }, {
    chunks: [{ type: CHUNK_TYPE, data: header }],
    trailing: [
      ...await encodeAlpha(planes, { workers, signal }),
      ...chunks,
      ...await encodeLow(planes, { workers, signal }),
    ],
    effort,
    workers,
    signal,
  });
}

/** Writes all pixels as a PNG, which says what it is by a chunk or, where it is small and exact, by a mark. */
export async function writeStored(options: FileOptions): Promise<Uint8Array> {
  const { planes, metadata, maxError, effort, workers, signal, onProgress } = options;
  const flags = flagsOf(planes);
  const header = encodeCodedHeader({
    octaves: 0,
    maxError,
    ...flags,
    size: planes.whole,
    coder: NO_CODER,
    checksums: [0],
  });
  const write = (chunks: readonly Chunk[]) =>
    writeReducedPng({ ...shownAs(planes.whole, options), metadata }, {
      chunks,
      effort,
      workers,
      signal,
      onProgress,
    });
  const { width, height } = planes.whole;
  const bare = maxError === 0 && width * height <= MOST_BARE_PIXELS
    ? markBare(await write([]), flags)
    : undefined;
  return bare ?? await write([{ type: CHUNK_TYPE, data: header }]);
}

/** Samples as the PNG has them: with a profile of colours it must not be in grey. */
function shownAs(samples: Samples, { planes, metadata }: FileOptions): Samples {
  return planes.isColoured && findChunk(metadata, "iCCP") ? withColours(samples, 3) : samples;
}

function flagsOf({ colours, alpha, low, isColoured }: Planes) {
  return {
    isGrey: colours.channels === 1,
    isColoured,
    hasAlpha: alpha !== undefined,
    isWide: low !== undefined,
  };
}

/** What the PNG shows: the colours of the coarsest octave, with their alpha. */
function baseOf(
  coarsest: Raster,
  { planes: { colours, alpha }, octaves }: { planes: Planes; octaves: number },
): Raster {
  if (!alpha) return coarsest;
  let mask: Raster = { width: colours.width, height: colours.height, channels: 1, data: alpha };
  for (let index = 0; index < octaves; index++) mask = packStep(mask, "grid");
  return {
    ...coarsest,
    channels: coarsest.channels + 1 as Channels,
    data: joinAlpha({ colours: coarsest.data, alpha: mask.data }),
  };
}
