/**
 * An image in memory: 8 bits a sample, one to four channels, and the metadata that travels with it.
 *
 * @module
 */

import { ImageError } from "../errors.ts";
import type { Metadata } from "../png/metadata.ts";

/** Samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied). */
export type Channels = 1 | 2 | 3 | 4;

/** Width and height in pixels. */
export interface Size {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** Pixels, 8 bits a sample. */
export interface Image extends Size {
  /** Samples of a pixel. */
  readonly channels: Channels;
  /** `[height][width][channels]` */
  readonly data: Uint8Array;
  /** Colour and capture data that is carried from file to file. */
  readonly metadata: Metadata;
}

/** Pixels of one image above which files are refused unless the caller allows more. */
export const DEFAULT_MAX_PIXELS = 400_000_000;

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
export function checkImage(image: Image): void {
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
}

/** Whether the last channel of images with this many channels is alpha. */
export function hasAlpha(channels: number): boolean {
  return channels === 2 || channels === 4;
}

/** Whether images with this many channels are grey. */
export function isGrey(channels: number): boolean {
  return channels < 3;
}

/**
 * Checks that two images can be compared.
 *
 * @throws {ImageError} if their sizes differ.
 */
export function requireSameSize(a: Image, b: Image): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new ImageError(
      `Images are compared at one size, found ${a.width}×${a.height} and ${b.width}×${b.height}`,
    );
  }
}

/** The image without its alpha channel if every pixel is opaque. */
export function dropOpaqueAlpha(image: Image): Image {
  const { channels, data } = image;
  if (!hasAlpha(channels)) return image;
  for (let at = channels - 1; at < data.length; at += channels) {
    if (data[at] !== 255) return image;
  }
  const colours = channels - 1;
  const opaque = new Uint8Array(data.length / channels * colours);
  let to = 0;
  for (let from = 0; from < data.length; from += channels) {
    for (let colour = 0; colour < colours; colour++) opaque[to++] = data[from + colour]!;
  }
  return { ...image, channels: colours as Channels, data: opaque };
}
