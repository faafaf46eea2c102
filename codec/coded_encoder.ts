/**
 * Images to coded files: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by octave.
 *
 * @module
 */

import { pixelChecksum, stepChecksum } from "./checksum.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodingOptions } from "./coded_file.ts";
import { CODED_LIMITS, encodeCodedHeader } from "./coded_header.ts";
import { stepsAtRatio } from "./coded_ratio.ts";
import { CHUNK_TYPE } from "./container.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { binOf, representativeOf } from "./entropy/bins.ts";
import { dropOpaqueAlpha, type Image } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import type { Chunk, Metadata } from "./image/metadata.ts";
import type { Ratio } from "./lattice/lattice.ts";
import { packStep } from "./lattice/packing.ts";
import { hasAlpha, type Raster } from "./lattice/raster.ts";
import { findChunk, replaceChunk } from "./png/metadata.ts";
import { writePng } from "./png/png.ts";
import type { Effort } from "./png/png_pixels.ts";
import { encodeStep } from "./step_chunks.ts";
import { couldBeSmallerStored } from "./stored_guess.ts";

/** How a coded file is written. */
export interface EncodeOptions extends CodingOptions {
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /**
   * Original pixels over those that are coded, as a lattice of quincunx or grid has them; the others are left for a reader
   * to draw. Default: all are coded.
   */
  readonly ratio?: Ratio | undefined;
  /** How hard to compress what is stored as a PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** Octaves that are coded unless the picture is stored whole. */
const OCTAVES = 3;

/** Of the progress on a picture, what coding takes; the rest is trying a PNG of it, which is left out for photos. */
const CODING_SHARE = 0.8;

/** What names no coder. */
const NO_CODER = new Uint8Array(CODED_LIMITS.digest);

/**
 * Writes a coded file: of the bins that samples lie in, or where that is smaller, as it is of drawings, a PNG of all
 * representatives. Pictures whose alpha is not opaque are stored that way.
 *
 * With a ratio it is always coded, so that what a reader draws in place of missing pixels decides nothing when the image
 * is compressed again.
 *
 * @throws {RangeError} if the largest error is no whole number from 0 to 16.
 * @throws {ImageError} if there is a ratio, and alpha that is not opaque.
 */
export async function encodeCoded(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { maxError = 0, ratio } = options;
  checkMaxError(maxError);
  const whole = representativesOf(dropOpaqueAlpha(image), maxError);
  const file = { ...options, metadata: image.metadata, maxError };
  if (ratio !== undefined) {
    checkOpaque(whole);
    return await writeSteps(whole, { ...file, steps: stepsAtRatio(OCTAVES, ratio) });
  }
  if (hasAlpha(whole.channels)) return await writeCoded([whole], { ...file, chunks: [] });
  const { onProgress, workers, signal } = options;
  const coded = await writeSteps(whole, {
    ...file,
    steps: 2 * OCTAVES,
    onProgress: onProgress && ((done, total) => onProgress(CODING_SHARE * done, total)),
  });
  if (!await couldBeSmallerStored(whole, { coded: coded.length, workers, signal })) return coded;
  const stored = await writeCoded([whole], {
    ...file,
    chunks: [],
    onProgress: onProgress &&
      ((done, total) => onProgress(CODING_SHARE * total + (1 - CODING_SHARE) * done, total)),
  });
  return coded.length < stored.length ? coded : stored;
}

function checkMaxError(maxError: number): void {
  if (Number.isInteger(maxError) && maxError >= 0 && maxError <= CODED_LIMITS.maxError) return;
  throw new RangeError(
    `The largest error is a whole number from 0 to ${CODED_LIMITS.maxError}, found ${maxError}`,
  );
}

function checkOpaque({ channels }: Raster): void {
  if (!hasAlpha(channels)) return;
  throw new ImageError(
    "The image has transparent pixels, which are not coded at a ratio; leave out the coding, or the ratio",
  );
}

/** What is written of an image. */
interface FileOptions extends EncodeOptions {
  readonly metadata: Metadata;
  readonly maxError: number;
}

/** Writes an image with its first coded steps. */
async function writeSteps(
  whole: Raster,
  options: FileOptions & { readonly steps: number },
): Promise<Uint8Array> {
  const octaves = [whole];
  for (let index = 0; index < OCTAVES; index++) octaves.push(packStep(octaves.at(-1)!, "grid"));
  const chunks: Chunk[] = [];
  const { run, workers, signal, onProgress } = options;
  let done = octaves.at(-1)!.width * octaves.at(-1)!.height;
  const onCoded = (pixels: number) => onProgress?.(done += pixels, whole.width * whole.height);
  let adaptation = new Adaptation();
  for (let step = 0; step < options.steps; step += OCTAVE_STEPS.length) {
    const index = OCTAVES - 1 - step / OCTAVE_STEPS.length;
    const coded = await encodeOctave(octaves[index]!, {
      networks: index === 0 ? options.coder.fine : options.coder.coarse,
      run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError: options.maxError,
      stepCount: options.steps - step,
    });
    adaptation = coded.adaptation;
    coded.steps.forEach((runs, order) => chunks.push(...encodeStep(step + order, runs)));
  }
  return await writeCoded(octaves, { ...options, chunks });
}

/** Writes a file: its PNG is the last of the octaves, which begin with the finest; the chunks code some of the others. */
async function writeCoded(
  octaves: readonly Raster[],
  options: FileOptions & { readonly steps?: number; readonly chunks: readonly Chunk[] },
): Promise<Uint8Array> {
  const { maxError, steps = 0, chunks, effort, workers, signal, onProgress } = options;
  const { width, height, channels } = octaves[0]!;
  const density = findChunk(options.metadata, "pHYs");
  const isStored = octaves.length === 1;
  const header = encodeCodedHeader({
    octaves: octaves.length - 1,
    maxError,
    isGrey: channels < 3,
    size: { width, height },
    coder: isStored ? NO_CODER : options.digest,
    checksums: checksumsOf(octaves, steps),
    ...(density && { density }),
  });
  const metadata = isStored
    ? options.metadata
    : replaceChunk(options.metadata, { type: "pHYs", data: undefined });
  return await writePng({ ...octaves.at(-1)!, metadata }, {
    chunks: [{ type: CHUNK_TYPE, data: header }],
    trailing: chunks,
    effort,
    workers,
    signal,
    onProgress: isStored ? onProgress : undefined,
  });
}

/** The checksum of the coarsest octave, then of what each of the first steps adds to it. */
function checksumsOf(octaves: readonly Raster[], steps: number): number[] {
  const added = octaves.slice(0, -1).reverse().flatMap((octave) =>
    OCTAVE_STEPS.map(({ step }) => ({ octave, step }))
  );
  return [
    pixelChecksum(octaves.at(-1)!),
    ...added.slice(0, steps).map(({ octave, step }) => stepChecksum(octave, step)),
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
