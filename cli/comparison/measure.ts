/**
 * Two images read, and all that is measured between them.
 *
 * @module
 */

import { isCodedFile } from "../../codec/is_coded_file.ts";
import { exactShare, maxError, psnr, ssim } from "../../codec/image/metrics.ts";
import { isCompressed } from "../../codec/source.ts";
import type { Options } from "../options.ts";
import { readFileBounded } from "../streams.ts";
import { type ComparedImage, readComparedImage } from "./compared_image.ts";

/** What is measured between two images. */
export interface Measures {
  /** In dB; `Infinity` where the images are equal. */
  readonly psnr: number;
  /** Of luma, up to 1. */
  readonly ssim: number;
  /** The largest difference of two samples, up to 255. */
  readonly maxError: number;
  /** Share of the pixels that are equal, up to 1. */
  readonly exactShare: number;
}

/** Two images and what was measured. */
export interface Comparison {
  /** The first one. */
  readonly first: ComparedImage;
  /** The second one. */
  readonly second: ComparedImage;
  /** The numbers. */
  readonly measures: Measures;
  /** The numbers as people read them. */
  readonly scores: readonly { readonly name: string; readonly text: string }[];
  /** Time that measuring took. */
  readonly seconds: number;
}

/**
 * Reads two files and compares them.
 *
 * @throws {Error} that names the file which cannot be read, or both sizes where they differ.
 */
export async function compareFiles(
  paths: readonly [string, string],
  options: Options,
): Promise<Comparison> {
  const first = await readComparedImage(paths[0], options);
  const second = await readComparedImage(paths[1], options);
  const started = performance.now();
  const [a, b] = [first.image, second.image];
  if (a.width !== b.width || a.height !== b.height) throw await differentSizes(first, second);
  const measures = {
    psnr: psnr(a, b),
    ssim: ssim(a, b),
    maxError: maxError(a, b),
    exactShare: exactShare(a, b),
  };
  return { first, second, measures, scores: describe(measures), seconds: secondsSince(started) };
}

/** Says of a classic file among them that it shows fewer pixels than its original has. */
async function differentSizes(...images: ComparedImage[]): Promise<Error> {
  const sizes = images.map(({ path, image }) => `"${path}" has ${image.width}×${image.height}`);
  const packed: string[] = [];
  for (const { path } of images) {
    const source = await readFileBounded(path);
    if (isCompressed(source) && !isCodedFile(source)) packed.push(path);
  }
  const advice = packed.map((path) =>
    `. "${path}" is an NNC file, which shows its kept pixels alone; restore it first and compare what comes back`
  );
  return new Error(
    `Images are compared at one size; ${sizes.join(" and ")} pixels${advice.join("")}`,
  );
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function describe(measures: Measures): Comparison["scores"] {
  const { psnr, ssim, maxError, exactShare } = measures;
  return [
    { name: "PSNR", text: Number.isFinite(psnr) ? `${psnr.toFixed(2)} dB` : "∞ (equal)" },
    { name: "SSIM", text: ssim.toFixed(4) },
    { name: "largest error", text: `${Number(maxError.toFixed(3))} of 255` },
    { name: "exact pixels", text: `${(100 * exactShare).toFixed(2)} %` },
  ];
}
