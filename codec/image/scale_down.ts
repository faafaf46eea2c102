/**
 * Images made smaller: each pixel is the mean of the area that it covers.
 *
 * Light is averaged and not samples, by the curve of sRGB, so that fine patterns keep their brightness; colours count by their
 * alpha.
 *
 * @module
 */

import { type Channels, hasAlpha, type Raster, type Size } from "../lattice/raster.ts";

/** Light by sample, 0 to 1. Source: IEC 61966-2-1. */
const LIGHT = Float64Array.from({ length: 256 }, (_, sample) => {
  const value = sample / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** The size of an image whose longer side is to have so many pixels at most: its own, if that is small enough. */
export function sizeWithin({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  const sized = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: sized(width), height: sized(height) };
}

/**
 * The image in another size, whose sides are at most its own. They need not shrink alike: what is shown by pixels that are not
 * square gets its shape back so.
 */
export function scaleDown(image: Raster, size: Size): Raster {
  if (size.width === image.width && size.height === image.height) return image;
  const { channels } = image;
  const length = size.width * channels;
  const data = new Uint8Array(size.height * length);
  const row = new Float64Array(length);
  let sums = new Float64Array(length);
  let next = new Float64Array(length);
  for (let y = 0; y < image.height; y++) {
    sumRow(image, { y, into: row, width: size.width });
    const { at, first, second } = shareOf(y, { from: image.height, to: size.height });
    for (let index = 0; index < length; index++) {
      sums[index]! += row[index]! * first;
      next[index]! += row[index]! * second;
    }
    const isLast = (y + 1) * size.height >= (at + 1) * image.height;
    if (!isLast) continue;
    const area = image.width * image.height;
    writeRow(sums, { into: data.subarray(at * length, (at + 1) * length), channels, area });
    [sums, next] = [next, sums.fill(0)];
  }
  return { ...size, channels, data };
}

/**
 * What a pixel gives to those it lies in, at most two, in parts of itself that are `to` in all; each of them gets `from` parts
 * of all pixels.
 */
function shareOf(
  pixel: number,
  { from, to }: { from: number; to: number },
): { at: number; first: number; second: number } {
  const at = Math.floor(pixel * to / from);
  const first = Math.min(to, (at + 1) * from - pixel * to);
  return { at, first, second: to - first };
}

/** Adds up the light of a row's pixels, and their alpha, by the wider pixels that they lie in. */
function sumRow(
  { width: from, channels, data }: Raster,
  { y, into, width: to }: { y: number; into: Float64Array; width: number },
): void {
  into.fill(0);
  const colours = hasAlpha(channels) ? channels - 1 : channels;
  for (let x = 0; x < from; x++) {
    const { at, first, second } = shareOf(x, { from, to });
    const source = (y * from + x) * channels;
    const weight = colours < channels ? data[source + colours]! / 255 : 1;
    for (let channel = 0; channel < channels; channel++) {
      const value = channel < colours ? LIGHT[data[source + channel]!]! * weight : weight;
      into[at * channels + channel]! += value * first;
      if (second > 0) into[(at + 1) * channels + channel]! += value * second;
    }
  }
}

function writeRow(
  sums: Float64Array,
  { into, channels, area }: { into: Uint8Array; channels: Channels; area: number },
): void {
  const colours = hasAlpha(channels) ? channels - 1 : channels;
  for (let pixel = 0; pixel < sums.length; pixel += channels) {
    const alpha = colours < channels ? sums[pixel + colours]! : area;
    for (let channel = 0; channel < colours; channel++) {
      into[pixel + channel] = alpha > 0 ? sampleOf(sums[pixel + channel]! / alpha) : 0;
    }
    if (colours < channels) into[pixel + colours] = Math.round(255 * alpha / area);
  }
}

function sampleOf(light: number): number {
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, value));
}
