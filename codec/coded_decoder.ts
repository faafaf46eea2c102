/**
 * Coded files to images: as much of one as has come in.
 *
 * @module
 */

import type { BinRoom } from "./coded/bin_room.ts";
import { pixelChecksum } from "./checksum.ts";
import { completeKnown } from "./coded_complete.ts";
import { checkOpened, type CodingOptions, openCoded } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { decodeKnown, type PartialOctave } from "./coded_known.ts";
import { describeShare, findLoss, type Loss, lossOfStep } from "./coded_loss.ts";
import { runCountsOf } from "./coded_octaves.ts";
import { channelOf, mergeColours, withColours } from "./coded_planes.ts";
import { ContainerError } from "./container_error.ts";
import { dropOpaqueAlpha, type Image, type Samples, withoutAlpha } from "./image/image.ts";
import type { Chunk, Metadata } from "./image/metadata.ts";
import { hasAlpha, type Raster } from "./lattice/raster.ts";
import { insertChunk, travellingMetadata } from "./png/metadata.ts";
import type { ChunkFault } from "./png/png_chunks.ts";
import { ancillaryChunks, decodeChunks } from "./png/png_decode.ts";
import { decodeSteps, STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** How a coded file is read. */
export interface DecodeOptions extends CodingOptions {
  /** Pixels above which a file is refused before anything is allocated. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Told of what is wrong with a file that can be read all the same. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /**
   * Whether of a file that is damaged behind its PNG's pixels what comes before is read, with what is whole of the step that
   * is damaged. Default: no; it is refused.
   */
  readonly salvage?: boolean | undefined;
  /** How many steps are decoded at most, an even number; those behind them are taken for never written. Default: all. */
  readonly steps?: number | undefined;
  /** Whether it is asked for how far colours of a lossy file may move inside of their bins. Default: no. */
  readonly wantsRoom?: boolean | undefined;
}

/** What was read of a coded file. */
export interface DecodedFile {
  /**
   * The finest octave that is whole, every sample the representative of its bin, with the original's metadata. Lower bytes of
   * samples of 16 bits are there where all pixels are, unless they are lost.
   */
  readonly image: Image;
  /** How far its colours may move inside of their bins, of a lossy file, where that is asked for. */
  readonly room?: BinRoom | undefined;
  /** Distance in original pixels between its neighbouring pixels; 1 where all of the image is there. */
  readonly spacing: number;
  /** The octave above it, where some of that is there. */
  readonly partial?: PartialOctave | undefined;
  /** Alpha of all pixels, where that is coded apart from the octaves. */
  readonly alpha?: Uint8Array | undefined;
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
  const opened = openCoded(file, options);
  const { chunks, header, faults } = opened;
  checkOpened(opened, options.maxPixels);
  requireCoder(header, options.digest);
  const runs = decodeSteps(
    chunks.filter(({ type }) => type === STEP_CHUNK_TYPE),
    runCountsOf(header),
  ).slice(0, options.steps);
  const missing = findLoss(header, { runs, faults });
  if (missing) requireSalvage(missing, options);
  const metadata = metadataOf(chunks, { header, ...options });
  const shown = readShown(chunks, { header, ...options });
  if (header.octaves === 0) {
    warnOfEnd(faults, options);
    return { image: { ...shown, metadata }, spacing: 1, header };
  }
  const known = await decodeKnown(coloursOf(shown, header), { ...options, header, runs });
  const shownAlpha = header.hasAlpha ? alphaOf(shown) : undefined;
  const completed = await completeKnown(known, { ...options, header, chunks, shownAlpha });
  const loss = known.damagedStep === undefined
    ? missing ?? completed.loss
    : lossOfStep(header, known.damagedStep);
  if (loss) {
    requireSalvage(loss, options);
    options.onWarning?.(
      `${loss.what}: ${describeShare(loss.share)} of the pixels are there, the others are drawn`,
    );
  } else warnOfEnd(faults, options);
  const { image, partial, alpha } = completed;
  return {
    image: { ...image, metadata },
    spacing: 2 ** (header.octaves - Math.floor(known.steps / 2)),
    header,
    ...(known.room && { room: known.room }),
    ...(partial && { partial }),
    ...(alpha && { alpha }),
    ...(loss && { loss }),
  };
}

/** Of a file that has all pixels, what is wrong behind them does not matter, and is told. */
function warnOfEnd([fault]: readonly ChunkFault[], { onWarning }: DecodeOptions): void {
  if (fault) onWarning?.(`${fault.message}: nothing is missing but its end`);
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

/** What travels, with the original's density in its place. */
function metadataOf(
  chunks: readonly Chunk[],
  { header, ...options }: DecodeOptions & { readonly header: CodedHeader },
): Metadata {
  const metadata = travellingMetadata(ancillaryChunks(chunks), options);
  const { octaves, density, densityPlace = 0 } = header;
  if (octaves === 0) return metadata;
  const [sound] = density
    ? travellingMetadata([{ type: "pHYs", data: density }], options).chunks
    : [];
  return insertChunk(metadata, { type: "pHYs", data: sound?.data, place: densityPlace });
}

/** The pixels that the file shows. */
function readShown(
  chunks: readonly Chunk[],
  { header, ...options }: DecodeOptions & { readonly header: CodedHeader },
): Samples {
  const depth = header.octaves === 0 && header.isWide ? 16 : 8;
  const { image } = decodeChunks(chunks, { ...options, depth });
  if (header.octaves === 0) return storedSamples(image, header);
  if (pixelChecksum(image) !== header.checksums[0]) throw new ContainerError(CHANGED);
  const opaque = dropOpaqueAlpha(image);
  if (hasAlpha(opaque.channels) && !header.hasAlpha) {
    throw new ContainerError(
      "The file shows transparent pixels, and says that there are none: it is damaged",
    );
  }
  return image;
}

const CHANGED =
  "The pixels that the file shows are not those that were compressed: another program changed them, or it is damaged";

/** All samples of an image, of which the PNG may have colours, alpha and depth reduced. */
function storedSamples(image: Samples, { isGrey, isColoured, isWide }: CodedHeader): Samples {
  const opaque = dropOpaqueAlpha(image);
  if (isGrey && mergeColours(opaque).channels > 2) throw new ContainerError(CHANGED);
  const whole = withColours(opaque, isGrey && !isColoured ? 1 : 3);
  return isWide && !whole.low ? { ...whole, low: whole.data.slice() } : whole;
}

/** Colours as they were coded: another program may have written grey ones as RGB, or the other way round. */
function coloursOf(shown: Raster, { isGrey }: CodedHeader): Raster {
  const { width, height, channels, data } = withColours(shown, isGrey ? 1 : 3);
  if (!hasAlpha(channels)) return { width, height, channels, data };
  return { width, height, channels: isGrey ? 1 : 3, data: withoutAlpha(data, channels) };
}

function alphaOf({ channels, data }: Raster): Uint8Array | undefined {
  return hasAlpha(channels) ? channelOf(data, { channels, channel: channels - 1 }) : undefined;
}

function requireCoder({ octaves, coder }: CodedHeader, digest: Uint8Array): void {
  if (octaves === 0 || coder.every((byte, index) => byte === digest[index])) return;
  throw new ContainerError(
    `The file needs the coder ${coder.toHex()}; there is ${digest.toHex()}. Get the coder that it was written with`,
  );
}
