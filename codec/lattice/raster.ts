/**
 * Pixels and nothing else: 8 bits a sample, one to four channels.
 *
 * @module
 */

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
export interface Raster extends Size {
  /** Samples of a pixel. */
  readonly channels: Channels;
  /** `[height][width][channels]` */
  readonly data: Uint8Array;
}

/** Whether the last channel of images with this many channels is alpha. */
export function hasAlpha(channels: number): boolean {
  return channels === 2 || channels === 4;
}
