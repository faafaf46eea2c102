/**
 * Pictures by whole numbers alone, so that every machine renders the same.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import type { Channels, Size } from "../../codec/lattice/raster.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import { Random } from "../../train/random.ts";

/** What a picture is like. */
export interface PictureOptions {
  /** Samples of a pixel. */
  readonly channels: Channels;
  /** Bits of a sample. Default: 8. */
  readonly bits?: 8 | 16;
  /** Largest distance of grain from what is under it, in grey levels. Default: 1. */
  readonly grain?: number | undefined;
  /** Whether there are no shadows. Default: there are. */
  readonly isPlain?: boolean | undefined;
  /** What becomes of every sample. Default: it stays. */
  readonly change?: ((value: number) => number) | undefined;
}

/** A ramp and a disc under soft shadows and grain; alpha has a soft edge. */
export function picture(size: Size, options: PictureOptions): Image {
  const { channels, bits = 8, grain = 1, isPlain = false, change = same } = options;
  const { width, height } = size;
  const random = new Random(width + 1000 * height + channels);
  const shadows = isPlain ? new Int16Array(width * height) : shadowsOf(size, random);
  const unit = bits === 8 ? 1 : 256;
  const most = 256 * unit - 1;
  const values = Uint16Array.from({ length: width * height * channels }, (_, at) => {
    const channel = at % channels;
    const pixel = (at - channel) / channels;
    const column = pixel % width;
    const row = (pixel - column) / width;
    const inside = insideOf(size, { column, row });
    if (channels % 2 === 0 && channel === channels - 1) return held(128 * unit + inside * 20, most);
    const ramp = 50 + 25 * channel + Math.floor(90 * (column + row) / (width + height));
    const noise = random.below(2 * grain * unit + 1) - grain * unit;
    return held((ramp + (inside > 0 ? 60 : 0) + shadows[pixel]!) * unit + noise, most);
  });
  values.forEach((value, at) => values[at] = change(value));
  return {
    ...size,
    channels,
    data: Uint8Array.from(values, (value) => bits === 8 ? value : value >> 8),
    ...bits === 16 && { low: Uint8Array.from(values, (value) => value & 255) },
    metadata: NO_METADATA,
  };
}

function same(value: number): number {
  return value;
}

/** Noise, softened twice. */
function shadowsOf({ width, height }: Size, random: Random): Int16Array {
  const field = { width: width + 4, height: height + 4 };
  const noise = Int16Array.from(
    { length: field.width * field.height },
    () => random.below(401) - 200,
  );
  const once = softened(noise, field);
  return softened(once, { width: width + 2, height: height + 2 });
}

/** Means over 3×3 samples; without the outermost ones. */
function softened(samples: Int16Array, { width, height }: Size): Int16Array {
  const inner = { width: width - 2, height: height - 2 };
  return Int16Array.from({ length: inner.width * inner.height }, (_, at) => {
    const first = Math.floor(at / inner.width) * width + at % inner.width;
    let sum = 0;
    for (const row of [0, width, 2 * width]) {
      for (const column of [0, 1, 2]) sum += samples[first + row + column]!;
    }
    return Math.round(sum / 9);
  });
}

/** How far within a disc a pixel lies: below 0 outside. */
function insideOf(
  { width, height }: Size,
  { column, row }: { column: number; row: number },
): number {
  const [x, y] = [2 * column - width, 2 * row - height];
  const radius = Math.min(width, height);
  return Math.floor((radius * radius / 2 - x * x - y * y) / radius);
}

function held(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

/** Stripes in four colours, as a drawing has them. */
export function stripes(size: Size): Image {
  const colours = [[255, 255, 255], [200, 30, 30], [20, 60, 160], [0, 0, 0]];
  const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, at) => {
    const pixel = (at - at % 3) / 3;
    const column = pixel % size.width;
    const stripe = Math.floor((column + (pixel - column) / size.width) / 5);
    return colours[stripe % colours.length]![at % 3]!;
  });
  return { ...size, channels: 3, data, metadata: NO_METADATA };
}
