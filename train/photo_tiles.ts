/**
 * Training images on the device: cut into tiles, uploaded once, and the random crops that a step takes from them.
 *
 * @module
 */

import type { Device } from "../gpu/device.ts";
import type { Image } from "../codec/image/image.ts";
import { stepOfLevel } from "../codec/coded/within_cells.ts";
import type { Raster } from "../codec/lattice/raster.ts";
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

/** A photo, and what a lossy file gives back of it, where a network is to learn from that. */
export interface TrainingPhoto extends Image {
  /** R, G and B as restored without a network, and how coarse the file is; of the same size. */
  readonly coded?: Raster | undefined;
}

/** Tiles in one array texture of 8-bit RGBA. */
export interface PhotoTiles {
  /** `rgba8uint`, a layer a tile; alpha is unused. */
  readonly texture: GPUTexture;
  /** The same as lossy files give them back, where photos have that; alpha tells how coarse these are. */
  readonly coded?: GPUTexture | undefined;
  /** The steps of these files in levels, in which networks see them and draw. */
  readonly steps?: readonly number[] | undefined;
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
export function uploadTiles(device: Device, images: readonly TrainingPhoto[]): PhotoTiles {
  const places = images.flatMap((image) =>
    starts(image.height).flatMap((y) => starts(image.width).map((x) => ({ image, x, y })))
  );
  const capacity = device.gpu.limits.maxTextureArrayLayers;
  const stride = Math.max(1, places.length / capacity);
  const kept = Array.from(
    { length: Math.min(places.length, capacity) },
    (_, index) => places[Math.floor(index * stride)]!,
  );
  const sizes = kept.map(({ image: { width, height } }) => ({
    width: Math.min(PHOTO_TILE, width),
    height: Math.min(PHOTO_TILE, height),
  }));
  const upload = (label: string, tileOf: (photo: TrainingPhoto) => Raster) => {
    const texture = device.gpu.createTexture({
      label,
      size: [
        Math.max(...sizes.map(({ width }) => width)),
        Math.max(...sizes.map(({ height }) => height)),
        Math.max(kept.length, 2),
      ],
      format: "rgba8uint",
      usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
    });
    kept.forEach(({ image, x, y }, layer) => {
      const { width, height } = sizes[layer]!;
      device.gpu.queue.writeTexture(
        { texture, origin: [0, 0, layer] },
        copyTile(tileOf(image), { x, y, width, height }),
        { bytesPerRow: width * 4, rowsPerImage: height },
        [width, height],
      );
    });
    return texture;
  };
  const texture = upload("training tiles", (image) => image);
  if (!images[0]?.coded) return { texture, sizes };
  const coded = upload("coded tiles", ({ coded }) => coded!);
  const steps = kept.map(({ image }) => stepOfLevel(image.coded!.data[3]!));
  return { texture, coded, steps, sizes };
}

function starts(side: number): number[] {
  const count = Math.ceil(side / PHOTO_TILE);
  return Array.from(
    { length: count },
    (_, index) => Math.min(index * PHOTO_TILE, Math.max(side - PHOTO_TILE, 0)),
  );
}

function copyTile(
  image: Raster,
  rect: { x: number; y: number; width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rect.width * rect.height * 4);
  const { channels, data } = image;
  const hasFourth = channels === 4;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  let to = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    let from = (y * image.width + rect.x) * channels;
    for (let x = 0; x < rect.width; x++, from += channels, to += 4) {
      out[to] = data[from]!;
      out[to + 1] = data[from + green]!;
      out[to + 2] = data[from + blue]!;
      if (hasFourth) out[to + 3] = data[from + 3]!;
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
  /** Whether pixels at even columns and rows of a tile are at such of the crop, whatever its symmetry. Default: no. */
  readonly keepsPhases?: boolean | undefined;
}

/** Draws a random crop: a tile, a place in it, one of the eight symmetries and a spacing, all equally likely. */
export function randomCrop(random: Random, options: CropShape & { tiles: PhotoTiles }): Crop {
  const { tiles, size, spacings, keepsPhases = false } = options;
  const layer = random.below(tiles.sizes.length);
  const symmetry = random.below(8);
  // A choice of one takes no random number, so runs from before there was a choice are repeated exactly.
  const spacing = spacings[spacings.length > 1 ? random.below(spacings.length) : 0]!;
  const [width, height] = symmetry & 4 ? [size.height, size.width] : [size.width, size.height];
  const tile = tiles.sizes[layer]!;
  const places = {
    x: tile.width - span(width, spacing) + 1,
    y: tile.height - span(height, spacing) + 1,
  };
  if (!keepsPhases) {
    return { layer, x: random.below(places.x), y: random.below(places.y), symmetry, spacing };
  }
  // What is mirrored begins at its other end, which is an odd column or row of the crop.
  const [oddX, oddY] = symmetry & 4
    ? [symmetry >> 1 & 1, symmetry & 1]
    : [symmetry & 1, symmetry >> 1 & 1];
  return {
    layer,
    x: placeOfPhase(random, { places: places.x, odd: oddX }),
    y: placeOfPhase(random, { places: places.y, odd: oddY }),
    symmetry,
    spacing,
  };
}

/** One of so many places, odd or even; the first where there is no other. */
function placeOfPhase(random: Random, { places, odd }: { places: number; odd: number }): number {
  const count = (places - odd + 1) >> 1;
  return count > 0 ? 2 * random.below(count) + odd : 0;
}

/** Crops for validation: the same every time, spread evenly over the tiles, upright, spacings in turn. */
export function validationCrops(tiles: PhotoTiles, options: CropShape & { count: number }): Crop[] {
  const { count, size, spacings, keepsPhases = false } = options;
  const random = new Random(0);
  const below = (places: number) =>
    keepsPhases ? placeOfPhase(random, { places, odd: 0 }) : random.below(places);
  return Array.from({ length: count }, (_, index) => {
    const layer = Math.floor(index * tiles.sizes.length / count);
    const tile = tiles.sizes[layer]!;
    const spacing = spacings[index % spacings.length]!;
    return {
      layer,
      x: below(tile.width - span(size.width, spacing) + 1),
      y: below(tile.height - span(size.height, spacing) + 1),
      symmetry: 0,
      spacing,
    };
  });
}
