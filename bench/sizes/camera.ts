/**
 * Writes JPEGs of the frames that a JSON file lists, at the qualities and samplings that cameras use, beside their pixels, and
 * prints where they lie, as JSON. Run by `made_jpegs.ts`, with a lock file of its own.
 *
 * The encoder is libjpeg-turbo with the standard's tables, not optimised ones, as in cameras.
 *
 * @module
 */

import type { Frame, MadeJpegs } from "./made_jpegs.ts";

/** Imported by name, so that no check and no user fetches it. */
const ENCODER = "npm:@cornerstonejs/codec-libjpeg-turbo-8bit@1.2.8";

/** Of libjpeg's scale from 1 to 100. */
const QUALITIES = [92, 95, 98];

/** Names of colour samplings, in the order of libjpeg-turbo's numbers for them. */
const SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"];

interface JpegEncoder {
  getDecodedBuffer(
    frame: { width: number; height: number; bitsPerSample: 8; componentCount: 3; isSigned: false },
  ): Uint8Array;
  setQuality(quality: number): void;
  setSubSampling(sampling: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

interface Libjpeg {
  readonly JPEGEncoder: new () => JpegEncoder;
}

function encode(
  libjpeg: Libjpeg,
  { frame, pixels, ...settings }: {
    frame: Frame;
    pixels: Uint8Array;
    quality: number;
    sampling: number;
  },
): Uint8Array {
  const encoder = new libjpeg.JPEGEncoder();
  try {
    const { width, height } = frame;
    const format = { width, height, bitsPerSample: 8, componentCount: 3, isSigned: false } as const;
    encoder.getDecodedBuffer(format).set(pixels);
    encoder.setQuality(settings.quality);
    encoder.setSubSampling(settings.sampling);
    encoder.encode();
    // A copy: the encoder's memory is freed.
    return Uint8Array.from(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

const frames: Frame[] = JSON.parse(await Deno.readTextFile(Deno.args[0]!));
const library: { default: () => Promise<Libjpeg> } = await import(ENCODER);
const libjpeg = await library.default();
const made: MadeJpegs[] = [];
for (const quality of QUALITIES) {
  for (const [sampling, name] of SAMPLINGS.entries()) {
    const paths: string[] = [];
    for (const frame of frames) {
      const path = `${frame.path}.${quality}.${sampling}.jpg`;
      const pixels = await Deno.readFile(frame.path);
      await Deno.writeFile(path, encode(libjpeg, { frame, pixels, quality, sampling }));
      paths.push(path);
    }
    made.push({ kind: `JPEG ${quality} ${name}`, paths });
  }
}
console.log(JSON.stringify(made));
