/**
 * The `nnCX` chunk of version 2: what a PNG lacks to be a coded file. Integers are big-endian.
 *
 * @module
 */

import { LOSSY_LIMITS, type LossySettings } from "./coded/lossy_steps.ts";
import { ContainerError } from "./container_error.ts";
import { MOST_ERROR } from "./entropy/bins.ts";
import { viewOf } from "./image/bytes.ts";
import { MAX_SIDE } from "./image/image.ts";
import type { Size } from "./lattice/raster.ts";

/** What the chunk says. */
export interface CodedHeader {
  /** Octaves that are coded: the PNG has every 2ᵏ-th pixel of every 2ᵏ-th row. 0: it has all of them. */
  readonly octaves: number;
  /** Largest error in grey levels; 0 is lossless, unless there is `lossy`. */
  readonly maxError: number;
  /** How coarsely samples are told, of a file whose errors have no bound; absent where they have one. */
  readonly lossy?: LossySettings | undefined;
  /** Whether coded pixels are grey, of which one sample is coded; whatever colour type the PNG has been given since. */
  readonly isGrey: boolean;
  /** Whether grey pixels were given as R = G = B, and come back so. */
  readonly isColoured: boolean;
  /** Whether alpha is coded apart from the octaves, which have colours alone. */
  readonly hasAlpha: boolean;
  /** Whether samples have 16 bits, of which the octaves have the upper 8. */
  readonly isWide: boolean;
  /** Size of the original in pixels. */
  readonly size: Size;
  /** Digest of the coder network, 8 bytes; zeros where nothing is coded. */
  readonly coder: Uint8Array;
  /**
   * CRC-32 of the representatives of the PNG's pixels, then of those that each step adds that the file was written with:
   * from 0 to 2 for each octave. 0 where nothing is coded, as the PNG
   * has checksums of its own.
   */
  readonly checksums: readonly number[];
  /** pHYs payload of the original; absent where it had none, or the PNG has it, as it does where nothing is coded. */
  readonly density?: Uint8Array | undefined;
  /** How many of the chunks that travel stand before that pHYs, of 255 at most. Default: none. */
  readonly densityPlace?: number | undefined;
}

// Where nothing is coded the chunk ends after the flags: the PNG says the rest.
//
// byte  0         1         2         3         4          8          12         20        21             25 + 4n
//      +---------+---------+---------+---------+----------+----------+----------+---------+--------------+----------+----------+
//      | version | octaves | largest |  flags  | width u32| height   | digest   | steps n | crc32 of the | step u16 | density  |
//      | u8 = 2  | u8 0…6  | error u8|  lcwagd | original | original | of coder | u8 0…2k | PNG's pixels | chroma u8| its place|
//      |         |         |         |         |          |          |          |         | and of n st. | ratio u8 | if d: 10 |
//      |         |         |         |         |          |          |          |         |              | even u8; |          |
//      |         |         |         |         |          |          |          |         |              | if l: 5  |          |
//      +---------+---------+---------+---------+----------+----------+----------+---------+--------------+----------+----------+
const VERSION = 2;
const FLAG_DENSITY = 0b0001; // d
const FLAG_GREY = 0b0010; // g
const FLAG_ALPHA = 0b0100; // a
const FLAG_WIDE = 0b1000; // w
const FLAG_COLOURED = 0b10000; // c
const FLAG_LOSSY = 0b100000; // l
const FLAGS_KNOWN = FLAG_DENSITY | FLAG_GREY | FLAG_ALPHA | FLAG_WIDE | FLAG_COLOURED | FLAG_LOSSY;
const STORED_LENGTH = 4;
const CODER_AT = 12;
const STEPS_AT = 20;
const CHECKSUMS_AT = 21;
const PHYS_LENGTH = 9;
const DENSITY_LENGTH = PHYS_LENGTH + 1;
const LOSSY_LENGTH = 5;
const MOST_PLACES = 255;

/** What the bits of the flags mean from the lowest on. */
const FLAG_NAMES = [
  "density",
  "grey",
  "alpha is coded apart",
  "16 bits a sample",
  "grey comes back as RGB",
  "lossy",
] as const;

/** What a header may state at most. */
export const CODED_LIMITS = {
  octaves: 4,
  lossyOctaves: 6,
  maxError: MOST_ERROR,
  side: MAX_SIDE,
  digest: 8,
} as const;

/** What names no coder. */
export const NO_CODER: Uint8Array = new Uint8Array(CODED_LIMITS.digest);

/** Whether an `nnCX` chunk is of this version. */
export function isCodedHeader(data: Uint8Array): boolean {
  return data[0] === VERSION;
}

/** Writes the chunk's data. */
export function encodeCodedHeader(header: CodedHeader): Uint8Array {
  const { octaves, maxError, size, coder, checksums, lossy, density, densityPlace = 0 } = header;
  const head = [VERSION, octaves, maxError, flagsOf(header)];
  if (octaves === 0) return Uint8Array.from(head);
  const lossyAt = CHECKSUMS_AT + 4 * checksums.length;
  const end = lossyAt + (lossy ? LOSSY_LENGTH : 0);
  const data = new Uint8Array(end + (density ? DENSITY_LENGTH : 0));
  const view = viewOf(data);
  data.set(head);
  view.setUint32(4, size.width);
  view.setUint32(8, size.height);
  data.set(coder, CODER_AT);
  data[STEPS_AT] = checksums.length - 1;
  checksums.forEach((checksum, index) => view.setUint32(CHECKSUMS_AT + 4 * index, checksum));
  if (lossy) {
    view.setUint16(lossyAt, lossy.step);
    data.set([lossy.chroma, lossy.ratio, lossy.isEven ? 1 : 0], lossyAt + 2);
  }
  if (density) {
    data.set(density, end);
    data[end + PHYS_LENGTH] = Math.min(MOST_PLACES, densityPlace);
  }
  return data;
}

/** The chunk's data for a file that has its first steps alone; what is not known of it stays as it is. */
export function cutCodedHeader(data: Uint8Array, steps: number): Uint8Array {
  const lost = 4 * (data[STEPS_AT]! - steps);
  const end = CHECKSUMS_AT + 4 * (1 + steps);
  const cut = new Uint8Array(data.length - lost);
  cut.set(data.subarray(0, end));
  cut.set(data.subarray(end + lost), end);
  cut[STEPS_AT] = steps;
  return cut;
}

function flagsOf(header: CodedHeader): number {
  const { density, isGrey, hasAlpha, isWide, isColoured, lossy } = header;
  return (density ? FLAG_DENSITY : 0) | (isGrey ? FLAG_GREY : 0) | (hasAlpha ? FLAG_ALPHA : 0) |
    (isWide ? FLAG_WIDE : 0) | (isColoured ? FLAG_COLOURED : 0) | (lossy ? FLAG_LOSSY : 0);
}

/**
 * Reads the chunk's data; what follows the fields of version 2 is ignored.
 *
 * @param shown size of the picture that the file shows, which is the original's where nothing is coded
 * @throws {ContainerError} if it is cut off, of another version, sets a flag that is not known, or states what cannot be.
 */
export function decodeCodedHeader(data: Uint8Array, shown: Size): CodedHeader {
  if (!isCodedHeader(data)) {
    throw new ContainerError(
      `A coded file has version ${VERSION} of "nnCX", found ${
        data[0]
      }; restore it, and "compressCoded" makes one of what comes back`,
    );
  }
  requireLength(data, STORED_LENGTH);
  const [octaves, maxError, flags] = [data[1]!, data[2]!, data[3]!];
  requireKnownFlags(flags);
  const isLossy = (flags & FLAG_LOSSY) !== 0;
  const { lossyOctaves } = CODED_LIMITS;
  requireWithin("octaves", octaves, isLossy ? [1, lossyOctaves] : [0, CODED_LIMITS.octaves]);
  requireWithin("a largest error", maxError, [0, isLossy ? 0 : CODED_LIMITS.maxError]);
  const facts = {
    octaves,
    maxError,
    isGrey: (flags & FLAG_GREY) !== 0,
    isColoured: (flags & FLAG_COLOURED) !== 0,
    hasAlpha: (flags & FLAG_ALPHA) !== 0,
    isWide: (flags & FLAG_WIDE) !== 0,
  };
  if (octaves === 0) {
    const { width, height } = shown;
    return { ...facts, size: { width, height }, coder: NO_CODER, checksums: [0] };
  }
  requireLength(data, CHECKSUMS_AT);
  const steps = data[STEPS_AT]!;
  const view = viewOf(data);
  const size = { width: view.getUint32(4), height: view.getUint32(8) };
  requireWithin("a width", size.width, [1, CODED_LIMITS.side]);
  requireWithin("a height", size.height, [1, CODED_LIMITS.side]);
  requireWithin("coded steps", steps, [0, 2 * octaves]);
  const lossyAt = CHECKSUMS_AT + 4 * (1 + steps);
  const end = lossyAt + (isLossy ? LOSSY_LENGTH : 0);
  const hasDensity = (flags & FLAG_DENSITY) !== 0;
  requireLength(data, end + (hasDensity ? DENSITY_LENGTH : 0));
  return {
    ...facts,
    ...isLossy && { lossy: readLossy(data.subarray(lossyAt, end)) },
    size,
    coder: data.slice(CODER_AT, CODER_AT + CODED_LIMITS.digest),
    checksums: Array.from(
      { length: 1 + steps },
      (_, index) => view.getUint32(CHECKSUMS_AT + 4 * index),
    ),
    ...(hasDensity && {
      density: data.slice(end, end + PHYS_LENGTH),
      densityPlace: data[end + PHYS_LENGTH]!,
    }),
  };
}

function readLossy(data: Uint8Array): LossySettings {
  const [chroma, ratio, even] = [data[2]!, data[3]!, data[4]!];
  const lossy = { step: viewOf(data).getUint16(0), chroma, ratio, isEven: even === 1 };
  requireWithin("a step", lossy.step, LOSSY_LIMITS.step);
  requireWithin("a factor of chroma", lossy.chroma, LOSSY_LIMITS.chroma);
  requireWithin("a ratio of octaves", lossy.ratio, LOSSY_LIMITS.ratio);
  requireWithin("even steps", even, [0, 1]);
  return lossy;
}

/** A flag changes what the file's bytes mean, so one that is not known is no matter to pass over. */
function requireKnownFlags(flags: number): void {
  for (let bit = 0; bit < 8; bit++) {
    if ((flags & ~FLAGS_KNOWN & 1 << bit) === 0) continue;
    const name = FLAG_NAMES[bit];
    throw new ContainerError(
      `"nnCX" sets flag ${bit}${
        name === undefined ? "" : ` (${name})`
      }, which this program does not ` +
        "read; get a newer one",
    );
  }
}

function requireLength(data: Uint8Array, length: number): void {
  if (data.length >= length) return;
  throw new ContainerError(
    `"nnCX" is cut off: it has ${length} bytes or more, found ${data.length}`,
  );
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
