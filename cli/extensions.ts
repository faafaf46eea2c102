/**
 * Endings of file names that the program goes by, in lower case with their dots.
 *
 * @module
 */

import { basename, extname } from "node:path";

/** Endings of the images that are looked for in folders; the last three are JPEGs and PNGs of a stereo camera. */
export const IMAGE_EXTENSIONS: readonly string[] = [
  ".jpg",
  ".jpeg",
  ".jpe",
  ".jfif",
  ".png",
  ".mpo",
  ".jps",
  ".pns",
];

/** The ending of our own files for programs that insist on one they know. */
export const NNC_AS_PNG = ".nnc.png";

/** Endings of our own files. */
export const NNC_EXTENSIONS: readonly string[] = [".nnc", NNC_AS_PNG];

/** Endings of the logs of training. */
export const LOG_EXTENSIONS: readonly string[] = [".jsonl"];

/** Kinds of pictures that are not read, as people call them, with the endings that cameras and programs give them. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  "HEIC": ".heic .heif .hif",
  "AVIF": ".avif .avifs",
  "WebP": ".webp",
  "TIFF": ".tif .tiff",
  "JPEG XL": ".jxl",
  "JPEG 2000": ".jp2 .j2k .jpf .jpx",
  "GIF": ".gif",
  "BMP": ".bmp .dib",
  "SVG": ".svg .svgz",
  "Photoshop": ".psd .psb",
  "camera raw":
    ".3fr .ari .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .k25 .kdc .mef .mos .mrw .nef .nrw " +
    ".orf .pef .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f",
};

/** The kind of every picture that is not read, by its ending. */
export const OTHER_PICTURES: ReadonlyMap<string, string> = new Map(
  Object.entries(OTHER_KINDS).flatMap(([kind, endings]) =>
    endings.split(" ").map((ending) => [ending, kind] as const)
  ),
);

/** The ending of a path, in lower case: what stands behind its last dot, or `.nnc.png`. */
export function endingOf(path: string): string {
  const name = basename(path).toLowerCase();
  const isNncAsPng = name.endsWith(NNC_AS_PNG) && name !== NNC_AS_PNG;
  return isNncAsPng ? NNC_AS_PNG : extname(name);
}

/** Whether a name ends like a file that this program writes, or like a picture of any kind. */
export function isFileEnding(ending: string): boolean {
  const lower = ending.toLowerCase();
  return [...IMAGE_EXTENSIONS, ...NNC_EXTENSIONS].includes(lower) || OTHER_PICTURES.has(lower);
}
