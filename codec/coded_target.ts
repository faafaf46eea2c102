/**
 * Lossy files of a size, or of a fidelity: steps are sought by writing files and looking at what came out.
 *
 * @module
 */

import { LOSSY_LIMITS, type LossySettings } from "./coded/lossy_steps.ts";
import { decodeCoded } from "./coded_decoder.ts";
import type { CodingOptions } from "./coded_file.ts";
import { encodeCoded, type EncodeOptions } from "./coded_encoder.ts";
import { settingsOfStep, type StepWishes, type Tune } from "./coded_quality.ts";
import type { Image } from "./image/image.ts";
import { ImageError } from "./image/image_error.ts";
import { psnr } from "./image/metrics.ts";

/** What a file is to be: of at most so many bytes, or restored at so many decibels at least. */
export type Target = { readonly bytes: number } | { readonly decibels: number };

/** How it is written. */
export interface TargetOptions extends EncodeOptions, StepWishes {
  /** What steps are spread for. Default: `"psnr"` where decibels are sought, else `"ssim"`. */
  readonly tune?: Tune | undefined;
  /** What is sought. */
  readonly target: Target;
  /** The coder of lossless files, which are tried as well. Default: they are not. */
  readonly exact?: CodingOptions | undefined;
}

/** A file that comes closest to a target. */
export interface TargetedFile {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its settings; absent where it is lossless. */
  readonly lossy?: LossySettings;
}

/** Steps this close to each other, as a share, are as good as each other. */
const CLOSE = 1 / 96;

/**
 * Writes the finest lossy file of at most so many bytes, or the coarsest at so many decibels, to about a hundredth of the
 * step; or a lossless one, where that fits into the bytes, takes fewer of them at those decibels, or alone reaches these. Writes some
 * files on the way, which is what takes the time.
 *
 * @throws {ImageError} if even the coarsest file takes more bytes, or without a coder of lossless files the finest gives less.
 */
export async function encodeToTarget(
  image: Image,
  { target, chroma, exact, onProgress, ...options }: TargetOptions,
): Promise<TargetedFile> {
  const pixels = image.width * image.height;
  let tried = 0;
  // How many more there will be is not known, so each takes half of what is left.
  const onTried = () => onProgress?.(pixels * (1 - 2 ** -++tried), pixels);
  const { tune = "decibels" in target ? "psnr" : "ssim" } = options;
  const lossless = exact && await encodeCoded(image, { ...options, ...exact });
  onTried();
  const search = { ...options, target, chroma, tune, onTried };
  const found = lossless && "bytes" in target && lossless.length <= target.bytes
    ? undefined
    : await findStep(image, { ...search, isNeeded: !lossless || "bytes" in target });
  onProgress?.(pixels, pixels);
  if (!found || (lossless && lossless.length <= found.bytes.length)) return { bytes: lossless! };
  return found;
}

/** The lossy file that meets a target; nothing where none does, and none is needed. */
async function findStep(
  image: Image,
  { target, chroma, tune, isNeeded, onTried, ...options }: Omit<TargetOptions, "exact"> & {
    isNeeded: boolean;
    onTried: () => void;
  },
): Promise<TargetedFile | undefined> {
  const attempt = async (step: number) => {
    const lossy = settingsOfStep(step, { chroma, tune });
    const bytes = await encodeCoded(image, { ...options, lossy });
    const value = "bytes" in target
      ? bytes.length
      : psnr(image, (await decodeCoded(bytes, options)).image);
    onTried();
    return { bytes, lossy, value };
  };
  // Of a size the finest step that fits is sought, of a fidelity the coarsest that reaches it.
  const wanted = "bytes" in target ? target.bytes : target.decibels;
  const isFit = (value: number) => "bytes" in target ? value <= wanted : value >= wanted;
  const [finest, coarsest] = LOSSY_LIMITS.step;
  const [easy, hard] = "bytes" in target ? [coarsest, finest] : [finest, coarsest];
  let good = await attempt(easy);
  if (!isFit(good.value)) {
    if (isNeeded) throw unreachable(target, good.value);
    return undefined;
  }
  let bad = hard;
  while (!areClose(good.lossy.step, bad)) {
    const between = Math.round(Math.sqrt(good.lossy.step * bad));
    const next = await attempt(between);
    if (isFit(next.value)) good = next;
    else bad = between;
  }
  return { bytes: good.bytes, lossy: good.lossy };
}

function areClose(a: number, b: number): boolean {
  const [low, high] = a < b ? [a, b] : [b, a];
  return high - low <= Math.max(1, CLOSE * low);
}

function unreachable(target: Target, found: number): ImageError {
  return "bytes" in target
    ? new ImageError(
      `The coarsest file takes ${found} bytes, more than the ${target.bytes} that are asked for; allow more, or scale the ` +
        "image down",
    )
    : new ImageError(
      `The finest lossy file is at ${
        found.toFixed(2)
      } dB, less than the ${target.decibels} that are asked for; take "lossless"`,
    );
}
