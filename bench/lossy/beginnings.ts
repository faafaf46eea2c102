/**
 * What the beginning of a lossy file gives: the whole picture, in which what has not been read is drawn.
 *
 * @module
 */

import type { LossySettings } from "../../codec/coded/lossy_steps.ts";
import type { Image } from "../../codec/image/image.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import { psnr } from "../../codec/image/metrics.ts";
import { ssim } from "../../codec/image/ssim.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { restore } from "../../weights/restore_file.ts";
import { writeLossyFile } from "../coded/lossy_file.ts";
import { formatColumns } from "../tables.ts";

/** Shares of a file's bytes that are read. */
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** One share, over images. */
export interface BeginningRow {
  readonly share: number;
  readonly bits: number;
  readonly psnr: number;
  readonly ssim: number;
}

/**
 * Restores the beginnings of files.
 *
 * @throws {ImageError} if one gives anything but a whole picture.
 */
export async function measureBeginnings(
  images: readonly Image[],
  options: { coder: ChosenCoder; lossy: LossySettings },
): Promise<BeginningRow[]> {
  const rows = SHARES.map((share) => ({ share, bits: 0, psnr: 0, ssim: 0 }));
  for (const image of images) {
    const { bytes } = await writeLossyFile(image, options);
    for (const row of rows) {
      const part = bytes.subarray(0, Math.round(row.share * bytes.length));
      const back = await restore(part);
      if (back.width !== image.width || back.height !== image.height) {
        throw new ImageError(`A part of a file came back in ${back.width}×${back.height} pixels`);
      }
      row.bits += 8 * part.length / (image.width * image.height) / images.length;
      row.psnr += psnr(image, back) / images.length;
      row.ssim += ssim(image, back) / images.length;
    }
  }
  return rows;
}

/** The rows as a table for people. */
export function formatBeginnings(rows: readonly BeginningRow[]): string {
  const body = rows.map(({ share, bits, psnr, ssim }) => [
    `${100 * share} %`,
    bits.toFixed(2),
    psnr.toFixed(2),
    ssim.toFixed(4),
  ]);
  return formatColumns([["of the file", "bits a pixel", "PSNR", "SSIM"], ...body]);
}
