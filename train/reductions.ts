/**
 * Photos made smaller before a network learns from them.
 *
 * A camera draws most of its pixels from their neighbours, so a large photo as it came holds little detail of the size of
 * a pixel; the same photo at half size does, as pictures made for a screen do.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { DEFAULT_REDUCTIONS, type Recipe } from "./recipe.ts";
import { TrainingError } from "./training_error.ts";

/** What a recipe makes of photos. */
export interface ReductionOptions {
  /** Which sizes it asks for. */
  readonly recipe: Pick<Recipe, "reductions" | "largestPhoto">;
  /** Smallest side in pixels that a crop fits into; reduced photos below it are left out. */
  readonly least: number;
}

/**
 * The photos at every size that a recipe asks for.
 *
 * @throws {TrainingError} if none is left.
 */
export function reducePhotos(images: readonly Image[], options: ReductionOptions): Image[] {
  return photosInReach(images, options)
    .map(({ image, factor }) => factor === 1 ? image : reduce(image, factor));
}

/**
 * Which photos a recipe takes, and the factors that it reduces them by.
 *
 * @throws {TrainingError} if none is left.
 */
export function photosInReach(
  images: readonly Image[],
  { recipe, least }: ReductionOptions,
): { image: Image; factor: number }[] {
  const { reductions = DEFAULT_REDUCTIONS, largestPhoto = Infinity } = recipe;
  const found = reductions.flatMap((factor) => {
    const sized = (length: number) => Math.floor(length / factor);
    const fits = ({ width, height }: Image) =>
      sized(width) * sized(height) <= largestPhoto &&
      (factor === 1 || Math.min(sized(width), sized(height)) >= least);
    return images.filter(fits).map((image) => ({ image, factor }));
  });
  if (found.length > 0) return found;
  throw new TrainingError(
    `No photo is left to train on: reduced by ${reductions.join(" or ")}, all have more than ` +
      `${largestPhoto} pixels or a side below ${least}. Add other photos, or change the recipe's "reductions" or ` +
      `"largestPhoto"`,
  );
}

/** An image of 1/factor the width and height, rounded down; each sample is the rounded mean of factor × factor. */
export function reduce(image: Image, factor: number): Image {
  const width = Math.floor(image.width / factor);
  const height = Math.floor(image.height / factor);
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  const count = factor * factor;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const sum = sumOf(image, { x: x * factor, y: y * factor, factor, channel });
        data[(y * width + x) * channels + channel] = Math.floor(sum / count + 0.5);
      }
    }
  }
  return { ...image, width, height, data };
}

function sumOf(
  { width, channels, data }: Image,
  { x, y, factor, channel }: { x: number; y: number; factor: number; channel: number },
): number {
  let sum = 0;
  for (let row = y; row < y + factor; row++) {
    for (let column = x; column < x + factor; column++) {
      sum += data[(row * width + column) * channels + channel]!;
    }
  }
  return sum;
}
