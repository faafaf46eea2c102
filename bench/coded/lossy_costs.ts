/**
 * What a picture takes in lossy formats, and how it comes back: at several qualities, written and read back.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import { psnr } from "../../codec/image/metrics.ts";
import { ssim } from "../../codec/image/ssim.ts";
import { FormatFiles } from "./format_files.ts";
import type { LossyFormat } from "./lossy_formats.ts";

/** What a picture takes at one setting, and how it comes back. */
export interface LossyCost {
  readonly bits: number;
  readonly psnr: number;
  readonly ssim: number;
}

/**
 * Writes and reads a picture at every setting of some formats.
 *
 * @returns by the format's name, in the order of its settings
 * @throws {ImageError} if a program fails.
 */
export async function measureLossyFormats(
  image: Image,
  formats: readonly LossyFormat[],
): Promise<Record<string, LossyCost[]>> {
  await using files = await FormatFiles.of(image);
  const costs: Record<string, LossyCost[]> = {};
  for (const format of formats) {
    const own: LossyCost[] = [];
    for (const setting of format.settings) {
      const { bytes, back } = await files.pass(format, setting);
      own.push(costOf(image, { bytes: bytes.length, back }));
    }
    costs[format.name] = own;
  }
  return costs;
}

/** What a file of so many bytes costs, by how it came back. */
export function costOf(
  image: Image,
  { bytes, back }: { bytes: number; back: Image },
): LossyCost {
  if (back.width !== image.width || back.height !== image.height) {
    throw new ImageError(`A picture came back in ${back.width}×${back.height} pixels`);
  }
  const bits = 8 * bytes / (image.width * image.height);
  return { bits, psnr: psnr(image, back), ssim: ssim(image, back) };
}
