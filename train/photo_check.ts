/**
 * Whether photos can be trained on, asked before the device is used: every stage of a run is looked at, so that none fails
 * for its photos after hours of others.
 *
 * @module
 */

import type { Image } from "../codec/image/image.ts";
import { type AnyRecipe, cellOf } from "./coder_recipe.ts";
import { DEFAULT_SPACINGS } from "./recipe.ts";
import { photosInReach } from "./reductions.ts";
import { leastSide, PHOTO_TILE } from "./photo_tiles.ts";
import { TrainingError } from "./training_error.ts";

/** Smallest side in pixels of a photo that the crops of all stages fit into. */
export function leastSideOfStages(stages: readonly AnyRecipe[]): number {
  return Math.max(
    ...stages.map((recipe) => {
      const { patch, spacings = DEFAULT_SPACINGS } = recipe;
      return leastSide({ cell: cellOf(recipe), patch, spacings });
    }),
  );
}

/**
 * Refuses photos that one of the stages cannot use.
 *
 * @throws {TrainingError} if a photo is too small for a crop, a stage leaves all photos out, or crops are larger than a tile.
 */
export function checkPhotos(
  stages: readonly AnyRecipe[],
  { images, validation }: { images: readonly Image[]; validation: readonly Image[] },
): void {
  const least = leastSideOfStages(stages);
  if (least > PHOTO_TILE) {
    throw new TrainingError(
      `A crop may span at most ${PHOTO_TILE} pixels of a photo, and these would span ${least}. Choose a smaller patch ` +
        `or spacing`,
    );
  }
  checkSizes(validation, least);
  for (const recipe of stages) {
    checkSizes(photosInReach(images, { recipe, least }).map(({ image }) => image), least);
  }
}

function checkSizes(images: readonly Image[], least: number): void {
  const small = images.find(({ width, height }) => Math.min(width, height) < least);
  if (!small) return;
  throw new TrainingError(
    `A photo of ${small.width}×${small.height} pixels is too small to train on: both sides must be at least ` +
      `${least} pixels, so that a crop fits. Leave it out, or choose a smaller patch`,
  );
}
