/**
 * `nnc compare`: how two images differ.
 *
 * @module
 */

import { exactShare, maxError, psnr, ssim } from "../../codec/metrics.ts";
import type { Image } from "../../codec/image.ts";
import { describeError } from "../describe_error.ts";
import { decodeFile } from "../image_files.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import type { Options } from "../options.ts";
import { readFileBounded } from "../streams.ts";

/** Compares the two operands. */
export async function run(invocation: Invocation): Promise<number> {
  const { operands, options, terminal } = invocation;
  const [first, second] = await Promise.all(operands.map((path) => open(path, options)));
  const [a, b] = [first!, second!];
  const decibels = psnr(a, b);
  const facts = {
    command: "compare",
    images: operands,
    width: a.width,
    height: a.height,
    // JSON has no infinity: equal images have no error to state.
    psnr: Number.isFinite(decibels) ? decibels : null,
    ssim: ssim(a, b),
    maxError: maxError(a, b),
    exactShare: exactShare(a, b),
  };
  const text = [
    `PSNR           ${Number.isFinite(decibels) ? `${decibels.toFixed(2)} dB` : "∞ (equal)"}`,
    `SSIM           ${facts.ssim.toFixed(4)}`,
    `largest error  ${facts.maxError} of 255`,
    `exact pixels   ${(100 * facts.exactShare).toFixed(2)} %`,
  ];
  terminal.result(text.join("\n"), facts);
  return EXIT.done;
}

async function open(path: string, options: Options): Promise<Image> {
  try {
    return await decodeFile(await readFileBounded(path), options);
  } catch (error) {
    throw new Error(`"${path}" cannot be compared. ${describeError(error)}`, { cause: error });
  }
}
