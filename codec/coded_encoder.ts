/**
 * Images to coded files: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by octave.
 *
 * @module
 */

import type { LossySettings } from "./coded/lossy_steps.ts";
import type { CodingOptions } from "./coded_file.ts";
import { CODED_LIMITS } from "./coded_header.ts";
import { encodeLossy } from "./coded_lossy_encoder.ts";
import { mergeColours, type Planes, planesOf, planesWith } from "./coded_planes.ts";
import { codedPixels, stepsAtRatio } from "./coded_ratio.ts";
import { countOctaves, writeSteps } from "./coded_steps.ts";
import { type FileOptions, writeStored } from "./coded_writer.ts";
import type { Image } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import type { Ratio } from "./lattice/lattice.ts";
import type { Effort } from "./png/png_pixels.ts";
import { couldBeSmallerStored } from "./stored_guess.ts";

/** How a coded file is written. */
export interface EncodeOptions extends CodingOptions {
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /** How coarsely samples are told, of a file whose errors have no bound. Default: they have one. */
  readonly lossy?: LossySettings | undefined;
  /**
   * Original pixels over those that are coded, as a lattice of quincunx or grid has them; the others are left for a reader
   * to draw. Default: all are coded.
   */
  readonly ratio?: Ratio | undefined;
  /** How hard to compress what is stored as a PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** Of the progress on a picture, what coding takes; the rest is trying a PNG of it, which is left out for photos. */
const CODING_SHARE = 0.8;

/**
 * Writes a coded file: of the bins that samples lie in, or where that is not larger, as it is of drawings, a PNG of all
 * pixels. Alpha is always exact, and so are the lower bytes of samples of 16 bits.
 *
 * With a ratio it is always coded, so that what a reader draws in place of missing pixels decides nothing when the image
 * is compressed again.
 *
 * @throws {RangeError} if the largest error is no whole number from 0 to 16.
 * @throws {ImageError} if the image has 16 bits a sample, and there is a ratio or a largest error.
 */
export async function encodeCoded(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { maxError = 0, lossy, ratio, onProgress } = options;
  checkMaxError(maxError);
  if (image.low) checkDepth({ isExact: maxError === 0 && !lossy, ratio });
  if (lossy) return await encodeLossy(image, { ...options, lossy });
  const octaves = countOctaves(image);
  const steps = ratio === undefined ? 2 * octaves : stepsAtRatio(octaves, ratio);
  const counts = codedPixels(octaves, steps);
  const planes = planesOf(image, counts);
  const share = ratio === undefined ? CODING_SHARE : 1;
  const file = { ...options, planes, metadata: image.metadata, maxError };
  const { bytes, colours } = await writeSteps({
    ...file,
    steps,
    onProgress: onProgress && ((done, total) => onProgress(share * done, total)),
  });
  // What a reader restores in grey would be read as grey the next time, so of such a picture nothing is given up.
  const isColoured = planes.colours.channels === 3;
  if (maxError > 0 && isColoured && mergeColours(colours, counts).channels === 1) {
    return await encodeCoded(image, { ...options, maxError: 0 });
  }
  if (ratio !== undefined) return bytes;
  const restored = maxError > 0 ? [planesWith(planes, colours)] : [];
  return await storeSmaller([planes, ...restored], { ...file, coded: bytes });
}

/**
 * A PNG of the first picture of which one is not larger than the coded file; else that file. One of them is what a reader
 * restores of it: whether that is smaller must be known before, as it decides when the picture is compressed again.
 */
async function storeSmaller(
  pictures: readonly Planes[],
  { coded, ...options }: Omit<FileOptions, "planes"> & { readonly coded: Uint8Array },
): Promise<Uint8Array> {
  const { onProgress, workers, signal } = options;
  const { width, height } = pictures[0]!.whole;
  const all = width * height;
  for (const planes of pictures) {
    const guess = { coded: coded.length, workers, signal };
    if (!await couldBeSmallerStored(planes.whole, guess)) continue;
    const stored = await writeStored({
      ...options,
      planes,
      onProgress: onProgress &&
        ((done, total) => onProgress(CODING_SHARE * total + (1 - CODING_SHARE) * done, total)),
    });
    if (stored.length > coded.length) continue;
    onProgress?.(all, all);
    return stored;
  }
  onProgress?.(all, all);
  return coded;
}

function checkMaxError(maxError: number): void {
  if (Number.isInteger(maxError) && maxError >= 0 && maxError <= CODED_LIMITS.maxError) return;
  throw new RangeError(
    `The largest error is a whole number from 0 to ${CODED_LIMITS.maxError}, found ${maxError}`,
  );
}

/** Lower bytes say nothing of wide bins, and belong to all pixels. */
function checkDepth({ isExact, ratio }: { isExact: boolean; ratio: Ratio | undefined }): void {
  if (isExact && ratio === undefined) return;
  throw new ImageError(
    'The image has 16 bits a sample, which are coded exactly and with all pixels, by "lossless" alone; "depth: 8" rounds a ' +
      "source to 8",
  );
}
