/**
 * Where two images differ: as a picture, and as the places that differ most.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import type { Crop } from "../demo/side_by_side.ts";

/** How many times a difference is amplified: 32 levels show as white. */
export const AMPLIFICATION = 8;

/** The absolute difference of two images of one size, colour by colour and amplified, as RGB. */
export function drawDifference(a: Image, b: Image): Image {
  const data = new Uint8Array(3 * a.width * a.height);
  for (let pixel = 0; pixel < a.width * a.height; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      const difference = Math.abs(sampleAt(a, { pixel, colour }) - sampleAt(b, { pixel, colour }));
      data[3 * pixel + colour] = Math.min(255, AMPLIFICATION * difference);
    }
  }
  return { width: a.width, height: a.height, channels: 3, data, metadata: { chunks: [] } };
}

/** Grey counts as R = G = B. */
function sampleAt(image: Image, { pixel, colour }: { pixel: number; colour: number }): number {
  const at = image.channels < 3 ? 0 : colour;
  return image.data[pixel * image.channels + at]!;
}

/**
 * The squares that differ most, the worst first: those of a grid that covers the images, by their squared
 * differences.
 *
 * @param options.side of a square in pixels; smaller at the right and bottom edge
 * @param options.count how many at most; squares without a difference are left out
 */
export function findWorstCrops(
  a: Image,
  b: Image,
  options: { side: number; count: number },
): Crop[] {
  const { side, count } = options;
  const columns = Math.ceil(a.width / side);
  const errors = new Float64Array(columns * Math.ceil(a.height / side));
  for (let pixel = 0; pixel < a.width * a.height; pixel++) {
    const x = pixel % a.width;
    const y = (pixel - x) / a.width;
    const square = Math.floor(y / side) * columns + Math.floor(x / side);
    for (let colour = 0; colour < 3; colour++) {
      const difference = sampleAt(a, { pixel, colour }) - sampleAt(b, { pixel, colour });
      errors[square]! += difference * difference;
    }
  }
  return [...errors.keys()]
    .filter((square) => errors[square]! > 0)
    .sort((one, other) => errors[other]! - errors[one]! || one - other)
    .slice(0, count)
    .map((square) => {
      const left = square % columns * side;
      const top = Math.floor(square / columns) * side;
      const width = Math.min(side, a.width - left);
      return { left, top, width, height: Math.min(side, a.height - top) };
    });
}

/** A part of an image as an image. */
export function cutCrop(image: Image, crop: Crop): Image {
  const { left, top, width, height } = crop;
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { ...image, width, height, data };
}
