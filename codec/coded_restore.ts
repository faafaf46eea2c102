/**
 * Coded files to whole images: what is missing is drawn, and what is known stays in its bin.
 *
 * @module
 */

import type { Network } from "../gpu/network.ts";
import type { DecodedFile } from "./coded_decoder.ts";
import type { PartialOctave } from "./coded_known.ts";
import type { Rows } from "./coded/stripes.ts";
import { drawLevels, type DrawOptions } from "./draw_levels.ts";
import { canImprove, improveWithin } from "./coded_improve.ts";
import { withColours } from "./coded_planes.ts";
import type { Image, Samples } from "./image/image.ts";
import { CODER_CELLS, type CoderStep } from "./lattice/coder_steps.ts";
import { packStep } from "./lattice/packing.ts";
import { coarseToFine, type Level } from "./lattice/pyramid.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { countInside } from "./lattice/sampling.ts";
import type { StepName } from "./lattice/steps.ts";

/** How a coded file is restored. */
export interface RestoreCodedOptions extends DrawOptions {
  /**
   * The network for `"within"`, which improves known pixels of a lossy file within their bins, where it was decoded with
   * `wantsRoom`. Default: what stands for their bins stays.
   */
  readonly within?: (() => Promise<Network>) | undefined;
}

/** Of the progress on pixels that are improved and others that are drawn, what the former take. */
const IMPROVING_SHARE = 0.5;

/** The levels that are drawn of a file, from coarse to fine; none where all pixels are there. */
export function missingLevels({ header, spacing, partial }: DecodedFile): Level[] {
  const steps = new Array<StepName>(Math.log2(spacing)).fill("grid");
  if (partial?.step === "quincunx") steps[steps.length - 1] = "quincunx";
  return coarseToFine(header.size, steps);
}

/** Draws what is missing of a coded file, and improves what is known; pixels that are known stay in their bins. */
export async function restoreCoded(
  file: DecodedFile,
  { within, onProgress, ...options }: RestoreCodedOptions,
): Promise<Image> {
  const improves = within !== undefined && canImprove(file);
  const share = !improves ? 0 : missingLevels(file).length > 0 ? IMPROVING_SHARE : 1;
  const report = (before: number, part: number) => (done: number, total: number) =>
    onProgress?.(Math.round(total * (before + part * done / total)), total);
  const known = improves
    ? await improveWithin(file, {
      ...options,
      network: await within(),
      onProgress: report(0, share),
    })
    : file;
  const whole = await drawMissing(known, { ...options, onProgress: report(share, 1 - share) });
  const { image, alpha, header: { isColoured } } = file;
  const exact = alpha ? withAlpha(whole, alpha) : whole;
  return { ...isColoured ? withColours(exact, 3) : exact, metadata: image.metadata };
}

/**
 * The finest octave that has come in, for looking at while more is on its way: the pixels that its second step lacks are drawn,
 * finer octaves are not, so that it is smaller than the original. Alpha that is coded apart is left out.
 */
export async function restoreOctave(file: DecodedFile, options: DrawOptions): Promise<Image> {
  const { image, partial } = file;
  if (partial?.step !== "quincunx") return image;
  const octave = await drawMissing(file, { ...options, levels: missingLevels(file).slice(0, 1) });
  return { ...octave, metadata: image.metadata };
}

/** The image with the alpha that the file has of all pixels, drawn or not. */
function withAlpha(image: Samples, alpha: Uint8Array): Samples {
  const { channels } = image;
  const data = image.data.slice();
  alpha.forEach((value, pixel) => data[(pixel + 1) * channels - 1] = value);
  return { ...image, data };
}

async function drawMissing(
  file: DecodedFile,
  { levels = missingLevels(file), ...options }: DrawOptions & { levels?: readonly Level[] },
): Promise<Samples> {
  const { image, partial } = file;
  if (levels.length === 0) return image;
  const readPacked = () =>
    partial && levels[0]!.step === "quincunx" ? packStep(partial.image, "quincunx") : image;
  return await drawLevels(readPacked, {
    ...options,
    levels,
    complete: (octave) => partial && putKnown(octave, partial),
  });
}

/** Puts the pixels of the step that is not whole where they are known. */
function putKnown(octave: Raster, { image, step, rows }: PartialOctave): void {
  const { channels } = image;
  for (const place of stepPlaces(step, rows)) {
    forEachPixel(octave, place, (at) => {
      for (let sample = at * channels; sample < (at + 1) * channels; sample++) {
        octave.data[sample] = image.data[sample]!;
      }
    });
  }
}

/** Pixels (x + i·stride, y + j·stride) of an image, j from `first` up to `end`. */
interface Place extends Rows {
  readonly x: number;
  readonly y: number;
  readonly stride: number;
}

/** Where a step's pixels lie in its octave. */
function stepPlaces(step: CoderStep, rows: readonly Rows[]): Place[] {
  return CODER_CELLS[step].missing.flatMap(([x, y]) =>
    rows.map((range) => ({ x, y, stride: 2, ...range }))
  );
}

function forEachPixel({ width, height }: Size, place: Place, visit: (at: number) => void): void {
  const { x, y, stride, first, end } = place;
  const rows = Math.min(end, countInside(y, stride, height));
  for (let row = first; row < rows; row++) {
    for (let column = x; column < width; column += stride) {
      visit((y + row * stride) * width + column);
    }
  }
}
