/** Pictures of every kind that coded files take, drawn by code: no photographs but one, of many colour types and depths. @module */

import { renderScene } from "../../cli/scene/scene.ts";
import type { Image } from "../../codec/image/image.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import type { Channels } from "../../codec/lattice/raster.ts";
import { renderPicture, SIDE } from "../weaknesses/picture.ts";
import { PICTURES } from "../weaknesses/pictures.ts";

/** A picture by name. */
export interface NamedPicture {
  readonly name: string;
  readonly image: Image;
}

/** Levels of grey in the pictures of few. */
const GREYS = [2, 4, 16] as const;

/** Pictures of few pixels, where every fixed byte counts. */
const TINY = [[1, 1], [2, 1], [3, 3], [5, 5], [8, 8], [17, 1], [17, 17], [32, 32]] as const;

const SCENE = renderScene({ width: SIDE, height: SIDE, seed: 1, grain: 2 });

/** All of them. */
export function namedPictures(): NamedPicture[] {
  const drawn = PICTURES.map((picture) => ({ name: picture.name, image: renderPicture(picture) }));
  const scene = drawn.at(-1)!.image;
  return [
    ...drawn,
    ...GREYS.map((levels) => ({ name: `${levels} greys`, image: fewGreys(scene, levels) })),
    { name: "scene in 216 colours", image: fewColours(scene) },
    { name: "grey scene as RGB", image: repeatGrey(greyOf(scene)) },
    { name: "cut-out, soft edge", image: withAlpha(scene, softMask) },
    { name: "cut-out, cleared", image: clearHidden(withAlpha(scene, softMask)) },
    { name: "icon, hard edge", image: withAlpha(drawn[7]!.image, hardMask) },
    { name: "16 bits", image: deepen(SCENE, (value) => value) },
    { name: "16 bits, grey", image: deepen(greyOf(scene), (value) => value) },
    { name: "16 bits, 12 used", image: deepen(SCENE, (value) => value >> 4 << 4 | value >> 12) },
    { name: "16 bits, 8 used", image: deepen(SCENE, (value) => (value >> 8) * 257) },
    ...TINY.map(([width, height]) => ({
      name: `${width}×${height}`,
      image: crop(scene, { width, height }),
    })),
  ];
}

function greyOf({ width, height, data }: Pick<Image, "width" | "height" | "data">): Image {
  const grey = Uint8Array.from(
    { length: width * height },
    (_, at) => Math.round((data[3 * at]! + 2 * data[3 * at + 1]! + data[3 * at + 2]!) / 4),
  );
  return { width, height, channels: 1, data: grey, metadata: NO_METADATA };
}

function fewGreys(image: Image, levels: number): Image {
  const grey = greyOf(image);
  const step = 255 / (levels - 1);
  return { ...grey, data: grey.data.map((value) => Math.round(value / step) * step) };
}

function fewColours(image: Image): Image {
  return { ...image, data: image.data.map((value) => Math.round(value / 51) * 51) };
}

function repeatGrey(grey: Image): Image {
  const data = Uint8Array.from(
    { length: 3 * grey.data.length },
    (_, at) => grey.data[Math.floor(at / 3)]!,
  );
  return { ...grey, channels: 3, data };
}

function softMask(x: number, y: number): number {
  const inside = 60 + 12 * Math.sin(Math.atan2(y - 96, x - 96) * 7) - Math.hypot(x - 96, y - 96);
  return 128 + 60 * inside;
}

function hardMask(x: number, y: number): number {
  return Math.hypot(x - 96, y - 96) < 80 ? 255 : 0;
}

function withAlpha(image: Image, mask: (x: number, y: number) => number): Image {
  const { width, height } = image;
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(image.data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
    const alpha = mask(pixel % width, Math.floor(pixel / width));
    data[4 * pixel + 3] = Math.min(255, Math.max(0, Math.round(alpha)));
  }
  return { ...image, channels: 4, data };
}

/** Black where nothing is seen, as programs leave it. */
function clearHidden(image: Image): Image {
  const data = image.data.slice();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 0) data.fill(0, at, at + 3);
  return { ...image, data };
}

/** Samples of 16 bits: the mean of each pixel and its neighbours, so that the lower bytes mean something. */
function deepen(
  image: { width: number; height: number; channels: Channels; data: Uint8Array },
  use: (value: number) => number,
): Image {
  const { width, height, channels, data } = image;
  const upper = new Uint8Array(data.length);
  const low = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const right = data[at + channels] ?? data[at]!;
    const below = data[at + width * channels] ?? data[at]!;
    const value = use(Math.round((2 * data[at]! + right + below) / 4 * 257));
    upper[at] = value >> 8;
    low[at] = value & 255;
  }
  return { width, height, channels, data: upper, low, metadata: NO_METADATA };
}

function crop(image: Image, { width, height }: { width: number; height: number }): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((y + 80) * image.width + 80) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, channels: 3, data, metadata: NO_METADATA };
}
