/**
 * An image in memory: its pixels, and the metadata that travels with them.
 *
 * @module
 */

import { ImageError } from "./image_error.ts";
import type { Metadata } from "./metadata.ts";
import { type Channels, hasAlpha, type Raster, type Size } from "../lattice/raster.ts";

/** Pixels with the metadata that travels with them. */
export interface Image extends Samples {
  /** Colour and capture data that is carried from file to file. */
  readonly metadata: Metadata;
}

/** Samples of 8 bits, or of 16 in two halves. */
export interface Samples extends Raster {
  /**
   * Lower bytes of samples of 16 bits, in the order of `data`, which then has the upper ones: a sample is
   * `256 * data[i] + low[i]`. Absent: samples have 8 bits.
   */
  readonly low?: Uint8Array | undefined;
}

/** Pixels of one image above which files are refused unless the caller allows more. */
const DEFAULT_MAX_PIXELS = 400_000_000;

/** Largest width or height that PNG can state. */
export const MAX_SIDE = 2 ** 31 - 1;

/**
 * Checks a size before anything is allocated for it.
 *
 * @param size in pixels
 * @param maxPixels largest product of the sides
 * @throws {ImageError} if a side is not a whole number from 1 to 2³¹ − 1 or the image is too large.
 */
export function checkSize(size: Size, maxPixels: number = DEFAULT_MAX_PIXELS): void {
  for (const side of [size.width, size.height]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      throw new ImageError(
        `An image is from 1×1 to ${MAX_SIDE}×${MAX_SIDE} pixels, found ${size.width}×${size.height}`,
      );
    }
  }
  if (size.width * size.height > maxPixels) {
    throw new ImageError(
      `The image is ${size.width}×${size.height} pixels; at most ${maxPixels} pixels are read ` +
        `(raise "maxPixels" if the size is right)`,
    );
  }
}

/**
 * Checks that an image's samples agree with its size and channels.
 *
 * @throws {ImageError} if they do not.
 */
export function checkImage(image: Samples): void {
  checkSize(image, Infinity);
  if (![1, 2, 3, 4].includes(image.channels)) {
    throw new ImageError(`An image has 1, 2, 3 or 4 channels, found ${image.channels}`);
  }
  const expected = image.width * image.height * image.channels;
  if (image.data.length !== expected) {
    throw new ImageError(
      `An image of ${image.width}×${image.height} pixels and ${image.channels} channels has ` +
        `${expected} samples, found ${image.data.length}`,
    );
  }
  if (image.low && image.low.length !== expected) {
    throw new ImageError(
      `An image of 16 bits a sample has as many lower bytes as upper ones, ${expected}, found ${image.low.length}`,
    );
  }
}

/**
 * Refuses samples of 16 bits where 8 are kept.
 *
 * @throws {ImageError} if the image has them.
 */
export function requireEightBits({ low }: Samples): void {
  if (low) throw new ImageError(WIDE_REFUSED);
}

/** Why 16 bits a sample are refused, and what to do. */
export const WIDE_REFUSED: string =
  'The image has 16 bits a sample; "lossless" keeps them, all else keeps 8, to which "depth: 8" rounds a source';

/**
 * Checks that two images can be compared.
 *
 * @throws {ImageError} if their sizes differ.
 */
export function requireSameSize(a: Size, b: Size): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new ImageError(
      `Images are compared at one size, found ${a.width}×${a.height} and ${b.width}×${b.height}`,
    );
  }
}

/** The image without its alpha channel if every pixel is opaque. */
export function dropOpaqueAlpha<Kind extends Samples>(image: Kind): Kind {
  const { channels, data, low } = image;
  if (!hasAlpha(channels)) return image;
  for (let at = channels - 1; at < data.length; at += channels) {
    if (data[at] !== 255 || (low && low[at] !== 255)) return image;
  }
  return {
    ...image,
    channels: channels - 1 as Channels,
    data: withoutAlpha(data, channels),
    ...(low && { low: withoutAlpha(low, channels) }),
  };
}

/** The bytes of all channels but the last. */
export function withoutAlpha(data: Uint8Array, channels: Channels): Uint8Array {
  const colours = channels - 1;
  const opaque = new Uint8Array(data.length / channels * colours);
  let to = 0;
  for (let from = 0; from < data.length; from += channels) {
    for (let colour = 0; colour < colours; colour++) opaque[to++] = data[from + colour]!;
  }
  return opaque;
}
