/**
 * JPEGs for tests: pixels by mozjpeg's encoder, segments by hand.
 *
 * @module
 */

import encode from "npm:@jsquash/jpeg@1.6.0/encode.js";
import type { Image } from "../../codec/image/image.ts";

/** What kind of JPEG to write. */
export interface JpegOptions {
  readonly progressive?: boolean;
  readonly grey?: boolean;
  /** Pixels that share a chroma sample, along each axis. Default: 1. */
  readonly subsampling?: 1 | 2;
  /** 1 to 100. Default: 100. */
  readonly quality?: number;
}

/** Encodes an RGB image, at the highest quality unless another is asked for. */
export async function writeJpeg(image: Image, options: JpegOptions = {}): Promise<Uint8Array> {
  const { width, height, data } = image;
  const rgba = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.data.set([...data.subarray(3 * pixel, 3 * pixel + 3), 255], 4 * pixel);
  }
  const bytes = await encode(rgba, {
    quality: options.quality ?? 100,
    progressive: options.progressive ?? false,
    color_space: options.grey ? 1 : 3,
    auto_subsample: false,
    chroma_subsample: options.subsampling ?? 1,
  });
  return new Uint8Array(bytes);
}

/** A marker segment. */
export interface JpegSegment {
  readonly marker: number;
  readonly data: Uint8Array;
}

/** A JPEG with segments put at its start, in place of the JFIF segment that it begins with. */
export function withSegments(jpeg: Uint8Array, segments: readonly JpegSegment[]): Uint8Array {
  const rest = jpeg.subarray(4 + (jpeg[4]! << 8 | jpeg[5]!));
  const parts = segments.map(({ marker, data }) =>
    Uint8Array.of(0xff, marker, data.length + 2 >> 8, data.length + 2 & 255, ...data)
  );
  return concat([Uint8Array.of(0xff, 0xd8), ...parts, rest]);
}

/** Parts one after another. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of a text, one a letter. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Exif data with a maker's name, an orientation and nothing else. */
export function exifOf(orientation: number, order: "II" | "MM" = "MM"): Uint8Array {
  const exif = new Uint8Array(8 + 2 + 24 + 4 + 4);
  const view = new DataView(exif.buffer);
  const little = order === "II";
  exif.set(latin1(order));
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 2, little);
  for (const [at, tag, type, count] of [[10, 0x010f, 2, 4], [22, 0x0112, 3, 1]] as const) {
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, count, little);
  }
  exif.set(latin1("NNC\0"), 18);
  view.setUint16(30, orientation, little);
  return exif;
}

/** An APP1 segment that holds Exif data. */
export function exifSegment(exif: Uint8Array): JpegSegment {
  return { marker: 0xe1, data: concat([latin1("Exif\0\0"), exif]) };
}

/** A JFIF segment that states a density. */
export function jfifSegment(density: { x: number; y: number; unit: number }): JpegSegment {
  const { x, y, unit } = density;
  const tail = Uint8Array.of(1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0);
  return { marker: 0xe0, data: concat([latin1("JFIF\0"), tail]) };
}

/** APP2 segments that hold a profile in parts, the last part first. */
export function profileSegments(profile: Uint8Array, parts: number): JpegSegment[] {
  const length = Math.ceil(profile.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    marker: 0xe2,
    data: concat([
      latin1("ICC_PROFILE\0"),
      Uint8Array.of(part + 1, parts),
      profile.subarray(part * length, (part + 1) * length),
    ]),
  })).toReversed();
}
