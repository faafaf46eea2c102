/**
 * What files are that are neither PNG nor JPEG, or not any more, in words that say what to do.
 *
 * @module
 */

import { latin1Text } from "./image/bytes.ts";
import { readFrame } from "./jpeg/jpeg_frame.ts";
import { readJpegParts } from "./jpeg/jpeg_segments.ts";
import { explainAhead, explainLostStart } from "./png/png_kinds.ts";

/** Files of a kind that is not read. */
interface Kind {
  readonly name: string;
  /** Where in the file `magic` stands. */
  readonly offset: number;
  readonly magic: string;
  /** What to do about it. Default: convert it. */
  readonly remedy?: string;
}

const CONVERT = "convert it first";
const DOWNLOAD = "download the image itself";

/** What other files begin with, to name them when they are refused. */
const OTHERS: readonly Kind[] = [
  { name: "a GIF", offset: 0, magic: "GIF8" },
  { name: "a WebP", offset: 8, magic: "WEBP" },
  { name: "an AVIF", offset: 4, magic: "ftypavif" },
  { name: "a HEIC", offset: 4, magic: "ftyphei" },
  { name: "a HEIF", offset: 4, magic: "ftypmif1" },
  { name: "a Canon CR3", offset: 4, magic: "ftypcrx" },
  { name: "a JPEG XL", offset: 0, magic: "\xff\x0a" },
  { name: "a JPEG XL", offset: 4, magic: "JXL " },
  { name: "a JPEG 2000", offset: 4, magic: "jP  " },
  { name: "a TIFF", offset: 0, magic: "II*\0" },
  { name: "a TIFF", offset: 0, magic: "MM\0*" },
  { name: "a BMP", offset: 0, magic: "BM" },
  { name: "a PDF", offset: 0, magic: "%PDF" },
  { name: "a Photoshop file", offset: 0, magic: "8BPS" },
  { name: "a camera's raw file", offset: 0, magic: "FUJIFILMCCD-RAW" },
  { name: "a camera's raw file", offset: 0, magic: "IIRO" },
  { name: "a camera's raw file", offset: 0, magic: "IIRS" },
  { name: "a camera's raw file", offset: 0, magic: "IIU\0" },
  { name: "a Windows icon", offset: 0, magic: "\0\0\x01\0" },
  { name: "an icon of macOS", offset: 0, magic: "icns" },
  { name: "an SVG", offset: 0, magic: "<svg" },
  { name: "a ZIP archive", offset: 0, magic: "PK\x03\x04", remedy: "unpack it first" },
  { name: "a web page", offset: 0, magic: "<!DOCTYPE html", remedy: DOWNLOAD },
  { name: "a web page", offset: 0, magic: "<!doctype html", remedy: DOWNLOAD },
  { name: "a web page", offset: 0, magic: "<html", remedy: DOWNLOAD },
  { name: "a video", offset: 4, magic: "ftyp" },
];

/** Bytes in which a JPEG's start is looked for. */
const SEARCHED = 4096;

/** A JPEG's first three bytes: SOI, and the beginning of another marker. */
const JPEG_START = "\xff\xd8\xff";

/** Says of a file that is neither PNG nor JPEG why it is not read, and what to do about it. */
export function explainKind(bytes: Uint8Array): string {
  const start = latin1Text(bytes.subarray(0, 16));
  const other = OTHERS.find(({ offset, magic }) => start.startsWith(magic, offset));
  if (other) return `The file is ${other.name}; PNG and JPEG are read, ${other.remedy ?? CONVERT}`;
  const lost = explainLostStart(bytes);
  if (lost !== undefined) return lost;
  const ahead = findJpeg(bytes);
  if (ahead > 0) return explainAhead(ahead, "JPEG");
  return `The file is no image that is known; PNG and JPEG are read, ${CONVERT}`;
}

/** Where a whole JPEG starts in the first bytes of a file; −1 if none does. */
function findJpeg(bytes: Uint8Array): number {
  const at = latin1Text(bytes.subarray(0, SEARCHED)).indexOf(JPEG_START);
  try {
    if (at > 0) readFrame(readJpegParts(bytes.subarray(at)).segments);
    return at;
  } catch {
    return -1;
  }
}
