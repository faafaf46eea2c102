/**
 * Decoded colours, completed by what is coded apart from them: alpha, and the lower bytes of samples of 16 bits.
 *
 * @module
 */

import type { CodingOptions } from "./coded_file.ts";
import type { CodedHeader } from "./coded_header.ts";
import { ALPHA_CHUNK_TYPE, decodeApart, LOW_CHUNK_TYPE } from "./apart_chunks.ts";
import { decodeAlpha, decodeLow } from "./coded_apart.ts";
import type { KnownPixels, PartialOctave } from "./coded_known.ts";
import type { Loss } from "./coded_loss.ts";
import { joinAlpha, withColours } from "./coded_planes.ts";
import type { Samples } from "./image/image.ts";
import type { Chunk } from "./image/metadata.ts";
import type { Channels, Raster, Size } from "./lattice/raster.ts";
import { STEP_CHUNK_TYPE } from "./step_chunks.ts";

/** What is known of a file's image. */
export interface CompletedPixels {
  /** The finest octave that is whole, with its alpha, and with lower bytes where all pixels are there. */
  readonly image: Samples;
  /** The octave above it, where some of that is known. */
  readonly partial?: PartialOctave | undefined;
  /** Alpha of all of the original's pixels; absent where they are opaque, or the file ends before it. */
  readonly alpha?: Uint8Array | undefined;
  /** What is lost of what is coded apart. */
  readonly loss?: Loss | undefined;
}

/** What colours are completed by. */
export interface CompleteOptions extends CodingOptions {
  /** What the file says. */
  readonly header: CodedHeader;
  /** Its chunks. */
  readonly chunks: readonly Chunk[];
  /** Alpha of the PNG's pixels; absent where they are opaque. */
  readonly shownAlpha: Uint8Array | undefined;
}

/** Puts alpha and lower bytes to the colours that are known. */
export async function completeKnown(
  known: KnownPixels,
  options: CompleteOptions,
): Promise<CompletedPixels> {
  const { header, chunks } = options;
  const { octave, partial } = known;
  const isWhole = octave.width === header.size.width && octave.height === header.size.height;
  const found = header.hasAlpha ? await findAlpha(options) : {};
  const image = withAlpha(octave, { ...found, size: header.size, shown: options.shownAlpha });
  const completed = {
    image,
    ...(partial && {
      partial: { ...partial, image: withAlpha(partial.image, { ...found, size: header.size }) },
    }),
    ...found,
  };
  if (!isWhole) return completed;
  const coloured = header.isColoured ? withColours(image, 3) : image;
  if (!header.isWide) return { ...completed, image: coloured };
  const low = await decodeLow(chunks, { ...options, colours: octave, alpha: found.alpha });
  if (!low) return { ...completed, image: coloured, loss: found.loss ?? lossOfLow(chunks) };
  const { width, height, channels, data } = image;
  const whole = {
    width,
    height,
    channels,
    data,
    low: low.lowAlpha ? joinAlpha({ colours: low.low, alpha: low.lowAlpha }) : low.low,
  };
  return { ...completed, image: header.isColoured ? withColours(whole, 3) : whole };
}

/** Alpha as it was coded, or where that is damaged, as the PNG shows it; nothing where the file ends before it. */
async function findAlpha(
  options: CompleteOptions,
): Promise<{ alpha?: Uint8Array; loss?: Loss }> {
  const { header: { size, octaves }, chunks, shownAlpha, workers, signal } = options;
  const alpha = await decodeAlpha(chunks, { size, workers, signal });
  if (alpha) return { alpha };
  if (!chunks.some(({ type }) => type === STEP_CHUNK_TYPE)) return {};
  const shown = Math.ceil(size.width / 2 ** octaves);
  const spread = new Uint8Array(size.width * size.height).fill(255);
  if (shownAlpha) {
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        spread[y * size.width + x] = shownAlpha[(y >> octaves) * shown + (x >> octaves)]!;
      }
    }
  }
  return { alpha: spread, loss: lossOfAlpha(options.header) };
}

/** An octave with the alpha of its pixels, of the whole plane or as shown. */
function withAlpha(
  octave: Raster,
  { alpha, shown, size }: { alpha?: Uint8Array; shown?: Uint8Array | undefined; size: Size },
): Raster {
  const { width, height, channels, data } = octave;
  const own = alpha ? everyNth(alpha, { octave, size }) : shown;
  if (!own) return octave;
  const joined = joinAlpha({ colours: data, alpha: own });
  return { width, height, channels: channels + 1 as Channels, data: joined };
}

function everyNth(plane: Uint8Array, { octave, size }: { octave: Size; size: Size }): Uint8Array {
  if (octave.width === size.width && octave.height === size.height) return plane;
  const spacing = spacingOf(octave, size);
  const own = new Uint8Array(octave.width * octave.height);
  for (let y = 0; y < octave.height; y++) {
    for (let x = 0; x < octave.width; x++) {
      own[y * octave.width + x] = plane[y * spacing * size.width + x * spacing]!;
    }
  }
  return own;
}

/** Distance between the pixels of an octave. */
function spacingOf(octave: Size, size: Size): number {
  let spacing = 1;
  while (
    Math.ceil(size.width / spacing) !== octave.width ||
    Math.ceil(size.height / spacing) !== octave.height
  ) spacing *= 2;
  return spacing;
}

/** What a file is known to lack of what is coded apart before that is decoded. */
export function findApartLoss(header: CodedHeader, chunks: readonly Chunk[]): Loss | undefined {
  if (header.octaves === 0) return undefined;
  if (header.hasAlpha && !decodeApart(chunks, ALPHA_CHUNK_TYPE)) return lossOfAlpha(header);
  return header.isWide && !decodeApart(chunks, LOW_CHUNK_TYPE) ? lossOfLow(chunks) : undefined;
}

function lossOfAlpha({ octaves }: CodedHeader): Loss {
  return {
    isDamaged: true,
    what: `The alpha of its pixels is damaged or missing, all but that of every ${2 ** octaves}th`,
    share: 4 ** -octaves,
  };
}

function lossOfLow(chunks: readonly Chunk[]): Loss {
  const isDamaged = chunks.at(-1)?.type === "IEND";
  return {
    isDamaged,
    what: `${
      isDamaged
        ? "The lower bytes of its samples are damaged"
        : "The file ends before the lower bytes of its samples"
    }, so that 8 of 16 bits are left`,
    share: 1,
  };
}
