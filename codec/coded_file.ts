/**
 * Images to coded files and back: a PNG of every 2ᵏ-th pixel, and behind its pixels the bins of all others, octave by
 * octave.
 *
 * @module
 */

import { CHUNK_TYPE } from "./container.ts";
import { ContainerError } from "./container_error.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { binOf, representativeOf } from "./entropy/bins.ts";
import { checkSize, dropOpaqueAlpha, type Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import { type Octave, octaveBelow } from "./lattice/pyramid.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { STEP_CELLS } from "./lattice/steps.ts";
import { crc32 } from "./png/crc32.ts";
import { findChunk, replaceChunk, travellingMetadata } from "./png/metadata.ts";
import { writePng } from "./png/png.ts";
import { isPng, readChunks } from "./png/png_chunks.ts";
import { decodeChunks } from "./png/png_decode.ts";
import { readHeader } from "./png/png_header.ts";
import type { Workers } from "../platform/tasks.ts";
import type { Effort } from "./png/png_pixels.ts";
import {
  CODED_LIMITS,
  type CodedHeader,
  decodeCodedHeader,
  encodeCodedHeader,
  isCodedHeader,
} from "./coded_header.ts";
import type { Coder } from "./coded/coder.ts";
import {
  countRuns,
  decodeOctave,
  encodeOctave,
  OCTAVE_STEPS,
  type RunNetwork,
} from "./coded/octave_coder.ts";
import { decodeSteps, encodeStep, STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** What runs the networks of coded files, and which those are. */
export interface CodingOptions {
  /** The networks. */
  readonly coder: Coder;
  /** The digest that names them, 8 bytes. */
  readonly digest: Uint8Array;
  /** Runs them. */
  readonly run: RunNetwork;
}

/** How a coded file is read. */
export interface DecodeOptions extends CodingOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Told how many of all pixels are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a coded file is written. */
export interface EncodeOptions extends CodingOptions {
  /** What deflates; see `encodePng`. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Told how many of all pixels are coded. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Largest error of a sample in grey levels, up to 16. Default: 0, lossless. */
  readonly maxError?: number | undefined;
  /** How hard to compress what is stored as a PNG. Default: `"default"`. */
  readonly effort?: Effort | undefined;
}

/** Octaves that are coded unless the picture is stored whole. */
const OCTAVES = 3;

/** What names no coder. */
const NO_CODER = new Uint8Array(CODED_LIMITS.digest);

/**
 * Writes a coded file: of the bins that samples lie in, or where that is smaller, as it is of drawings, a PNG of all
 * representatives. Pictures whose alpha is not opaque are stored that way.
 *
 * @throws {RangeError} if the largest error is no whole number from 0 to 16.
 */
export async function encodeCoded(image: Image, options: EncodeOptions): Promise<Uint8Array> {
  const { maxError = 0 } = options;
  if (!Number.isInteger(maxError) || maxError < 0 || maxError > CODED_LIMITS.maxError) {
    throw new RangeError(
      `The largest error is a whole number from 0 to ${CODED_LIMITS.maxError}, found ${maxError}`,
    );
  }
  const whole = representativesOf(dropOpaqueAlpha(image), maxError);
  const stored = await writeCoded(whole, { ...options, image, maxError, octaves: 0, chunks: [] });
  if (whole.channels % 2 === 0) return stored;
  const octaves = octavesOf(image, OCTAVES);
  const rasters = octaves.map(({ spacing }) => thinOut(whole, spacing));
  const chunks: Chunk[] = [];
  let adaptation = new Adaptation();
  let step = 0;
  for (let index = OCTAVES - 1; index >= 0; index--) {
    const networks = index === 0 ? options.coder.fine : options.coder.coarse;
    const coded = await encodeOctave(rasters[index]!, {
      networks,
      run: options.run,
      adaptation,
      maxError,
    });
    adaptation = coded.adaptation;
    options.onProgress?.(countPixels(rasters[index]!), countPixels(whole));
    for (const runs of coded.steps) chunks.push(...encodeStep(step++, runs));
  }
  const coded = await writeCoded(whole, { ...options, image, maxError, octaves: OCTAVES, chunks });
  return coded.length < stored.length ? coded : stored;
}

async function writeCoded(
  whole: Raster,
  options: EncodeOptions & {
    image: Image;
    maxError: number;
    octaves: number;
    chunks: readonly Chunk[];
  },
): Promise<Uint8Array> {
  const { image, maxError, octaves, chunks, effort, workers } = options;
  const density = findChunk(image.metadata, "pHYs");
  const header = encodeCodedHeader({
    octaves,
    maxError,
    size: { width: whole.width, height: whole.height },
    checksum: checksumOf(whole),
    coder: octaves === 0 ? NO_CODER : options.digest,
    ...(density && { density }),
  });
  const base = thinOut(whole, 2 ** octaves);
  const metadata = octaves === 0
    ? image.metadata
    : replaceChunk(image.metadata, { type: "pHYs", data: undefined });
  return await writePng({ ...base, metadata }, {
    chunks: [{ type: CHUNK_TYPE, data: header }],
    trailing: chunks,
    effort,
    workers,
  });
}

/** What was read of a coded file. */
export interface DecodedFile {
  /** The finest octave that is whole, every sample the representative of its bin, with the original's metadata. */
  readonly image: Image;
  /** Distance in original pixels between its neighbouring pixels; 1 where all of the image is there. */
  readonly spacing: number;
  /** What the file says. */
  readonly header: CodedHeader;
}

/**
 * Reads a coded file, or as much of one as is there: it may end after any chunk.
 *
 * @throws {ImageError} if the file is no PNG, damaged or too large.
 * @throws {ContainerError} if it is no coded file, or its chunks are damaged, contradict each other or the pixels, or name
 * another coder; or the checksum differs.
 */
export async function decodeCoded(
  file: Uint8Array,
  options: DecodeOptions,
): Promise<DecodedFile> {
  const { chunks, header } = openCoded(file);
  checkSize(header.size, options.maxPixels);
  requireCoder(header, options.digest);
  const octaves = octavesOf(header.size, header.octaves);
  const { image: base } = decodeChunks(chunks, options);
  const expected = octaves.at(-1)!.size;
  if (base.width !== expected.width || base.height !== expected.height) {
    throw new ContainerError(
      `The file must show ${expected.width}×${expected.height} pixels, found ${base.width}×${base.height}`,
    );
  }
  const counts = octaves.slice(0, -1).reverse()
    .flatMap(({ size }) => OCTAVE_STEPS.map(() => countRuns(size)));
  const steps = decodeSteps(chunks.filter(({ type }) => type === STEP_CHUNK_TYPE), counts);
  let known: Raster = dropOpaqueAlpha(base);
  let adaptation = new Adaptation();
  let index = header.octaves;
  for (; index > 0 && steps.length >= 2; index--) {
    const decoded = await decodeOctave(known, {
      networks: index === 1 ? options.coder.fine : options.coder.coarse,
      run: options.run,
      adaptation,
      maxError: header.maxError,
      size: octaves[index - 1]!.size,
      steps: steps.splice(0, 2),
    });
    known = decoded.image;
    options.onProgress?.(countPixels(known), countPixels(header.size));
    adaptation = decoded.adaptation;
  }
  if (index === 0 && checksumOf(known) !== header.checksum) {
    throw new ContainerError("The file's pixels do not agree with its checksum: it is damaged");
  }
  const metadata = replaceChunk(travellingMetadata(chunks), { type: "pHYs", data: header.density });
  return { image: { ...known, metadata }, spacing: octaves[index]!.spacing, header };
}

/** Reads a file's chunks, and what they say. */
function openCoded(file: Uint8Array): { chunks: Chunk[]; header: CodedHeader } {
  const chunks = readChunks(file, { needed: [CHUNK_TYPE, STEP_CHUNK_TYPE] });
  const headers = chunks.filter(({ type }) => type === CHUNK_TYPE);
  if (headers.length !== 1) {
    throw new ContainerError(`A file has one "${CHUNK_TYPE}" chunk, found ${headers.length}`);
  }
  return { chunks, header: decodeCodedHeader(headers[0]!.data) };
}

/** The facts of a coded file. */
export interface CodedFacts {
  /** What it says. */
  readonly header: CodedHeader;
  /** Size of the picture that it shows. */
  readonly shown: Size;
  /** Bytes of every coded step, coarse to fine. */
  readonly steps: readonly number[];
  /** Types of the chunks that travel with the pixels. */
  readonly metadata: readonly string[];
}

/**
 * What a coded file says of itself; nothing is decoded.
 *
 * @throws {ImageError} if the file is no PNG or damaged.
 * @throws {ContainerError} if it is no coded file, or its header is damaged.
 */
export function probeCoded(file: Uint8Array): CodedFacts {
  const { chunks, header } = openCoded(file);
  const { width, height } = readHeader(chunks[0]!);
  const steps: number[] = [];
  for (const { type, data } of chunks) {
    if (type !== STEP_CHUNK_TYPE || data.length === 0) continue;
    while (steps.length <= data[0]! && steps.length < 2 * CODED_LIMITS.octaves) steps.push(0);
    if (data[0]! < steps.length) steps[data[0]!]! += data.length;
  }
  const metadata = travellingMetadata(chunks).chunks.map(({ type }) => type);
  return { header, shown: { width, height }, steps, metadata };
}

/** Whether a file is a coded one, by its chunk; that it is sound is not said. */
export function isCodedFile(file: Uint8Array): boolean {
  if (!isPng(file)) return false;
  const header = readChunks(file, { needed: [CHUNK_TYPE] }).find(({ type }) => type === CHUNK_TYPE);
  return header !== undefined && isCodedHeader(header.data);
}

function countPixels({ width, height }: Size): number {
  return width * height;
}

function requireCoder({ octaves, coder }: CodedHeader, digest: Uint8Array): void {
  if (octaves === 0 || coder.every((byte, index) => byte === digest[index])) return;
  throw new ContainerError(
    `The file needs the coder ${coder.toHex()}; there is ${digest.toHex()}. Get the coder that it was written with`,
  );
}

/** The octaves of an image from the finest to that of the PNG. */
function octavesOf({ width, height }: Size, count: number): Octave[] {
  const octaves: Octave[] = [{ size: { width, height }, spacing: 1 }];
  for (let index = 0; index < count; index++) {
    octaves.push(octaveBelow(octaves.at(-1)!, STEP_CELLS.grid));
  }
  return octaves;
}

/** Every sample but alpha as the representative of its bin. */
function representativesOf(image: Raster, maxError: number): Raster {
  if (maxError === 0) return image;
  const { channels } = image;
  const hasAlpha = channels % 2 === 0;
  const data = image.data.map((value, at) =>
    hasAlpha && at % channels === channels - 1
      ? value
      : representativeOf(binOf(value, maxError), maxError)
  );
  return { ...image, data };
}

/** The pixels at multiples of the spacing. */
function thinOut(image: Raster, spacing: number): Raster {
  if (spacing === 1) return image;
  const { channels } = image;
  const width = Math.ceil(image.width / spacing);
  const height = Math.ceil(image.height / spacing);
  const data = new Uint8Array(width * height * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let from = (y * image.width + x) * spacing * channels;
      for (let channel = 0; channel < channels; channel++) data[to++] = image.data[from++]!;
    }
  }
  return { width, height, channels, data };
}

/** CRC-32 over R, G, B, A of every pixel; grey counts as R = G = B, a missing alpha as 255. */
function checksumOf({ width, height, channels, data }: Raster): number {
  const row = new Uint8Array(width * 4).fill(255);
  let checksum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      for (let colour = 0; colour < 3; colour++) {
        row[4 * x + colour] = data[from + (channels < 3 ? 0 : colour)]!;
      }
      if (channels % 2 === 0) row[4 * x + 3] = data[from + channels - 1]!;
    }
    checksum = crc32(row, checksum);
  }
  return checksum;
}
