/**
 * Draws crops of several images beside each other, magnified, each under its caption.
 *
 * @module
 */

import { NO_METADATA } from "../../codec/image/metadata.ts";
import type { Image } from "../../codec/image/image.ts";
import { drawText } from "./lettering.ts";

/** An image with its caption. */
export interface Panel {
  /** What it shows; letters of `lettering.ts`. */
  readonly caption: string;
  /** RGB pixels, the same size in every panel. */
  readonly image: Image;
}

/** A part of every image, in pixels. */
export interface Crop {
  /** Column of its first pixel. */
  readonly left: number;
  /** Its first row. */
  readonly top: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

const GAP = 8;
const CAPTION_HEIGHT = 26;
const LETTER_SCALE = 2;
const INK = 230;
const PAPER = 24;

/** One row for every crop, one column for every panel; each pixel becomes a square of `scale` pixels. */
export function drawSideBySide(
  panels: readonly Panel[],
  options: { crops: readonly Crop[]; scale: number },
): Image {
  const { crops, scale } = options;
  const cellWidth = Math.max(...crops.map((crop) => crop.width)) * scale + GAP;
  const cellHeight = Math.max(...crops.map((crop) => crop.height)) * scale + GAP;
  const width = panels.length * cellWidth + GAP;
  const height = CAPTION_HEIGHT + crops.length * cellHeight + GAP;
  const data = new Uint8Array(width * height * 3).fill(PAPER);
  panels.forEach(({ caption, image }, column) => {
    const left = GAP + column * cellWidth;
    drawText(caption, {
      scale: LETTER_SCALE,
      plot: (x, y) =>
        data.fill(INK, ((y + GAP) * width + left + x) * 3, ((y + GAP) * width + left + x + 1) * 3),
    });
    crops.forEach((crop, row) => {
      const top = CAPTION_HEIGHT + GAP + row * cellHeight;
      for (let y = 0; y < crop.height * scale; y++) {
        for (let x = 0; x < crop.width * scale; x++) {
          const from = (crop.top + Math.floor(y / scale)) * image.width + crop.left +
            Math.floor(x / scale);
          const to = (top + y) * width + left + x;
          data.set(image.data.subarray(from * 3, from * 3 + 3), to * 3);
        }
      }
    });
  });
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}
