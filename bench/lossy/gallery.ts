/**
 * Parts of pictures in several formats at equal bytes beside each other, for looking at.
 *
 * @module
 */

import { drawSideBySide } from "../../cli/demo/side_by_side.ts";
import { encodeToTarget } from "../../codec/coded_target.ts";
import type { Image } from "../../codec/image/image.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import { psnr } from "../../codec/image/metrics.ts";
import { encodePng } from "../../codec/png/png.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { restore } from "../../weights/restore_file.ts";
import { FormatFiles } from "../coded/format_files.ts";
import type { LossyFormat } from "../coded/lossy_formats.ts";
import { formatColumns } from "../tables.ts";
import { cropImage, type Part } from "./crop.ts";
import { findFormatFile } from "./format_search.ts";

/** Bits a pixel at which formats stand beside each other. */
const RATES = [0.5, 1, 2];

/** Pictures of a gallery. */
const PICTURES = 4;

/** Pixels of the side of a part, and how large each becomes. */
const SIDE = 160;
const SCALE = 2;

/** What is shown of a picture in one format. */
export interface GalleryRow {
  readonly rate: number;
  readonly picture: number;
  readonly format: string;
  readonly bits: number;
  readonly psnr: number;
}

/**
 * Draws a picture for every rate, and writes it into a folder as `0.5-bits.png` and the like. Of the images, four are taken, evenly
 * spread; of the first the part with most detail, of the last that with least, of those between them what lies between.
 *
 * @throws {ImageError} if an image is too small, or a format cannot be as small as that.
 */
export async function drawGallery(
  images: readonly Image[],
  { folder, coder, formats }: {
    folder: string;
    coder: ChosenCoder;
    formats: readonly LossyFormat[];
  },
): Promise<GalleryRow[]> {
  const count = Math.min(PICTURES, images.length);
  const chosen = Array.from(
    { length: count },
    (_, index) => images[Math.floor(index * images.length / count)]!,
  );
  const parts = chosen.map((image, index) => choosePart(image, index / Math.max(1, count - 1)));
  const rows: GalleryRow[] = [];
  for (const rate of RATES) {
    const columns = new Map<string, Image[]>([["original", [...chosen]]]);
    for (const [picture, image] of chosen.entries()) {
      const bytes = Math.floor(rate * image.width * image.height / 8);
      for (const shown of await showAll(image, { bytes, coder, formats })) {
        columns.set(shown.format, [...columns.get(shown.format) ?? [], shown.back]);
        rows.push({
          rate,
          picture,
          format: shown.format,
          bits: 8 * shown.bytes / (image.width * image.height),
          psnr: psnr(image, shown.back),
        });
      }
    }
    const panels = [...columns].map(([caption, backs]) => ({
      caption,
      image: stack(backs.map((back, index) => cropImage(back, parts[index]!))),
    }));
    const crops = parts.map((_, index) => ({
      ...{ left: 0, top: index * SIDE, width: SIDE, height: SIDE },
    }));
    const drawn = drawSideBySide(panels, { crops, scale: SCALE });
    await Deno.writeFile(`${folder}/${rate}-bits.png`, await encodePng(drawn, { effort: "fast" }));
  }
  return rows;
}

/** A picture in every format that has an answer in so many bytes. */
async function showAll(
  image: Image,
  { bytes, coder, formats }: { bytes: number; coder: ChosenCoder; formats: readonly LossyFormat[] },
): Promise<{ format: string; bytes: number; back: Image }[]> {
  const own = await encodeToTarget(image, { ...coder, target: { bytes } });
  const back = await restore(own.bytes);
  const shown = [{ format: "coded", bytes: own.bytes.length, back: back as Image }];
  await using files = await FormatFiles.of(image);
  for (const format of formats) {
    const found = await findFormatFile(files, { format, bytes });
    if (!found) throw new ImageError(`"${format.name}" does not get down to ${bytes} bytes`);
    shown.push({ format: format.caption, bytes: found.bytes.length, back: found.back });
  }
  return shown;
}

/** The part of a picture whose detail has a rank: 0 is the most, 1 the least. */
function choosePart(image: Image, rank: number): Part {
  if (image.channels !== 3 || image.width < SIDE || image.height < SIDE) {
    throw new ImageError(`A gallery needs pictures in RGB, of at least ${SIDE}×${SIDE} pixels`);
  }
  const parts: { part: Part; detail: number }[] = [];
  for (let top = 0; top + SIDE <= image.height; top += SIDE / 2) {
    for (let left = 0; left + SIDE <= image.width; left += SIDE / 2) {
      const part = { left, top, width: SIDE, height: SIDE };
      parts.push({ part, detail: detailOf(cropImage(image, part)) });
    }
  }
  parts.sort((a, b) => b.detail - a.detail);
  return parts[Math.round(rank * (parts.length - 1))]!.part;
}

/** The sum of differences of neighbouring samples. */
function detailOf({ data, width }: Image): number {
  let sum = 0;
  for (let at = 3; at < data.length; at++) {
    if (at % (3 * width) >= 3) sum += Math.abs(data[at]! - data[at - 3]!);
  }
  return sum;
}

/** One part above the other. */
function stack(parts: readonly Image[]): Image {
  const data = new Uint8Array(parts.length * SIDE * SIDE * 3);
  parts.forEach((part, index) => data.set(part.data, index * SIDE * SIDE * 3));
  return { ...parts[0]!, height: parts.length * SIDE, data };
}

/** The rows as a table for people. */
export function formatGallery(rows: readonly GalleryRow[]): string {
  const body = rows.map(({ rate, picture, format, bits, psnr }) => [
    `${rate} bits`,
    `${picture + 1}`,
    format,
    bits.toFixed(3),
    psnr.toFixed(2),
  ]);
  return formatColumns([["", "picture", "format", "bits a pixel", "PSNR"], ...body]);
}
