/**
 * Photos as lossy files give them back: what networks learn from that improve these within their bins.
 *
 * @module
 */

import { decodeCoded } from "../codec/coded_decoder.ts";
import { encodeLossy } from "../codec/coded_lossy_encoder.ts";
import { settingsOfStep } from "../codec/coded_quality.ts";
import { octaveSteps, STEP_PARTS } from "../codec/coded/lossy_steps.ts";
import { stepLevel } from "../codec/coded/within_cells.ts";
import type { CodingOptions } from "../codec/coded_file.ts";
import { withColours } from "../codec/coded_planes.ts";
import type { Image } from "../codec/image/image.ts";
import { NO_METADATA } from "../codec/image/metadata.ts";
import type { Raster } from "../codec/lattice/raster.ts";
import { Lanes } from "../platform/lanes.ts";
import type { TrainingPhoto } from "./photo_tiles.ts";
import { Random } from "./random.ts";
import type { Recipe } from "./recipe.ts";
import { reducePhotos } from "./reductions.ts";

/** The steps of Y in the finest octave, in levels; each octave of this range is drawn as often. */
const STEPS = [2, 40] as const;

/** Longest side in pixels of what is cut out of a photo, with a step of its own; even, as phases lie. */
const LONGEST_SIDE = 256;

/** Pixels of a photo for every cut; each photo has one at least. */
const PIXELS_OF_CUT = 2 ** 19;

/** How photos are coded. */
export interface WithinPhotosOptions
  extends Pick<CodingOptions, "coder" | "digest" | "workers" | "signal"> {
  /** What is trained; its seed says where photos are cut, and what steps are drawn. */
  readonly recipe: Recipe;
  /** Smallest side in pixels that a crop fits into. */
  readonly least: number;
  /** Told how many of all cuts are coded. Default: nobody. */
  readonly onCoded?: ((done: number, total: number) => void) | undefined;
}

/**
 * Cuts parts out of photos and has each coded and decoded with a random step.
 *
 * @throws {TrainingError} if no photo is left.
 */
export async function codePhotos(
  images: readonly Image[],
  options: WithinPhotosOptions,
): Promise<TrainingPhoto[]> {
  const { recipe, least, workers, signal, onCoded } = options;
  const random = new Random(recipe.seed);
  const cuts = reducePhotos(images, { recipe, least }).flatMap((photo) =>
    Array.from({ length: countCuts(photo) }, () => ({
      image: cutOut(photo, random),
      step: randomStep(random),
    }))
  );
  let done = 0;
  using lanes = new Lanes(workers?.count ?? 1);
  return await Promise.all(cuts.map((cut) =>
    lanes.add(async () => {
      signal?.throwIfAborted();
      const coded = await codeOnce(cut, options);
      onCoded?.(++done, cuts.length);
      return { ...cut.image, coded };
    })
  ));
}

function countCuts({ width, height }: Image): number {
  return Math.max(1, Math.round(width * height / PIXELS_OF_CUT));
}

/** In 64ths of a level. */
function randomStep(random: Random): number {
  const [least, most] = STEPS;
  return Math.round(STEP_PARTS * least * (most / least) ** random.next());
}

/** A part of a photo, its colours as R, G and B. */
function cutOut(photo: Image, random: Random): Image & { readonly channels: 3 } {
  const sideOf = (side: number) => Math.min(LONGEST_SIDE, side - side % 2);
  const [width, height] = [sideOf(photo.width), sideOf(photo.height)];
  const left = random.below(photo.width - width + 1);
  const top = random.below(photo.height - height + 1);
  const { channels } = photo;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    let from = ((top + row) * photo.width + left) * channels;
    for (let column = 0; column < width; column++, from += channels) {
      data[to++] = photo.data[from]!;
      data[to++] = photo.data[from + green]!;
      data[to++] = photo.data[from + blue]!;
    }
  }
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}

/** What a lossy file gives back, and as alpha how coarse it is. */
async function codeOnce(
  { image, step }: { image: Image; step: number },
  { coder, digest, signal }: WithinPhotosOptions,
): Promise<Raster> {
  const lossy = settingsOfStep(step);
  const file = await encodeLossy(image, { coder, digest, lossy, signal });
  const decoded = await decodeCoded(file, { coder, digest, signal });
  const { width, height, data: colours } = withColours(decoded.image, 3);
  const { isGrey } = decoded.header;
  const level = stepLevel(octaveSteps(lossy, { octave: 0, isGrey }).logarithm);
  const data = new Uint8Array(width * height * 4).fill(level);
  for (let from = 0, to = 0; from < colours.length; from += 3, to += 4) {
    data.set(colours.subarray(from, from + 3), to);
  }
  return { width, height, channels: 4, data };
}
