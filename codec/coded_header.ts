/**
 * The `nnCX` chunk of version 2: what a PNG lacks to be a coded file. Integers are big-endian.
 *
 * @module
 */

import { ContainerError } from "./container_error.ts";
import { MOST_ERROR } from "./entropy/bins.ts";
import { viewOf } from "./image/bytes.ts";
import { MAX_SIDE } from "./image/image.ts";
import type { Size } from "./lattice/raster.ts";

/** What the chunk says. */
export interface CodedHeader {
  /** Octaves that are coded: the PNG has every 2ᵏ-th pixel of every 2ᵏ-th row. 0: it has all of them. */
  readonly octaves: number;
  /** Largest error in grey levels; 0 is lossless. */
  readonly maxError: number;
  /** Whether coded pixels are grey, of which one sample is coded; whatever colour type the PNG has been given since. */
  readonly isGrey: boolean;
  /** Size of the original in pixels. */
  readonly size: Size;
  /** CRC-32 of R, G, B, A of every pixel's representative, rows from left to right and top to bottom. */
  readonly checksum: number;
  /** Digest of the coder network, 8 bytes; zeros where nothing is coded. */
  readonly coder: Uint8Array;
  /** pHYs payload of the original; absent where it had none. */
  readonly density?: Uint8Array | undefined;
}

// byte  0         1         2         3         4          8          12         16         24
//      +---------+---------+---------+---------+----------+----------+----------+----------+----------+
//      | version | octaves | largest |  flags  | width u32| height   | crc32 of | digest   | density  |
//      | u8 = 2  | u8 0…4  | error u8|      gd | original | original | all pix. | of coder | 9 bytes, |
//      |         |         |         |         |          |          |          |          | if d     |
//      +---------+---------+---------+---------+----------+----------+----------+----------+----------+
const VERSION = 2;
const FLAG_DENSITY = 0b00000001; // d
const FLAG_GREY = 0b00000010; // g
const FIXED_LENGTH = 24;
const DENSITY_LENGTH = 9;

/** What a header may state at most. */
export const CODED_LIMITS = {
  octaves: 4,
  maxError: MOST_ERROR,
  side: MAX_SIDE,
  digest: 8,
} as const;

/** Whether an `nnCX` chunk is of this version. */
export function isCodedHeader(data: Uint8Array): boolean {
  return data[0] === VERSION;
}

/** Writes the chunk's data. */
export function encodeCodedHeader(header: CodedHeader): Uint8Array {
  const { octaves, maxError, isGrey, size, checksum, coder, density } = header;
  const data = new Uint8Array(FIXED_LENGTH + (density ? DENSITY_LENGTH : 0));
  const view = viewOf(data);
  data.set([VERSION, octaves, maxError, (density ? FLAG_DENSITY : 0) | (isGrey ? FLAG_GREY : 0)]);
  view.setUint32(4, size.width);
  view.setUint32(8, size.height);
  view.setUint32(12, checksum);
  data.set(coder, 16);
  if (density) data.set(density, FIXED_LENGTH);
  return data;
}

/**
 * Reads the chunk's data; what follows the fields of version 2 is ignored.
 *
 * @throws {ContainerError} if it is cut off, of another version, or states what cannot be.
 */
export function decodeCodedHeader(data: Uint8Array): CodedHeader {
  if (!isCodedHeader(data)) {
    throw new ContainerError(`A coded file has version ${VERSION} of "nnCX", found ${data[0]}`);
  }
  const hasDensity = data.length > 3 && (data[3]! & FLAG_DENSITY) !== 0;
  const length = FIXED_LENGTH + (hasDensity ? DENSITY_LENGTH : 0);
  if (data.length < length) {
    throw new ContainerError(
      `"nnCX" is cut off: it has ${length} bytes or more, found ${data.length}`,
    );
  }
  const view = viewOf(data);
  const [octaves, maxError] = [data[1]!, data[2]!];
  const size = { width: view.getUint32(4), height: view.getUint32(8) };
  requireWithin("octaves", octaves, [0, CODED_LIMITS.octaves]);
  requireWithin("a largest error", maxError, [0, CODED_LIMITS.maxError]);
  requireWithin("a width", size.width, [1, CODED_LIMITS.side]);
  requireWithin("a height", size.height, [1, CODED_LIMITS.side]);
  return {
    octaves,
    maxError,
    isGrey: (data[3]! & FLAG_GREY) !== 0,
    size,
    checksum: view.getUint32(12),
    coder: data.slice(16, 16 + CODED_LIMITS.digest),
    ...(hasDensity && { density: data.slice(FIXED_LENGTH, length) }),
  };
}

function requireWithin(
  what: string,
  value: number,
  [least, most]: readonly [number, number],
): void {
  if (value < least || value > most) {
    throw new ContainerError(`"nnCX" states ${what} of ${value}; it is from ${least} to ${most}`);
  }
}
