/**
 * Images to coded files: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by octave.
 *
 * @module
 */

import { pixelChecksum, stepChecksum } from "./checksum.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodingOptions } from "./coded_file.ts";
import { CODED_LIMITS, encodeCodedHeader } from "./coded_header.ts";
import { CHUNK_TYPE } from "./container.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { binOf, representativeOf } from "./entropy/bins.ts";
import { dropOpaqueAlpha, type Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import { packStep } from "./lattice/packing.ts";
import type { Raster } from "./lattice/raster.ts";
import { findChunk, replaceChunk } from "./png/metadata.ts";
import { writePng } from "./png/png.ts";
import type { Effort } from "./png/png_pixels.ts";
import { encodeStep } from "./step_chunks.ts";

/** How a coded file is written. */
export interface EncodeOptions extends CodingOptions {
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /** How hard to compress what is stored as a PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** Octaves that are coded unless the picture is stored whole. */
const OCTAVES = 3;

/** What names no coder. */
const NO_CODER = new Uint8Array(CODED_LIMITS.digest);

/**
 * Writes a coded file: of the bins that samples lie in, or where that is smaller, as it is of drawings, a PNG of all
 * representatives. Pictures whose alpha is not opaque are stored that way.
 *
 * @throws {RangeError} if the largest error is no whole number from 0 to 16.
 */
export async function encodeCoded(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { maxError = 0 } = options;
  if (!Number.isInteger(maxError) || maxError < 0 || maxError > CODED_LIMITS.maxError) {
    throw new RangeError(
      `The largest error is a whole number from 0 to ${CODED_LIMITS.maxError}, found ${maxError}`,
    );
  }
  const whole = representativesOf(dropOpaqueAlpha(image), maxError);
  const stored = await writeCoded(whole, {
    ...options,
    image,
    maxError,
    octaves: 0,
    chunks: [],
    rasters: [whole],
  });
  if (whole.channels % 2 === 0) return stored;
  const rasters = [whole];
  for (let index = 0; index < OCTAVES; index++) rasters.push(packStep(rasters.at(-1)!, "grid"));
  const chunks: Chunk[] = [];
  const { run, workers, signal, onProgress } = options;
  let done = rasters.at(-1)!.width * rasters.at(-1)!.height;
  const onCoded = (pixels: number) => onProgress?.(done += pixels, whole.width * whole.height);
  let adaptation = new Adaptation();
  let step = 0;
  for (let index = OCTAVES - 1; index >= 0; index--) {
    const networks = index === 0 ? options.coder.fine : options.coder.coarse;
    const coded = await encodeOctave(rasters[index]!, {
      networks,
      run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError,
    });
    adaptation = coded.adaptation;
    for (const runs of coded.steps) chunks.push(...encodeStep(step++, runs));
  }
  const coded = await writeCoded(whole, {
    ...options,
    image,
    maxError,
    octaves: OCTAVES,
    chunks,
    rasters,
  });
  return coded.length < stored.length ? coded : stored;
}

async function writeCoded(
  whole: Raster,
  options: EncodeOptions & {
    image: Image;
    maxError: number;
    octaves: number;
    chunks: readonly Chunk[];
    /** The octaves from the finest to that of the PNG. */
    rasters: readonly Raster[];
  },
): Promise<Uint8Array> {
  const { image, maxError, octaves, chunks, rasters, effort, workers, signal } = options;
  const density = findChunk(image.metadata, "pHYs");
  const header = encodeCodedHeader({
    octaves,
    maxError,
    isGrey: whole.channels < 3,
    size: { width: whole.width, height: whole.height },
    coder: octaves === 0 ? NO_CODER : options.digest,
    checksums: checksumsOf(rasters),
    ...(density && { density }),
  });
  const metadata = octaves === 0
    ? image.metadata
    : replaceChunk(image.metadata, { type: "pHYs", data: undefined });
  return await writePng({ ...rasters.at(-1)!, metadata }, {
    chunks: [{ type: CHUNK_TYPE, data: header }],
    trailing: chunks,
    effort,
    workers,
    signal,
  });
}

/** The checksum of the coarsest octave, then of what each step adds to it. */
function checksumsOf(rasters: readonly Raster[]): number[] {
  const finer = rasters.slice(0, -1).reverse();
  return [
    pixelChecksum(rasters.at(-1)!),
    ...finer.flatMap((octave) => OCTAVE_STEPS.map(({ step }) => stepChecksum(octave, step))),
  ];
}

/** Every sample but alpha as the representative of its bin. */
function representativesOf(image: Raster, maxError: number): Raster {
  if (maxError === 0) return image;
  const { channels } = image;
  const hasAlpha = channels % 2 === 0;
  const data = image.data.map((value, at) =>
    hasAlpha && at % channels === channels - 1
      ? value
      : representativeOf(binOf(value, maxError), maxError)
  );
  return { ...image, data };
}
