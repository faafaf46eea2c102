/**
 * JPEG to pixels, by mozjpeg: the samples that libjpeg-turbo decodes to, on every machine.
 *
 * @module
 */

import instantiate from "npm:@jsquash/jpeg@1.6.0/codec/dec/mozjpeg_dec.js";
import { currentPlatform } from "../../platform/platform.ts";
import { ImageError } from "../image/image_error.ts";
import { checkSize, type Image } from "../image/image.ts";
import { jpegMetadata, jpegOrientation } from "./jpeg_metadata.ts";
import { type JpegFacts, readJpegFacts } from "./jpeg_segments.ts";
import type { GatherOptions } from "../png/metadata.ts";
import { turnUpright } from "../image/orientation.ts";

/** Frames that are Huffman-coded DCT of 8 bits: baseline, extended and progressive. */
const FRAMES = [0xc0, 0xc1, 0xc2];

/** Every scan goes over the whole picture, so that a small file of many could keep the decoder busy for hours. */
const MAX_SCANS = 200;

/** A block of 8×8 pixels takes a bit or more, as no Huffman code is shorter. */
const MAX_PIXELS_PER_BYTE = 8 * 64;

/** What the decoder's factory takes and makes, as far as it is used here. */
type Instantiate = (options: {
  noInitialRun: boolean;
  print: (line: string) => void;
  printErr: (line: string) => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
}) => Promise<{ decode(bytes: Uint8Array, orient: boolean): ImageData | null }>;

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
  if (facts.width * facts.height > bytes.length * MAX_PIXELS_PER_BYTE) {
    throw new ImageError(
      `The JPEG claims ${facts.width}×${facts.height} pixels, more than ${bytes.length} bytes can hold`,
    );
  }
  const rgba = await decodePixels(bytes, { facts, onWarning: options.onWarning });
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
  if (facts.scans > MAX_SCANS) {
    throw new ImageError(
      `The JPEG has ${facts.scans} scans, and at most ${MAX_SCANS} are read, as a photo has about ten; ` +
        "save it anew first",
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

/**
 * Every file gets a decoder of its own: one that met a damaged file cannot be used again, and a large image's
 * memory is given back with it.
 */
async function decodePixels(
  bytes: Uint8Array,
  options: GatherOptions & { facts: JpegFacts },
): Promise<Uint8ClampedArray> {
  const { width, height } = options.facts;
  const compiled = await currentPlatform().compileCodec("mozjpegDecoder");
  const complaints: string[] = [];
  let decoded: ImageData | null;
  try {
    const decoder = await (instantiate as unknown as Instantiate)({
      noInitialRun: true,
      print: () => {},
      printErr: (line) => complaints.push(line),
      instantiateWasm: (imports, done) => {
        const instance = new WebAssembly.Instance(compiled, imports);
        done(instance);
        return instance.exports;
      },
    });
    decoded = decoder.decode(bytes, false);
  } catch (cause) {
    throw damaged(complaints, cause);
  }
  if (decoded?.width !== width || decoded.height !== height) throw damaged(complaints);
  if (complaints.length > 0) {
    options.onWarning?.(`The JPEG is damaged, what could be decoded is kept: ${complaints[0]}`);
  }
  return decoded.data as Uint8ClampedArray;
}

function damaged(complaints: readonly string[], cause?: unknown): ImageError {
  if (complaints.some((complaint) => complaint.includes("Insufficient memory"))) {
    const message = "The JPEG is too large for its decoder, which has 2 GiB of memory; " +
      "save it as a PNG first, or as a baseline JPEG, which takes less";
    return new ImageError(message, { cause });
  }
  const reason = complaints.length > 0 ? ` (${complaints.join("; ")})` : "";
  return new ImageError(`The JPEG cannot be decoded${reason}; the file is damaged`, { cause });
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
