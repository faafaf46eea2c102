/**
 * Turning pixels upright.
 *
 * @module
 */

import type { Image } from "./image.ts";

/** How stored pixels are turned: 1 upright, 2–8 as in Exif's tag 274. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Whether the upright picture's columns are the stored picture's rows, and which axes run backwards. */
const TURNS: Record<Orientation, { swap: boolean; flipX: boolean; flipY: boolean }> = {
  1: { swap: false, flipX: false, flipY: false },
  2: { swap: false, flipX: true, flipY: false },
  3: { swap: false, flipX: true, flipY: true },
  4: { swap: false, flipX: false, flipY: true },
  5: { swap: true, flipX: false, flipY: false },
  6: { swap: true, flipX: false, flipY: true },
  7: { swap: true, flipX: true, flipY: true },
  8: { swap: true, flipX: true, flipY: false },
};

/**
 * The upright picture of one that is stored with an Exif orientation.
 *
 * @returns `image` itself where it is upright already.
 */
export function turnUpright(image: Image, orientation: Orientation): Image {
  if (orientation === 1) return image;
  const { swap, flipX, flipY } = TURNS[orientation];
  const { width: storedWidth, height: storedHeight, channels, data } = image;
  const width = swap ? storedHeight : storedWidth;
  const height = swap ? storedWidth : storedHeight;
  const upright = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const alongX = swap ? y : x;
      const alongY = swap ? x : y;
      const storedX = flipX ? storedWidth - 1 - alongX : alongX;
      const storedY = flipY ? storedHeight - 1 - alongY : alongY;
      const from = (storedY * storedWidth + storedX) * channels;
      for (let channel = 0; channel < channels; channel++) upright[to++] = data[from + channel]!;
    }
  }
  return { ...image, width, height, data: upright };
}
