/**
 * JPEG to pixels, by mozjpeg: the samples that libjpeg-turbo decodes to, on every machine.
 *
 * @module
 */

import { checkSize, type Image } from "../image/image.ts";
import { ImageError } from "../image/image_error.ts";
import { turnUpright } from "../image/orientation.ts";
import type { GatherOptions } from "../png/metadata.ts";
import { type JpegFrame, readFrame, requireScans } from "./jpeg_frame.ts";
import { mendJpeg } from "./jpeg_mending.ts";
import { jpegMetadata, jpegOrientation } from "./jpeg_metadata.ts";
import { decodePixels } from "./jpeg_pixels.ts";
import { warnOfRest } from "./jpeg_rest.ts";
import { type JpegParts, readJpegParts } from "./jpeg_segments.ts";

/** Frames that are Huffman-coded DCT of 8 bits: baseline, extended and progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];

/** Every scan goes over the whole picture, so that a small file of many could keep the decoder busy for hours. */
const MAX_SCANS = 200;

/** A block of 8×8 pixels takes a bit or more, as no Huffman code is shorter. */
const MAX_PIXELS_PER_BYTE = 8 * 64;

/** How a JPEG is decoded. */
export interface JpegOptions extends GatherOptions {
  /** Pixels above which the file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
}

/**
 * Decodes a JPEG, grey to one channel and colour to three, upright. Where something is wrong with it and every
 * pixel is there all the same, `onWarning` is told.
 *
 * @throws {ImageError} if the file is cut off, damaged, too large, CMYK, or of a kind that is not decoded.
 */
export async function decodeJpeg(bytes: Uint8Array, options: JpegOptions = {}): Promise<Image> {
  const parts = readJpegParts(bytes);
  const frame = readFrame(parts.segments);
  checkSize(frame, options.maxPixels);
  refuseUnsupported(frame, parts);
  if (frame.width * frame.height > bytes.length * MAX_PIXELS_PER_BYTE) {
    throw new ImageError(
      `The JPEG claims ${frame.width}×${frame.height} pixels, more than ${bytes.length} bytes can hold`,
    );
  }
  requireScans(parts, { length: bytes.length });
  const file = mendJpeg(bytes, parts);
  for (const fault of file.faults) options.onWarning?.(fault);
  const rgba = await decodePixels(file, { size: frame, onWarning: options.onWarning });
  const channels = frame.components.length as 1 | 3;
  const image = {
    width: frame.width,
    height: frame.height,
    channels,
    data: dropChannels(rgba, channels),
    metadata: jpegMetadata(parts.segments, { ...options, channels }),
  };
  warnOfRest(bytes, { ...options, parts });
  return turnUpright(image, jpegOrientation(parts.segments));
}

function refuseUnsupported(frame: JpegFrame, { segments }: JpegParts): void {
  const { components, marker, precision } = frame;
  if (!FRAMES.includes(marker) || precision !== 8) {
    throw new ImageError(
      `The JPEG is of a rare kind (frame ${
        marker.toString(16)
      }, ${precision} bits), which is not ` +
        "read; save it as a baseline JPEG or a PNG first",
    );
  }
  const scans = segments.filter(({ scan }) => scan).length;
  if (scans > MAX_SCANS) {
    throw new ImageError(
      `The JPEG has ${scans} scans, and at most ${MAX_SCANS} are read, as a photo has about ten; ` +
        "save it anew first",
    );
  }
  if (components.length === 4) {
    throw new ImageError(
      "The JPEG is CMYK and NNC keeps grey or RGB; convert it to RGB with its profile first",
    );
  }
  if (components.length !== 1 && components.length !== 3) {
    throw new ImageError(`A JPEG has 1 or 3 components, found ${components.length}`);
  }
}

/** The first `channels` of every four samples. */
function dropChannels(rgba: Uint8ClampedArray, channels: number): Uint8Array {
  const data = new Uint8Array(rgba.length / 4 * channels);
  let to = 0;
  for (let from = 0; from < rgba.length; from += 4) {
    for (let channel = 0; channel < channels; channel++) data[to++] = rgba[from + channel]!;
  }
  return data;
}
