/**
 * Colours that nobody sees, replaced by ones that do no harm to their neighbours.
 *
 * A pixel of zero alpha may have any colour, often black or white. What is drawn beside it must not take that in,
 * so a network is shown the colours of the nearest visible pixels in its place.
 *
 * @module
 */

import { hasAlpha, type Raster } from "../lattice/raster.ts";

/** Rings that are filled: no shipped network sees a visible pixel from further away. */
const RINGS = 64;

/**
 * The image with the colour of every invisible pixel spread from the visible ones around it, ring by ring: each is
 * the mean of those of its eight neighbours that were visible or reached before, weighted by their alpha.
 *
 * Visible pixels, and alpha everywhere, stay as they are; so do pixels too far from any visible one to matter.
 *
 * @returns `image` itself where it has no alpha, or nothing or all of it is visible
 */
export function spreadVisibleColours(image: Raster): Raster {
  if (!hasAlpha(image.channels)) return image;
  const weights = visibleWeights(image);
  let ring = firstRing(image, weights);
  if (ring.length === 0) return image;
  const spread: Raster = { ...image, data: image.data.slice() };
  for (let count = 0; count < RINGS && ring.length > 0; count++) {
    for (const pixel of ring) fillPixel(spread, { pixel, weights });
    // Only now do they count, so that the order within a ring does not matter.
    for (const pixel of ring) weights[pixel] = 255;
    ring = nextRing(image, { ring, weights });
  }
  return spread;
}

/** Alpha of every pixel: how much its colour counts. 0 where there is no colour to go by. */
function visibleWeights({ channels, data }: Raster): Uint8Array {
  const weights = new Uint8Array(data.length / channels);
  for (let pixel = 0; pixel < weights.length; pixel++) {
    weights[pixel] = data[(pixel + 1) * channels - 1]!;
  }
  return weights;
}

/** The invisible pixels beside visible ones. */
function firstRing(image: Raster, weights: Uint8Array): number[] {
  const size = { width: image.width, height: image.height };
  const ring: number[] = [];
  for (let pixel = 0; pixel < weights.length; pixel++) {
    if (weights[pixel] === 0 && hasVisibleNeighbour(pixel, { ...size, weights })) ring.push(pixel);
  }
  return ring;
}

function hasVisibleNeighbour(
  pixel: number,
  { width, height, weights }: { width: number; height: number; weights: Uint8Array },
): boolean {
  const x = pixel % width;
  const y = (pixel - x) / width;
  for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
      if (weights[j * width + i] !== 0) return true;
    }
  }
  return false;
}

/** The pixels beside a ring that have no colour yet, each once. */
function nextRing(
  image: Raster,
  { ring, weights }: { ring: readonly number[]; weights: Uint8Array },
): number[] {
  const next: number[] = [];
  for (const pixel of ring) {
    for (const other of neighboursOf(pixel, image)) {
      if (weights[other] !== 0) continue;
      // A mark for the length of this loop, so that none is found twice.
      weights[other] = 1;
      next.push(other);
    }
  }
  for (const pixel of next) weights[pixel] = 0;
  return next;
}

function fillPixel(
  { width, height, channels, data }: Raster,
  { pixel, weights }: { pixel: number; weights: Uint8Array },
): void {
  const neighbours = neighboursOf(pixel, { width, height });
  for (let colour = 0; colour < channels - 1; colour++) {
    let [sum, total] = [0, 0];
    for (const other of neighbours) {
      sum += weights[other]! * data[other * channels + colour]!;
      total += weights[other]!;
    }
    data[pixel * channels + colour] = Math.floor(sum / total + 0.5);
  }
}

function neighboursOf(pixel: number, size: { width: number; height: number }): number[] {
  const { width, height } = size;
  const x = pixel % width;
  const y = (pixel - x) / width;
  const found: number[] = [];
  for (let j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
      if (i !== x || j !== y) found.push(j * width + i);
    }
  }
  return found;
}
