/**
 * Coded files to whole images: what is missing is drawn, and what is known stays in its bin.
 *
 * @module
 */

import type { DecodedFile } from "./coded_decoder.ts";
import type { PartialOctave } from "./coded_known.ts";
import type { Rows } from "./coded/stripes.ts";
import { drawLevels, type DrawOptions } from "./draw_levels.ts";
import { clampToBin } from "./entropy/bins.ts";
import { withColours } from "./coded_planes.ts";
import type { Image, Samples } from "./image/image.ts";
import { CODER_CELLS, type CoderStep } from "./lattice/coder_steps.ts";
import { packStep } from "./lattice/packing.ts";
import { coarseToFine, type Level } from "./lattice/pyramid.ts";
import { hasAlpha, type Raster, type Size } from "./lattice/raster.ts";
import { countInside } from "./lattice/sampling.ts";
import type { StepName } from "./lattice/steps.ts";

/**
 * Gives samples better values than the representatives of their bins, such as a network would; it may leave the bins, as
 * known samples are held to them.
 */
export type Improve = (image: Raster, options: { readonly maxError: number }) => Promise<Raster>;

/** How a coded file is restored. */
export interface RestoreCodedOptions extends DrawOptions {
  /** Improves what was restored, where bins are wider than one value. Default: representatives stay. */
  readonly improve?: Improve | undefined;
}

/** The levels that are drawn of a file, from coarse to fine; none where all pixels are there. */
export function missingLevels({ header, spacing, partial }: DecodedFile): Level[] {
  const steps = new Array<StepName>(Math.log2(spacing)).fill("grid");
  if (partial?.step === "quincunx") steps[steps.length - 1] = "quincunx";
  return coarseToFine(header.size, steps);
}

/** Draws what is missing of a coded file; pixels that are known stay in their bins. */
export async function restoreCoded(
  file: DecodedFile,
  options: RestoreCodedOptions,
): Promise<Image> {
  const { image, alpha, header: { maxError, octaves, isColoured } } = file;
  const whole = await drawMissing(file, options);
  // What is stored whole has no bins.
  const improved = maxError > 0 && octaves > 0 && options.improve
    ? holdToBins(await options.improve(whole, { maxError }), { file, whole })
    : whole;
  const exact = alpha ? withAlpha(improved, alpha) : improved;
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

/** Holds the samples of known pixels to the bins that those in `whole` stand for. */
function holdToBins(
  improved: Raster,
  { file, whole }: { file: DecodedFile; whole: Raster },
): Raster {
  const { channels } = whole;
  const { spacing, partial, header: { maxError } } = file;
  const data = improved.data.slice();
  const places = [
    { x: 0, y: 0, stride: spacing, first: 0, end: Infinity },
    ...partial ? partialPlaces(partial).map((place) => spread(place, spacing / 2)) : [],
  ];
  const colours = hasAlpha(channels) ? channels - 1 : channels;
  for (const place of places) {
    forEachPixel(whole, place, (at) => {
      for (let sample = at * channels; sample < at * channels + colours; sample++) {
        data[sample] = clampToBin(data[sample]!, { like: whole.data[sample]!, maxError });
      }
      if (colours < channels) data[at * channels + colours] = whole.data[at * channels + colours]!;
    });
  }
  return { ...improved, data };
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

/** Where pixels are known that an octave has besides those of the one below. */
function partialPlaces({ step, rows }: PartialOctave): Place[] {
  const before = step === "quincunx" ? stepPlaces("diagonal", [{ first: 0, end: Infinity }]) : [];
  return [...before, ...stepPlaces(step, rows)];
}

/** A place in an octave as one in the original. */
function spread({ x, y, stride, ...rows }: Place, spacing: number): Place {
  return { x: x * spacing, y: y * spacing, stride: stride * spacing, ...rows };
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
