/**
 * Coded files to images: as much of one as has come in.
 *
 * @module
 */

import type { Inflated } from "../platform/platform.ts";
import { pixelChecksum, stepChecksum } from "./checksum.ts";
import { countRuns, decodeOctave, OCTAVE_STEPS } from "./coded/octave_coder.ts";
import { type CodingOptions, openCoded } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { ContainerError } from "./container_error.ts";
import { Adaptation } from "./entropy/adaptation.ts";
import { checkSize, dropOpaqueAlpha, type Image } from "./image/image.ts";
import { type Octave, octaveBelow } from "./lattice/pyramid.ts";
import type { Raster, Size } from "./lattice/raster.ts";
import { STEP_CELLS } from "./lattice/steps.ts";
import { replaceChunk, travellingMetadata } from "./png/metadata.ts";
import { decodeChunks } from "./png/png_decode.ts";
import { decodeSteps, STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** How a coded file is read. */
export interface DecodeOptions extends CodingOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** What the PNG's stream holds, for who has inflated it already; the bytes are used up. Default: it is inflated here. */
  readonly inflated?: Inflated | undefined;
  /** Told of what is wrong with a file that can be read all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
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
  const { chunks, header } = openCoded(file, options);
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
    .flatMap(({ size }) => OCTAVE_STEPS.map(() => countRuns(size)))
    .slice(0, header.checksums.length - 1);
  const steps = decodeSteps(chunks.filter(({ type }) => type === STEP_CHUNK_TYPE), counts);
  let known = header.octaves === 0
    ? dropOpaqueAlpha(base)
    : inColours(dropOpaqueAlpha(base), header.isGrey);
  if (pixelChecksum(known) !== header.checksums[0]) {
    throw new ContainerError(
      "The pixels that the file shows do not agree with its checksum: it is damaged",
    );
  }
  const { workers, signal, onProgress } = options;
  let done = base.width * base.height;
  const onCoded = (pixels: number) =>
    onProgress?.(done += pixels, header.size.width * header.size.height);
  let adaptation = new Adaptation();
  let index = header.octaves;
  for (; index > 0 && steps.length >= 2; index--) {
    const decoded = await decodeOctave(known, {
      networks: index === 1 ? options.coder.fine : options.coder.coarse,
      run: options.run,
      workers,
      signal,
      onCoded,
      adaptation,
      maxError: header.maxError,
      size: octaves[index - 1]!.size,
      steps: steps.splice(0, 2),
    });
    known = decoded.image;
    verifyOctave(known, { header, index });
    adaptation = decoded.adaptation;
  }
  const metadata = replaceChunk(travellingMetadata(chunks, options), {
    type: "pHYs",
    data: header.density,
  });
  return { image: { ...known, metadata }, spacing: octaves[index]!.spacing, header };
}

/** Compares what the steps of an octave added with their checksums; `index` counts octaves from the finest, 1. */
function verifyOctave(octave: Raster, place: { header: CodedHeader; index: number }): void {
  const { header: { checksums, octaves }, index } = place;
  const first = 2 * (octaves - index);
  for (const [order, { step }] of OCTAVE_STEPS.entries()) {
    if (stepChecksum(octave, step) === checksums[1 + first + order]) continue;
    throw new ContainerError(
      `The pixels of step ${first + order} do not agree with their checksum: the file is damaged`,
    );
  }
}

/** Pixels as the file was coded: another program may have written grey ones as RGB, or the other way round. */
function inColours({ width, height, channels, data }: Raster, isGrey: boolean): Raster {
  const wanted = isGrey ? 1 : 3;
  if (channels === wanted) return { width, height, channels, data };
  const first = channels < 3 ? [0, 0, 0] : [0, 1, 2];
  const samples = new Uint8Array(width * height * wanted);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let colour = 0; colour < wanted; colour++) {
      samples[pixel * wanted + colour] = data[pixel * channels + first[colour]!]!;
    }
  }
  return { width, height, channels: wanted, data: samples };
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
