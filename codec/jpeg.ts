/**
 * JPEG to pixels, by mozjpeg: the samples that libjpeg-turbo decodes to, on every machine.
 *
 * @module
 */

import decode, { init } from "npm:@jsquash/jpeg@1.6.0/decode.js";
import { ImageError } from "./errors.ts";
import { checkSize, type Image } from "./image.ts";
import { jpegMetadata, jpegOrientation } from "./jpeg_metadata.ts";
import { type JpegFacts, readJpegFacts } from "./jpeg_segments.ts";
import type { GatherOptions } from "./metadata.ts";
import { turnUpright } from "./orientation.ts";
import { mozjpegDecoder } from "./wasm_modules.js";

/** Frames that are Huffman-coded DCT of 8 bits: baseline, extended and progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];

let decoder: Promise<void> | undefined;

/**
 * Decodes a JPEG, grey to one channel and colour to three, upright.
 *
 * @param options.maxPixels pixels above which the file is refused, default 400 million
 * @throws {ImageError} if the file is cut off, too large, CMYK, or of a kind that is not decoded.
 */
export async function decodeJpeg(
  bytes: Uint8Array,
  options: GatherOptions & { maxPixels?: number | undefined } = {},
): Promise<Image> {
  const facts = readJpegFacts(bytes);
  checkSize(facts, options.maxPixels);
  refuseUnsupported(facts);
  const rgba = await decodePixels(bytes, facts);
  const image = {
    width: facts.width,
    height: facts.height,
    channels: facts.components as 1 | 3,
    data: dropChannels(rgba, facts.components),
    metadata: jpegMetadata(facts, options),
  };
  return turnUpright(image, jpegOrientation(facts));
}

function refuseUnsupported(facts: JpegFacts): void {
  const { components, frame, precision } = facts;
  if (!FRAMES.includes(frame) || precision !== 8) {
    throw new ImageError(
      `The JPEG is of a rare kind (frame ${frame.toString(16)}, ${precision} bits), which is not ` +
        "read; save it as a baseline JPEG or a PNG first",
    );
  }
  if (components === 4) {
    throw new ImageError(
      "The JPEG is CMYK and NNC keeps grey or RGB; convert it to RGB with its profile first",
    );
  }
  if (components !== 1 && components !== 3) {
    throw new ImageError(`A JPEG has 1 or 3 components, found ${components}`);
  }
}

async function decodePixels(bytes: Uint8Array, facts: JpegFacts): Promise<Uint8ClampedArray> {
  decoder ??= init(mozjpegDecoder as unknown as Parameters<typeof init>[0]);
  await decoder;
  let decoded: ImageData;
  try {
    decoded = await decode(bytes as unknown as ArrayBuffer, { preserveOrientation: false });
  } catch (cause) {
    throw new ImageError("The JPEG cannot be decoded; the file is damaged", { cause });
  }
  if (decoded.width !== facts.width || decoded.height !== facts.height) {
    throw new ImageError(
      `The JPEG states ${facts.width}×${facts.height} pixels and decodes to ` +
        `${decoded.width}×${decoded.height}; the file is damaged`,
    );
  }
  return decoded.data as Uint8ClampedArray;
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
