/** Pictures that code draws, to measure restorations on: a colour for every point of the plane. @module */

import type { Image } from "../../codec/image/image.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A picture and what it stands for. */
export interface Picture {
  readonly name: string;
  /** The kind of weakness, as cards group them. */
  readonly kind: string;
  readonly shows: string;
  /** The colour at a point; the middle of the first pixel is (0.5, 0.5). */
  colour(x: number, y: number): Colour;
  /** Points a pixel is averaged over, across and down; 1, the default, draws without anti-aliasing. */
  readonly samples?: number | undefined;
}

/** Columns and rows of every picture: odd parts of cells at two edges, and no power of two. */
export const SIDE = 191;

/** Draws a picture. The same picture gives the same samples. */
export function renderPicture({ colour, samples = 1 }: Picture): Image {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const sum = [0, 0, 0];
    for (let sample = 0; sample < samples ** 2; sample++) {
      const across = (sample % samples + 0.5) / samples;
      const down = (Math.floor(sample / samples) + 0.5) / samples;
      colour(x + across, y + down).forEach((value, channel) => sum[channel]! += value);
    }
    sum.forEach((value, channel) => data[at * 3 + channel] = Math.round(value / samples ** 2));
  }
  return { width: SIDE, height: SIDE, channels: 3, data, metadata: NO_METADATA };
}

/** A colour between two: the first at 0, the second at 1. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * share;
  return [at(0), at(1), at(2)];
}

/** Black on white, by the share of a point that is ink. */
export function inkOnPaper(share: number): Colour {
  return mix([250, 249, 246], [22, 20, 24], Math.min(1, Math.max(0, share)));
}
