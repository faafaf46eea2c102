/**
 * Training images on the device: cut into tiles, uploaded once, and the random crops that a step takes from them.
 *
 * @module
 */

import type { Device } from "../gpu/device.ts";
import type { Image } from "../codec/image/image.ts";
import type { StepCell } from "../codec/lattice/steps.ts";
import { Random } from "./random.ts";

/** Side of a tile in pixels. Larger ones lose less to crops that must not cross a tile's edge. */
export const PHOTO_TILE = 512;

/** A crop of a tile, as `crops.wgsl` takes it. */
export interface Crop {
  /** Which tile: its layer of the texture. */
  readonly layer: number;
  /** Column of its first pixel in the tile. */
  readonly x: number;
  /** Row of its first pixel in the tile. */
  readonly y: number;
  /** Bit 0 mirrors x, bit 1 mirrors y, bit 2 swaps the axes. */
  readonly symmetry: number;
  /** Pixels of the tile from one pixel of the crop to the next; those between are skipped. */
  readonly spacing: number;
  /**
   * Half the bin width within which its samples are known, rounded down; 0, exactly, when absent. For lossy files the step of Y
   * in 64ths of a level.
   */
  readonly tolerance?: number | undefined;
}

/** Tiles in one array texture of 8-bit RGBA. */
export interface PhotoTiles {
  /** `rgba8uint`, a layer a tile; alpha is unused. */
  readonly texture: GPUTexture;
  /** Size of what each layer holds; smaller than a tile where the image was. */
  readonly sizes: readonly { width: number; height: number }[];
}

/**
 * Cuts images into tiles and uploads them. `photo_check.ts` sees to it that crops fit.
 *
 * Tiles at the right and bottom edge overlap their neighbours, so that all have full size where the image does. A grey
 * image is taken as R = G = B; alpha is ignored. If the device holds fewer tiles than there are, an even share of all
 * is taken.
 */
export function uploadTiles(device: Device, images: readonly Image[]): PhotoTiles {
  const places = images.flatMap((image) =>
    starts(image.height).flatMap((y) => starts(image.width).map((x) => ({ image, x, y })))
  );
  const capacity = device.gpu.limits.maxTextureArrayLayers;
  const stride = Math.max(1, places.length / capacity);
  const kept = Array.from(
    { length: Math.min(places.length, capacity) },
    (_, index) => places[Math.floor(index * stride)]!,
  );
  const texture = device.gpu.createTexture({
    label: "training tiles",
    size: [PHOTO_TILE, PHOTO_TILE, Math.max(kept.length, 2)],
    format: "rgba8uint",
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  const sizes = kept.map(({ image, x, y }, layer) => {
    const size = {
      width: Math.min(PHOTO_TILE, image.width),
      height: Math.min(PHOTO_TILE, image.height),
    };
    device.gpu.queue.writeTexture(
      { texture, origin: [0, 0, layer] },
      copyTile(image, { x, y, ...size }),
      { bytesPerRow: size.width * 4, rowsPerImage: size.height },
      [size.width, size.height],
    );
    return size;
  });
  return { texture, sizes };
}

function starts(side: number): number[] {
  const count = Math.ceil(side / PHOTO_TILE);
  return Array.from(
    { length: count },
    (_, index) => Math.min(index * PHOTO_TILE, Math.max(side - PHOTO_TILE, 0)),
  );
}

function copyTile(
  image: Image,
  rect: { x: number; y: number; width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rect.width * rect.height * 4);
  const { channels, data } = image;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  let to = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    let from = (y * image.width + rect.x) * channels;
    for (let x = 0; x < rect.width; x++, from += channels, to += 4) {
      out[to] = data[from]!;
      out[to + 1] = data[from + green]!;
      out[to + 2] = data[from + blue]!;
    }
  }
  return out;
}

/** Size in its own pixels of a crop before its symmetry is applied. */
export function cropSize(
  options: { cell: StepCell; patch: number },
): { width: number; height: number } {
  const { cell, patch } = options;
  return { width: cell.width * patch, height: cell.height * patch };
}

/** Smallest side in pixels of an image that every crop fits into, whatever its symmetry and spacing. */
export function leastSide(
  options: { cell: StepCell; patch: number; spacings: readonly number[] },
): number {
  const { width, height } = cropSize(options);
  return span(Math.max(width, height), Math.max(...options.spacings));
}

/** Pixels of a tile from the first to the last one of a crop's side, both included. */
function span(side: number, spacing: number): number {
  return (side - 1) * spacing + 1;
}

/** What crops look like, symmetries apart. */
export interface CropShape {
  /** Columns and rows of a crop, in its own pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** The spacings that crops have, all equally often. */
  readonly spacings: readonly number[];
}

/** Draws a random crop: a tile, a place in it, one of the eight symmetries and a spacing, all equally likely. */
export function randomCrop(random: Random, options: CropShape & { tiles: PhotoTiles }): Crop {
  const { tiles, size, spacings } = options;
  const layer = random.below(tiles.sizes.length);
  const symmetry = random.below(8);
  // A choice of one takes no random number, so runs from before there was a choice are repeated exactly.
  const spacing = spacings[spacings.length > 1 ? random.below(spacings.length) : 0]!;
  const [width, height] = symmetry & 4 ? [size.height, size.width] : [size.width, size.height];
  const tile = tiles.sizes[layer]!;
  return {
    layer,
    x: random.below(tile.width - span(width, spacing) + 1),
    y: random.below(tile.height - span(height, spacing) + 1),
    symmetry,
    spacing,
  };
}

/** Crops for validation: the same every time, spread evenly over the tiles, upright, spacings in turn. */
export function validationCrops(tiles: PhotoTiles, options: CropShape & { count: number }): Crop[] {
  const { count, size, spacings } = options;
  const random = new Random(0);
  return Array.from({ length: count }, (_, index) => {
    const layer = Math.floor(index * tiles.sizes.length / count);
    const tile = tiles.sizes[layer]!;
    const spacing = spacings[index % spacings.length]!;
    return {
      layer,
      x: random.below(tile.width - span(size.width, spacing) + 1),
      y: random.below(tile.height - span(size.height, spacing) + 1),
      symmetry: 0,
      spacing,
    };
  });
}
