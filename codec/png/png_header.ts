/**
 * IHDR: what a PNG says of its pixels.
 *
 * Source: Portable Network Graphics (PNG) Specification, Third Edition, section 11.2.1.
 *
 * @module
 */

import { ImageError } from "../image/image_error.ts";
import type { Channels, Size } from "../lattice/raster.ts";
import { checkSize, WIDE_REFUSED } from "../image/image.ts";
import type { Chunk } from "../image/metadata.ts";
import { viewOf } from "../image/bytes.ts";

/** PNG's colour types by what they hold. */
export const COLOUR_TYPES = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** A colour type of PNG. */
export type ColourType = 0 | 2 | 3 | 4 | 6;

/** The colour type that stores this many channels. */
const COLOUR_TYPE_OF_CHANNELS: Record<Channels, ColourType> = { 1: 0, 2: 4, 3: 2, 4: 6 };

const SAMPLES: Record<ColourType, Channels> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const BIT_DEPTHS: Record<ColourType, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** The header of a PNG. */
export interface PngHeader extends Size {
  /** Bits of a sample or of a palette index. */
  readonly bitDepth: number;
  /** How samples stand for colours. */
  readonly colourType: ColourType;
  /** Samples of a pixel as stored; 1 for a palette. */
  readonly samples: Channels;
  /** Whether rows are stored in Adam7 passes. */
  readonly interlaced: boolean;
}

/**
 * Reads IHDR.
 *
 * @param options.maxPixels see {@link checkSize}
 * @param options.depth 8 where 16 bits a sample are to be rounded, 16 where they are to be kept
 * @throws {ImageError} if a field is not one of PNG's, the image is too large, or it has 16 bits a sample that
 * are neither to be rounded nor kept.
 */
export function readHeader(
  chunk: Chunk,
  options: { maxPixels?: number | undefined; depth?: 8 | 16 | undefined } = {},
): PngHeader {
  if (chunk.data.length !== 13) {
    throw new ImageError(`"IHDR" has 13 bytes, found ${chunk.data.length}`);
  }
  const view = viewOf(chunk.data);
  const size = { width: view.getUint32(0), height: view.getUint32(4) };
  const bitDepth = view.getUint8(8);
  const colourType = view.getUint8(9) as ColourType;
  const [compression, filtering, interlace] = chunk.data.subarray(10);
  if (!(BIT_DEPTHS[colourType] ?? []).includes(bitDepth)) {
    throw new ImageError(`PNG has no colour type ${colourType} of ${bitDepth} bits`);
  }
  if (compression !== 0 || filtering !== 0 || interlace! > 1) {
    throw new ImageError(
      `The PNG uses compression ${compression}, filtering ${filtering} and interlace ` +
        `${interlace}; only 0, 0 and 0 or 1 exist`,
    );
  }
  checkSize(size, options.maxPixels);
  if (bitDepth === 16 && options.depth === undefined) throw new ImageError(WIDE_REFUSED);
  const samples = SAMPLES[colourType];
  return { ...size, bitDepth, colourType, samples, interlaced: interlace === 1 };
}

/** Writes IHDR for 8 bits a sample or 16, not interlaced. */
export function writeHeader(
  size: Size,
  options: { channels: Channels; depth?: 8 | 16 },
): Chunk {
  const data = new Uint8Array(13);
  const view = viewOf(data);
  view.setUint32(0, size.width);
  view.setUint32(4, size.height);
  data[8] = options.depth ?? 8;
  data[9] = COLOUR_TYPE_OF_CHANNELS[options.channels];
  return { type: "IHDR", data };
}
