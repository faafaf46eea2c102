/**
 * The ways to write a coded file: within a largest error, or lossy by a quality, a size or a fidelity.
 *
 * @module
 */

import type { LossySettings } from "./coded/lossy_steps.ts";
import type { CodingOptions } from "./coded_file.ts";
import { encodeCoded, type EncodeOptions } from "./coded_encoder.ts";
import { CHROMA_FACTORS, settingsOfQuality, type StepWishes, type Tune } from "./coded_quality.ts";
import { encodeToTarget, type Target } from "./coded_target.ts";
import type { Image } from "./image/image.ts";

/** What a lossy file is to be like. */
export interface LossyWishes {
  /** Quality, 1 to 100. */
  readonly quality?: number | undefined;
  /** Bytes at most. */
  readonly targetBytes?: number | undefined;
  /** Decibels at least. */
  readonly targetDecibels?: number | undefined;
  /** What the steps of chroma are multiplied with. Default: 1. */
  readonly chroma?: number | undefined;
  /** What steps are spread for. Default: `"psnr"` where decibels are sought, else `"ssim"`. */
  readonly tune?: Tune | undefined;
}

/** How a lossy file is written: with these settings, or with those that meet a target. */
export type LossyWay =
  | { readonly lossy: LossySettings }
  | { readonly target: Target } & StepWishes;

/**
 * How a lossy file is to be written; nothing where none is asked for.
 *
 * @throws {RangeError} if a wish is none that can be met.
 * @throws {TypeError} if wishes contradict each other, or what else is asked for.
 */
export function codingWay(
  wishes: LossyWishes & Pick<EncodeOptions, "maxError" | "ratio">,
): LossyWay | undefined {
  const { quality, targetBytes, targetDecibels, chroma, tune, maxError, ratio } = wishes;
  const stated = Object.entries({ quality, targetBytes, targetDecibels, maxError })
    .flatMap(([name, value]) => value === undefined ? [] : [name]);
  if (stated.length > 1) {
    throw new TypeError(
      `"${stated[0]}" and "${stated[1]}" contradict each other; give one of them`,
    );
  }
  const isLossy = stated.length > 0 && maxError === undefined;
  if (chroma !== undefined) {
    const [least, most] = CHROMA_FACTORS;
    if (!isLossy) throw new TypeError('"chroma" is for lossy files; give a "quality" as well');
    if (!(chroma >= least && chroma <= most)) {
      throw new RangeError(`"chroma" is from ${least} to ${most}, found ${chroma}`);
    }
  }
  if (tune !== undefined) checkTune(tune, isLossy);
  if (!isLossy) return undefined;
  if (quality !== undefined) return { lossy: settingsOfQuality(quality, { chroma, tune }) };
  if (targetBytes !== undefined) return { target: { bytes: targetBytes }, chroma, tune };
  if (ratio !== undefined) {
    throw new TypeError(
      '"targetDecibels" is of all pixels, "ratio" codes some of them; give one of them',
    );
  }
  return { target: { decibels: targetDecibels! }, chroma, tune };
}

function checkTune(tune: string, isLossy: boolean): void {
  if (!isLossy) throw new TypeError('"tune" is for lossy files; give a "quality" as well');
  if (tune === "ssim" || tune === "psnr") return;
  throw new RangeError(`"tune" is "ssim" or "psnr", found "${tune}"`);
}

/** How a file is written that way. */
export interface WayOptions extends EncodeOptions {
  /** The way; none where errors have a bound. */
  readonly way: LossyWay | undefined;
  /** Finds the coder of lossless files, which a target may lead to. Default: it leads to none. */
  readonly findExact?: (() => Promise<CodingOptions>) | undefined;
}

/** Writes a coded file that way. */
export async function encodeWay(
  image: Image,
  { way, findExact, ...options }: WayOptions,
): Promise<Uint8Array> {
  if (!way) return await encodeCoded(image, options);
  if ("lossy" in way) return await encodeCoded(image, { ...options, lossy: way.lossy });
  return (await encodeToTarget(image, { ...options, ...way, exact: await findExact?.() })).bytes;
}
