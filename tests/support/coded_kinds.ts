/** Images of every kind that coded files take, and their way there and back. @module */

import { deepEqual, equal, ok } from "node:assert/strict";
import { decodeCoded } from "../../codec/coded_decoder.ts";
import { encodeCoded } from "../../codec/coded_encoder.ts";
import type { Image } from "../../codec/image/image.ts";
import { type Channels, NO_METADATA, type Size } from "../../mod.ts";
import { Random } from "../../train/random.ts";
import { CODING, softPhoto } from "./coded_files.ts";

/** How samples of 16 bits use their levels. */
export const SPREADS: Readonly<Record<string, (value: number) => number>> = {
  all: (value) => value,
  "12 bits above zeros": (value) => value >> 4 << 4,
  "12 bits repeated": (value) => value >> 4 << 4 | value >> 12,
  "10 bits in equal parts": (value) => Math.round((value >> 6) * 65535 / 1023),
  "8 bits repeated": (value) => (value >> 8) * 257,
  "8 bits above zeros": (value) => value >> 8 << 8,
  "a table": (value) => Math.round(65535 * ((value >> 8) / 255) ** 2.2),
};

/** A soft photo of 16 bits a sample, under fine grain. */
export function widePhoto(
  size: Size,
  options: { channels: Channels; spread?: keyof typeof SPREADS; seed?: number },
): Image {
  const { channels, spread = "all", seed = 1 } = options;
  const { width, height } = size;
  const random = new Random(seed);
  const values = Uint16Array.from({ length: width * height * channels }, (_, index) => {
    const pixel = Math.floor(index / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const shade = 30000 + 20000 * Math.sin(x / 19 + seed) * Math.cos(y / 23);
    const grainy = Math.round(shade + 900 * random.normal());
    return SPREADS[spread]!(Math.min(65535, Math.max(0, grainy)));
  });
  return {
    width,
    height,
    channels,
    data: Uint8Array.from(values, (value) => value >> 8),
    low: Uint8Array.from(values, (value) => value & 255),
    metadata: NO_METADATA,
  };
}

/** A soft photo that is cut out along a soft edge; what is cut away keeps its colours. */
export function cutOut(size: Size, channels: 2 | 4): Image {
  const image = softPhoto(size, { channels });
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
    const inside = 0.4 * size.width - Math.hypot(x - size.width / 2, y - size.height / 2);
    const alpha = Math.round(128 + 50 * inside);
    image.data[(pixel + 1) * channels - 1] = Math.min(255, Math.max(0, alpha));
  }
  return image;
}

/** Codes an image and reads it back; asserts that what comes back makes the same file. */
export async function roundTrip(
  image: Image,
  options: Partial<typeof CODING> = {},
): Promise<{ file: Uint8Array; decoded: Image }> {
  const coding = { ...CODING, ...options };
  const file = await encodeCoded(image, coding);
  const { image: decoded, spacing, loss } = await decodeCoded(file, coding);
  deepEqual([spacing, loss], [1, undefined]);
  deepEqual(await encodeCoded(decoded, coding), file);
  return { file, decoded };
}

/** Asserts that two images have the same samples, of the same depth. */
export function requireSameSamples(decoded: Image, image: Image, message = ""): void {
  deepEqual([decoded.width, decoded.height], [image.width, image.height], message);
  equal(decoded.channels, image.channels, message);
  equal(decoded.data.findIndex((value, at) => value !== image.data[at]), -1, message);
  equal(decoded.low === undefined, image.low === undefined, message);
  ok(!image.low || image.low.every((value, at) => value === decoded.low![at]), message);
}
