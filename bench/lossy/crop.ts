/** Parts of pictures, cut out. @module */

import type { Image } from "../../codec/image/image.ts";

/** A part of a picture in pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The pixels of a part. */
export function cropImage(
  { channels, data, width: columns, metadata }: Image,
  { left, top, width, height }: Part,
): Image {
  const cut = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * columns + left) * channels;
    cut.set(data.subarray(from, from + width * channels), row * width * channels);
  }
  return { width, height, channels, data: cut, metadata };
}

/** All but the first columns and rows. */
export function cropCorner(image: Image, pixels: number): Image {
  return cropImage(image, {
    left: pixels,
    top: pixels,
    width: image.width - pixels,
    height: image.height - pixels,
  });
}
