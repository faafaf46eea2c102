/**
 * From the samples that a PNG stores to channels of 8 bits, or of 16 in two halves: small and large bit depths, palettes
 * and tRNS.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";
import type { Image, Samples } from "../image/image.ts";
import { viewOf } from "../image/bytes.ts";
import type { GatherOptions } from "./metadata.ts";
import { roundTo8Bits, splitBytes } from "./png_depth.ts";
import { COLOUR_TYPES, type PngHeader } from "./png_header.ts";

/** What the samples mean. */
export interface SampleOptions extends GatherOptions {
  /** The file's header. */
  readonly header: PngHeader;
  /** PLTE, if any. */
  readonly palette: Uint8Array | undefined;
  /** tRNS, if any. */
  readonly transparency: Uint8Array | undefined;
  /** 16 where samples of 16 bits are kept. Default: they are rounded to 8. */
  readonly depth?: 8 | 16 | undefined;
}

/**
 * Turns stored samples into grey, grey and alpha, RGB, or RGBA.
 *
 * @param samples rows without filter types, each padded to a whole byte; may become the image's data
 * @throws {ImageError} if the palette is missing or malformed, or tRNS is.
 */
export function expandSamples(
  samples: Uint8Array,
  options: SampleOptions,
): Samples {
  const { header, transparency } = options;
  const { width, height } = header;
  if (header.bitDepth === 16) {
    const expand = options.depth === 16 ? splitWideSamples : expandWideSamples;
    return expand(samples, options);
  }
  const whole = header.bitDepth === 8 ? samples : spreadBits(samples, header);
  if (header.colourType === COLOUR_TYPES.palette) {
    return { width, height, ...lookUp(whole, options) };
  }
  const levels = 2 ** header.bitDepth - 1;
  const data = transparency ? keyAlpha(whole, { header, transparency }) : whole;
  if (levels < 255) {
    const step = transparency ? 2 : 1;
    for (let at = 0; at < data.length; at += step) data[at] = data[at]! * (255 / levels);
  }
  const channels = header.samples + (transparency ? 1 : 0) as Image["channels"];
  return { width, height, channels, data };
}

/** The colour that tRNS makes transparent is one of 16 bits; its neighbours that round alike stay opaque. */
function expandWideSamples(
  samples: Uint8Array,
  { header, transparency }: SampleOptions,
): Samples {
  const { width, height, samples: count } = header;
  const rounded = roundTo8Bits(samples);
  if (!transparency) return { width, height, channels: count, data: rounded };
  const data = keyAlpha(rounded, { header, transparency, stored: samples });
  return { width, height, channels: count + 1 as Image["channels"], data };
}

/** Samples of 16 bits in their halves; what tRNS makes transparent has an alpha of 0, all else of 65535. */
function splitWideSamples(
  samples: Uint8Array,
  { header, transparency }: SampleOptions,
): Samples {
  const { width, height, samples: count } = header;
  const { data, low } = splitBytes(samples);
  if (!transparency) return { width, height, channels: count, data, low };
  const keyed = (half: Uint8Array) => keyAlpha(half, { header, transparency, stored: samples });
  const channels = count + 1 as Image["channels"];
  return { width, height, channels, data: keyed(data), low: keyed(low) };
}

function spreadBits(samples: Uint8Array, header: PngHeader): Uint8Array {
  const { width, height, bitDepth } = header;
  const stride = Math.ceil(width * bitDepth / 8);
  const mask = (1 << bitDepth) - 1;
  const data = new Uint8Array(width * height);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * bitDepth;
      const byte = samples[row * stride + (bit >> 3)]!;
      data[to++] = byte >> (8 - bitDepth - (bit & 7)) & mask;
    }
  }
  return data;
}

function lookUp(
  indices: Uint8Array,
  options: Omit<SampleOptions, "header">,
): Pick<Image, "channels" | "data"> {
  const { palette = new Uint8Array(0), transparency, onWarning } = options;
  const colours = palette.length / 3;
  if (!Number.isInteger(colours) || colours < 1 || colours > 256) {
    throw new ImageError(`"PLTE" holds 1 to 256 colours of 3 bytes, found ${palette.length} bytes`);
  }
  const channels = transparency ? 4 : 3;
  const data = new Uint8Array(indices.length * channels);
  let to = 0;
  let beyond = 0;
  for (const index of indices) {
    if (index >= colours) beyond++;
    data[to++] = palette[3 * index] ?? 0;
    data[to++] = palette[3 * index + 1] ?? 0;
    data[to++] = palette[3 * index + 2] ?? 0;
    if (transparency) data[to++] = index < colours ? transparency[index] ?? 255 : 255;
  }
  if (beyond > 0) {
    onWarning?.(
      `The PNG's palette has ${colours} colours, and ${beyond} pixels name others: they are read as black, as ` +
        "by other programs",
    );
  }
  return { channels, data };
}

/** `stored` are the samples that tRNS is compared with, where they are wider than a byte. */
function keyAlpha(
  samples: Uint8Array,
  options: { header: PngHeader; transparency: Uint8Array; stored?: Uint8Array | undefined },
): Uint8Array {
  const { header: { samples: count, bitDepth, colourType }, transparency, stored } = options;
  if (colourType === COLOUR_TYPES.greyAlpha || colourType === COLOUR_TYPES.rgba) {
    throw new ImageError(`"tRNS" is not allowed beside alpha (colour type ${colourType})`);
  }
  if (transparency.length !== 2 * count) {
    throw new ImageError(`"tRNS" holds ${2 * count} bytes, found ${transparency.length}`);
  }
  const mask = (1 << bitDepth) - 1;
  const view = viewOf(transparency);
  const wide = stored && viewOf(stored);
  const key = Array.from({ length: count }, (_, index) => view.getUint16(2 * index) & mask);
  const data = new Uint8Array(samples.length / count * (count + 1));
  let to = 0;
  for (let from = 0; from < samples.length; from += count) {
    let same = true;
    for (let sample = 0; sample < count; sample++) {
      data[to++] = samples[from + sample]!;
      const value = wide ? wide.getUint16(2 * (from + sample)) : samples[from + sample];
      same &&= value === key[sample];
    }
    data[to++] = same ? 0 : 255;
  }
  return data;
}
