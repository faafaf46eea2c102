/**
 * Images to coded files: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by octave.
 *
 * @module
 */

import { pixelChecksum, stepChecksum } from "./checksum.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodingOptions } from "./coded_file.ts";
import { CODED_LIMITS, encodeCodedHeader, NO_CODER } from "./coded_header.ts";
import { encodeAlpha, encodeLow } from "./coded_apart.ts";
import { joinAlpha, type Planes, planesOf, withColours } from "./coded_planes.ts";
import { ratioAtSteps, stepsAtRatio } from "./coded_ratio.ts";
import { CHUNK_TYPE } from "./container.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { binOf, representativeOf } from "./entropy/bins.ts";
import type { Image, Samples } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import type { Chunk, Metadata } from "./image/metadata.ts";
import type { Ratio } from "./lattice/lattice.ts";
import { packStep } from "./lattice/packing.ts";
import type { Channels, Raster, Size } from "./lattice/raster.ts";
import { findChunk, replaceChunk } from "./png/metadata.ts";
import { writePng } from "./png/png.ts";
import type { Effort } from "./png/png_pixels.ts";
import { writeReducedPng } from "./png/png_reduced.ts";
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

/** Pixels from which on the PNG shows every sixteenth pixel, and not every eighth: below, another octave takes more than it saves. */
const LARGE = 2 ** 16;

/** Octaves that are coded unless the picture is stored whole. */
function countOctaves({ width, height }: Size): number {
  return width * height < LARGE ? 3 : 4;
}

/** Of the progress on a picture, what coding takes; the rest is trying a PNG of it, which is left out for photos. */
const CODING_SHARE = 0.8;

/**
 * Writes a coded file: of the bins that samples lie in, or where that is smaller, as it is of drawings, a PNG of all
 * representatives. Alpha is always exact, and so are the lower bytes of samples of 16 bits.
 *
 * With a ratio it is always coded, so that what a reader draws in place of missing pixels decides nothing when the image
 * is compressed again.
 *
 * @throws {RangeError} if the largest error is no whole number from 0 to 16.
 * @throws {ImageError} if the image has 16 bits a sample, and there is a ratio or a largest error.
 */
export async function encodeCoded(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { maxError = 0, ratio } = options;
  checkMaxError(maxError);
  if (image.low) checkDepth({ maxError, ratio });
  const octaves = countOctaves(image);
  const steps = ratio === undefined ? 2 * octaves : stepsAtRatio(octaves, ratio);
  const planes = planesOf(representativesOf(image, maxError), codedPixels(octaves, steps));
  const file = { ...options, planes, metadata: image.metadata, maxError };
  if (ratio !== undefined) return await writeSteps({ ...file, steps });
  const { onProgress, workers, signal } = options;
  const all = image.width * image.height;
  const coded = await writeSteps({
    ...file,
    steps,
    onProgress: onProgress && ((done, total) => onProgress(CODING_SHARE * done, total)),
  });
  if (!await couldBeSmallerStored(planes.whole, { coded: coded.length, workers, signal })) {
    onProgress?.(all, all);
    return coded;
  }
  const stored = await writeStored({
    ...file,
    onProgress: onProgress &&
      ((done, total) => onProgress(CODING_SHARE * total + (1 - CODING_SHARE) * done, total)),
  });
  onProgress?.(all, all);
  return coded.length < stored.length ? coded : stored;
}

/** Which pixels the first steps code; the others are a reader's drawing, and must decide nothing. */
function codedPixels(octaves: number, steps: number): (x: number, y: number) => boolean {
  const spacing = 2 ** (octaves - Math.floor(steps / 2));
  const isMultiple = (x: number, y: number) => x % spacing === 0 && y % spacing === 0;
  if (steps % 2 === 0) return isMultiple;
  return (x, y) => isMultiple(x, y) || isMultiple(x + spacing / 2, y + spacing / 2);
}

function checkMaxError(maxError: number): void {
  if (Number.isInteger(maxError) && maxError >= 0 && maxError <= CODED_LIMITS.maxError) return;
  throw new RangeError(
    `The largest error is a whole number from 0 to ${CODED_LIMITS.maxError}, found ${maxError}`,
  );
}

/** Lower bytes say nothing of wide bins, and belong to all pixels. */
function checkDepth({ maxError, ratio }: { maxError: number; ratio: Ratio | undefined }): void {
  if (maxError === 0 && ratio === undefined) return;
  throw new ImageError(
    'The image has 16 bits a sample, which are coded exactly and with all pixels, by "lossless" alone; "depth: 8" rounds a ' +
      "source to 8",
  );
}

/** What is written of an image. */
interface FileOptions extends EncodeOptions {
  readonly planes: Planes;
  readonly metadata: Metadata;
  readonly maxError: number;
}

/** Writes an image with its first coded steps. */
async function writeSteps(
  options: FileOptions & { readonly steps: number },
): Promise<Uint8Array> {
  const { colours } = options.planes;
  const count = countOctaves(colours);
  const octaves: Raster[] = [colours];
  for (let index = 0; index < count; index++) octaves.push(packStep(octaves.at(-1)!, "grid"));
  const chunks: Chunk[] = [];
  const { run, workers, signal, onProgress } = options;
  let done = octaves.at(-1)!.width * octaves.at(-1)!.height;
  const all = Math.ceil(colours.width * colours.height / ratioAtSteps(count, options.steps));
  const onCoded = (pixels: number) => onProgress?.(done = Math.min(all, done + pixels), all);
  let adaptation = new Adaptation();
  for (let step = 0; step < options.steps; step += OCTAVE_STEPS.length) {
    const index = count - 1 - step / OCTAVE_STEPS.length;
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
  onProgress?.(all, all);
  return await writeCoded(octaves, { ...options, chunks });
}

/** Writes a file: its PNG is the last of the octaves, which begin with the finest; the chunks code some of the others. */
async function writeCoded(
  octaves: readonly Raster[],
  options: FileOptions & { readonly steps: number; readonly chunks: readonly Chunk[] },
): Promise<Uint8Array> {
  const { planes, maxError, steps, chunks, effort, workers, signal, metadata } = options;
  const { width, height } = planes.colours;
  const place = metadata.chunks.findIndex(({ type }) => type === "pHYs");
  const base = baseOf(octaves.at(-1)!, planes);
  const header = encodeCodedHeader({
    octaves: octaves.length - 1,
    maxError,
    ...flagsOf(planes),
    size: { width, height },
    coder: options.digest,
    checksums: [pixelChecksum(base), ...stepChecksums(octaves, steps)],
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

/** Writes all pixels as a PNG. */
async function writeStored(options: FileOptions): Promise<Uint8Array> {
  const { planes, metadata, maxError, effort, workers, signal, onProgress } = options;
  const header = encodeCodedHeader({
    octaves: 0,
    maxError,
    ...flagsOf(planes),
    size: planes.whole,
    coder: NO_CODER,
    checksums: [0],
  });
  return await writeReducedPng({ ...shownAs(planes.whole, options), metadata }, {
    chunks: [{ type: CHUNK_TYPE, data: header }],
    effort,
    workers,
    signal,
    onProgress,
  });
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
function baseOf(coarsest: Raster, { colours, alpha }: Planes): Raster {
  if (!alpha) return coarsest;
  let mask: Raster = { width: colours.width, height: colours.height, channels: 1, data: alpha };
  const count = countOctaves(colours);
  for (let index = 0; index < count; index++) mask = packStep(mask, "grid");
  return {
    ...coarsest,
    channels: coarsest.channels + 1 as Channels,
    data: joinAlpha({ colours: coarsest.data, alpha: mask.data }),
  };
}

/** The checksums of what each of the first steps adds. */
function stepChecksums(octaves: readonly Raster[], steps: number): number[] {
  const added = octaves.slice(0, -1).reverse().flatMap((octave) =>
    OCTAVE_STEPS.map(({ step }) => ({ octave, step }))
  );
  return added.slice(0, steps).map(({ octave, step }) => stepChecksum(octave, step));
}

/** Every sample but alpha as the representative of its bin. */
function representativesOf(image: Samples, maxError: number): Samples {
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
