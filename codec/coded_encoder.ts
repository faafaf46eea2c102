/**
 * Images to coded files: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by octave.
 *
 * @module
 */

import { stepChecksum } from "./checksum.ts";
import type { LossySettings } from "./coded/lossy_steps.ts";
import { encodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import type { CodingOptions } from "./coded_file.ts";
import { CODED_LIMITS } from "./coded_header.ts";
import { encodeLossy } from "./coded_lossy_encoder.ts";
import { planesOf } from "./coded_planes.ts";
import { codedPixels, ratioAtSteps, stepsAtRatio } from "./coded_ratio.ts";
import { type FileOptions, writeCoded, writeStored } from "./coded_writer.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { binOf, representativeOf } from "./entropy/bins.ts";
import type { Image, Samples } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Ratio } from "./lattice/lattice.ts";
import { packStep } from "./lattice/packing.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import type { Effort } from "./png/png_pixels.ts";
import { encodeStep } from "./step_chunks.ts";
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
  const { maxError = 0, lossy, ratio } = options;
  checkMaxError(maxError);
  if (image.low) checkDepth({ isExact: maxError === 0 && !lossy, ratio });
  if (lossy) return await encodeLossy(image, { ...options, lossy });
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
  return await writeCoded({
    shown: octaves.at(-1)!,
    octaves: count,
    chunks,
    checksums: stepChecksums(octaves, options.steps),
  }, options);
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
