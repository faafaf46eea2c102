/**
 * JPEGs for tests: pixels by mozjpeg's encoder, segments by hand.
 *
 * @module
 */

import encode from "npm:@jsquash/jpeg@1.6.0/encode.js";
import type { Image } from "../../codec/image/image.ts";

/** What kind of JPEG to write. */
export interface JpegOptions {
  readonly progressive?: boolean | undefined;
  readonly grey?: boolean | undefined;
  /** Pixels that share a chroma sample, along each axis. Default: 1. */
  readonly subsampling?: 1 | 2 | undefined;
  /** 1 to 100. Default: 100. */
  readonly quality?: number | undefined;
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

/** Where each marker of a JPEG lies, from the one after SOI to EOI; restart markers are none. */
export function markersOf(jpeg: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = 2; at < jpeg.length;) {
    places.push(at);
    const marker = jpeg[at + 1]!;
    if (marker === 0xd9) break;
    at += 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!);
    while (marker === 0xda && !isMarker(jpeg, at)) at++;
  }
  return places;
}

function isMarker(jpeg: Uint8Array, at: number): boolean {
  const next = jpeg[at + 1]!;
  return jpeg[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7);
}

/** A JPEG with bytes put where one begins. */
export function withBytesAt(jpeg: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  return concat([jpeg.subarray(0, at), bytes, jpeg.subarray(at)]);
}

/** An XMP segment. */
export function xmpSegment(packet: string): JpegSegment {
  return { marker: 0xe1, data: latin1(`http://ns.adobe.com/xap/1.0/\0${packet}`) };
}

/** A packet of attributes in one description. */
export function xmpPacket(attributes: string, elements = ""): string {
  return '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ' +
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" ${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

/** Segments of extended XMP, in parts of so many bytes, the last part first. */
export function extensionSegments(extension: string, digest: string, bytes: number): JpegSegment[] {
  const parts = Math.ceil(extension.length / bytes);
  return Array.from({ length: parts }, (_, part) => {
    const head = new Uint8Array(8);
    new DataView(head.buffer).setUint32(0, extension.length);
    new DataView(head.buffer).setUint32(4, part * bytes);
    const text = extension.slice(part * bytes, (part + 1) * bytes);
    const signature = latin1(`http://ns.adobe.com/xmp/extension/\0${digest}`);
    return { marker: 0xe1, data: concat([signature, head, latin1(text)]) };
  }).toReversed();
}

/** An image resource of Photoshop's, without a name. */
export function resource(id: number, data: Uint8Array): Uint8Array {
  const { length } = data;
  const head = Uint8Array.of(id >> 8, id & 255, 0, 0, 0, 0, length >> 8, length & 255);
  return concat([latin1("8BIM"), head, data, new Uint8Array(length % 2)]);
}

/** IPTC: the datasets of record 2, by number and text. */
export function iptcOf(datasets: readonly (readonly [number, string])[]): Uint8Array {
  return concat(
    datasets.map(([number, text]) =>
      concat([Uint8Array.of(0x1c, 2, number, text.length >> 8, text.length & 255), latin1(text)])
    ),
  );
}

/** An APP13 segment of image resources. */
export function photoshopSegment(resources: Uint8Array): JpegSegment {
  return { marker: 0xed, data: concat([latin1("Photoshop 3.0\0"), resources]) };
}

/** A comment. */
export function commentSegment(text: Uint8Array | string): JpegSegment {
  return { marker: 0xfe, data: typeof text === "string" ? latin1(text) : text };
}

/**
 * A Multi-Picture index of further pictures, by type and by where each begins behind the index's own first byte.
 */
export function pictureIndexSegment(
  pictures: readonly { type: number; size: number; offset: number }[],
): JpegSegment {
  const data = new Uint8Array(4 + 8 + 2 + 12 + 4 + 16 * (pictures.length + 1));
  const view = new DataView(data.buffer, 4);
  data.set(latin1("MPF\0MM\0*"));
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, 0xb002);
  view.setUint16(12, 7);
  view.setUint32(14, 16 * (pictures.length + 1));
  view.setUint32(18, 26);
  for (const [index, { type, size, offset }] of pictures.entries()) {
    view.setUint32(26 + 16 * (index + 1), type);
    view.setUint32(30 + 16 * (index + 1), size);
    view.setUint32(34 + 16 * (index + 1), offset);
  }
  return { marker: 0xe2, data };
}

/** A video of a few boxes. */
export function videoOf(bytes: number): Uint8Array {
  const box = (type: string, data: Uint8Array) =>
    concat([Uint8Array.of(0, 0, data.length + 8 >> 8, data.length + 8 & 255), latin1(type), data]);
  return concat([
    box("ftyp", latin1("mp42\0\0\0\0isom")),
    box("mdat", new Uint8Array(bytes).fill(0xff)),
    box("moov", new Uint8Array(16)),
  ]);
}
