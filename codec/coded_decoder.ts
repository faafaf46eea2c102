/**
 * Coded files to images: as much of one as has come in.
 *
 * @module
 */

import type { Inflated } from "../platform/platform.ts";
import { pixelChecksum } from "./checksum.ts";
import { type CodingOptions, openCoded } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { decodeKnown, type PartialOctave } from "./coded_known.ts";
import { describeShare, findLoss, type Loss, lossOfStep } from "./coded_loss.ts";
import { octavesOf, runCountsOf } from "./coded_octaves.ts";
import { ContainerError } from "./container_error.ts";
import { checkSize, dropOpaqueAlpha, type Image } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Raster } from "./lattice/raster.ts";
import { replaceChunk, travellingMetadata } from "./png/metadata.ts";
import { isAncillary } from "./png/png_chunks.ts";
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
  /**
   * Whether of a file that is damaged behind its PNG's pixels what comes before is read, with what is whole of the step that
   * is damaged. Default: no; it is refused.
   */
  readonly salvage?: boolean | undefined;
}

/** What was read of a coded file. */
export interface DecodedFile {
  /** The finest octave that is whole, every sample the representative of its bin, with the original's metadata. */
  readonly image: Image;
  /** Distance in original pixels between its neighbouring pixels; 1 where all of the image is there. */
  readonly spacing: number;
  /** The octave above it, where some of that is there. */
  readonly partial?: PartialOctave | undefined;
  /** What the file says. */
  readonly header: CodedHeader;
  /** What it lacks of what it was written with; absent where it lacks nothing. */
  readonly loss?: Loss | undefined;
}

/**
 * Reads a coded file, or as much of one as is there: it may be cut off anywhere behind its PNG's pixels.
 *
 * @throws {ImageError} if the file is no PNG, damaged up to its pixels, or too large.
 * @throws {ContainerError} if it is no coded file, its chunks contradict each other or the pixels, or it names another coder;
 * if it is damaged, unless that is to be salvaged.
 */
export async function decodeCoded(
  file: Uint8Array,
  options: DecodeOptions,
): Promise<DecodedFile> {
  const { chunks, header, faults } = openCoded(file, options);
  checkSize(header.size, options.maxPixels);
  requireCoder(header, options.digest);
  const runs = decodeSteps(
    chunks.filter(({ type }) => type === STEP_CHUNK_TYPE),
    runCountsOf(header),
  );
  const missing = findLoss(header, { runs, faults });
  if (missing) requireSalvage(missing, options);
  const base = readBase(chunks, { header, ...options });
  const known = await decodeKnown(base, { ...options, header, runs });
  const loss = known.damagedStep === undefined ? missing : lossOfStep(header, known.damagedStep);
  if (loss) {
    requireSalvage(loss, options);
    options.onWarning?.(
      `${loss.what}: ${describeShare(loss.share)} of the pixels are there, the others are drawn`,
    );
  } else if (faults[0]) {
    options.onWarning?.(`${faults[0].message}: nothing is missing but its end`);
  }
  const metadata = replaceChunk(
    travellingMetadata(chunks.filter(({ type }) => isAncillary(type)), options),
    {
      type: "pHYs",
      data: header.density,
    },
  );
  return {
    image: { ...known.octave, metadata },
    spacing: 2 ** (header.octaves - Math.floor(known.steps / 2)),
    header,
    ...(known.partial && { partial: known.partial }),
    ...(loss && { loss }),
  };
}

/** A file that just ends early is read as far as it goes; one that is damaged where that is asked for. */
function requireSalvage(
  { isDamaged, what, share }: Loss,
  { salvage = false }: DecodeOptions,
): void {
  if (!isDamaged || salvage) return;
  throw new ContainerError(
    `${what}: the file is damaged. Get it again, or let "salvage" take the ${
      describeShare(share)
    } of its pixels that are there, and draw the others`,
  );
}

/** The pixels that the file shows, as they were coded from. */
function readBase(
  chunks: readonly Chunk[],
  { header, ...options }: DecodeOptions & { readonly header: CodedHeader },
): Raster {
  const { image } = decodeChunks(chunks, options);
  const expected = octavesOf(header).at(-1)!.size;
  if (image.width !== expected.width || image.height !== expected.height) {
    throw new ContainerError(
      `The file must show ${expected.width}×${expected.height} pixels, found ${image.width}×${image.height}`,
    );
  }
  const opaque = dropOpaqueAlpha(image);
  const base = header.octaves === 0 ? opaque : inColours(opaque, header.isGrey);
  if (pixelChecksum(base) !== header.checksums[0]) {
    throw new ContainerError(
      "The pixels that the file shows do not agree with their checksum: another program changed them, or it is damaged",
    );
  }
  return base;
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
