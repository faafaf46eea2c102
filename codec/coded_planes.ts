/**
 * What of an image is coded how: colours by octaves, alpha and lower bytes apart.
 *
 * @module
 */

import { dropOpaqueAlpha, type Samples, withoutAlpha } from "./image/image.ts";
import { type Channels, hasAlpha, type Raster } from "./lattice/raster.ts";

/** An image in parts. */
export interface Planes {
  /** All samples that are stored: alpha only where it is not opaque, one colour where all are equal. */
  readonly whole: Samples;
  /** Upper bytes of the colours. */
  readonly colours: Raster & { readonly channels: 1 | 3 };
  /** Upper bytes of alpha; absent where all is opaque. */
  readonly alpha?: Uint8Array | undefined;
  /** Lower bytes of the colours; absent where samples have 8 bits. */
  readonly low?: Uint8Array | undefined;
  /** Lower bytes of alpha; absent where samples have 8 bits or all is opaque. */
  readonly lowAlpha?: Uint8Array | undefined;
  /** Whether grey was given as R = G = B. */
  readonly isColoured: boolean;
}

/**
 * Takes an image apart.
 *
 * @param counts whether a pixel is coded, so that its colour counts; default: all are
 */
export function planesOf(image: Samples, counts?: (x: number, y: number) => boolean): Planes {
  const opaque = dropOpaqueAlpha(image);
  const whole = mergeColours(opaque, counts);
  const { width, height, channels, data, low } = whole;
  const isColoured = whole.channels !== opaque.channels;
  if (!hasAlpha(channels)) {
    const colours = { width, height, channels: channels as 1 | 3, data };
    return { whole, colours, low, isColoured };
  }
  const count = channels - 1 as 1 | 3;
  return {
    whole,
    colours: { width, height, channels: count, data: withoutAlpha(data, channels) },
    alpha: channelOf(data, { channels, channel: count }),
    ...(low && {
      low: withoutAlpha(low, channels),
      lowAlpha: channelOf(low, { channels, channel: count }),
    }),
    isColoured,
  };
}

/** The planes of a picture of 8 bits a sample with other colours, as many as it has. */
export function planesWith(planes: Planes, colours: Raster): Planes {
  const { alpha, whole: { width, height, channels } } = planes;
  const { data } = colours;
  return {
    ...planes,
    whole: { width, height, channels, data: alpha ? joinAlpha({ colours: data, alpha }) : data },
    colours: { width, height, channels: planes.colours.channels, data },
  };
}

/** The image in grey, if R = G = B everywhere that counts. */
export function mergeColours(
  image: Samples,
  counts?: ((x: number, y: number) => boolean) | undefined,
): Samples {
  const { width, channels, data, low } = image;
  if (channels < 3) return image;
  for (const half of low ? [data, low] : [data]) {
    for (let at = 0; at < half.length; at += channels) {
      if (half[at] === half[at + 1] && half[at] === half[at + 2]) continue;
      const pixel = at / channels;
      if (!counts || counts(pixel % width, Math.floor(pixel / width))) return image;
    }
  }
  return withColours(image, 1);
}

/** The image with one colour or with three, which are the same where it had one. Alpha stays. */
export function withColours(image: Samples, colours: 1 | 3): Samples {
  const { channels, data, low } = image;
  const alpha = hasAlpha(channels);
  if (channels - (alpha ? 1 : 0) === colours) return image;
  const wanted = colours + (alpha ? 1 : 0) as Channels;
  const spread = (half: Uint8Array) => {
    const samples = new Uint8Array(half.length / channels * wanted);
    for (let from = 0, to = 0; from < half.length; from += channels, to += wanted) {
      for (let colour = 0; colour < colours; colour++) {
        samples[to + colour] = half[from + (channels < 3 ? 0 : colour)]!;
      }
      if (alpha) samples[to + wanted - 1] = half[from + channels - 1]!;
    }
    return samples;
  };
  return { ...image, channels: wanted, data: spread(data), ...(low && { low: spread(low) }) };
}

/** One channel's bytes. */
export function channelOf(
  data: Uint8Array,
  { channels, channel }: { channels: number; channel: number },
): Uint8Array {
  const plane = new Uint8Array(data.length / channels);
  for (let at = 0; at < plane.length; at++) plane[at] = data[at * channels + channel]!;
  return plane;
}

/** Colours, and alpha behind them. */
export function joinAlpha(
  { colours, alpha }: { colours: Uint8Array; alpha: Uint8Array },
): Uint8Array {
  const count = colours.length / alpha.length;
  const data = new Uint8Array(colours.length + alpha.length);
  for (let pixel = 0, from = 0, to = 0; pixel < alpha.length; pixel++) {
    for (let colour = 0; colour < count; colour++) data[to++] = colours[from++]!;
    data[to++] = alpha[pixel]!;
  }
  return data;
}
