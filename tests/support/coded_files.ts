/** What coded files are made of in tests: soft pictures, and coding that takes no time. @module */

import type { EncodeOptions } from "../../codec/coded_encoder.ts";
import type { OfferNetwork } from "../../codec/coded/coder.ts";
import type { Image } from "../../codec/image/image.ts";
import { type Metadata, NO_METADATA } from "../../mod.ts";
import { Random } from "../../train/random.ts";
import type { Workers } from "../../platform/tasks.ts";
import { randomExactNetwork } from "./exact_networks.ts";

const networks = (seed: number) => ({
  diagonal: randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, seed),
  quincunx: randomExactNetwork({ inputs: 7, outputs: 18, channels: 8, blocks: 1 }, seed + 1),
});

/**
 * Predictions that depend on what is known and cost nothing: whoever is shown other pixels than the writer reads other
 * samples.
 */
const guess: OfferNetwork = ({ architecture: { inputs, outputs } }, { input, shape }) => {
  const plane = new Int16Array(shape.width * shape.height * outputs);
  const known = input();
  for (let at = 0; at < plane.length; at++) {
    const first = Math.floor(at / outputs) * inputs;
    const kind = Math.floor(at % 9 / 3);
    plane[at] = kind === 1
      ? 66
      : kind === 2
      ? 0
      : known[first]! + 3 * known[first + inputs - 2]! & 15;
  }
  return plane;
};

/** Some of what travels with a picture. */
export const METADATA: Metadata = {
  chunks: [
    { type: "gAMA", data: Uint8Array.of(0, 0, 177, 143) },
    { type: "pHYs", data: Uint8Array.of(0, 0, 11, 19, 0, 0, 11, 19, 1) },
    { type: "tEXt", data: new TextEncoder().encode("Title\0Grain") },
  ],
};

/** Works at once, where pauses between many small tasks would take most of the time. */
export const AT_ONCE: Workers = { count: 1, run: (task, { input }) => task.work(input, () => {}) };

/** Codes with networks that nobody trained, fast. */
export const CODING: EncodeOptions = {
  coder: { fine: networks(1), coarse: networks(3) },
  digest: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  run: guess,
  effort: "fast",
};

/** Soft shapes under grain, which a PNG takes more bytes for than bins do. */
export function softPhoto(
  size: { width: number; height: number },
  options: { channels?: 1 | 2 | 3 | 4; seed?: number } = {},
): Image {
  const { channels = 3, seed = 1 } = options;
  const random = new Random(seed);
  const data = Uint8Array.from({ length: size.width * size.height * channels }, (_, index) => {
    const pixel = Math.floor(index / channels);
    const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
    const shade = 128 + 70 * Math.sin(x / 19 + seed) * Math.cos(y / 23) + 12 * random.normal();
    return Math.min(255, Math.max(0, Math.round(shade)));
  });
  return { ...size, channels, data, metadata: NO_METADATA };
}

/**
 * A value held to the bin that another one stands for, wherever that lies. A bin that black or white stands for may have no
 * other value.
 */
export function clampToBin(
  value: number,
  { like, maxError }: { readonly like: number; readonly maxError: number },
): number {
  if (like === 0 || like === 255) return like;
  return Math.min(255, like + maxError, Math.max(0, like - maxError, value));
}
