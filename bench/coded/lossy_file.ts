/**
 * One lossy file of a picture: written, read back, and on demand compressed again, before anything is said of it.
 *
 * @module
 */

import type { LossySettings } from "../../codec/coded/lossy_steps.ts";
import { decodeCoded, type DecodedFile } from "../../codec/coded_decoder.ts";
import { encodeCoded } from "../../codec/coded_encoder.ts";
import type { Image } from "../../codec/image/image.ts";
import { ImageError } from "../../codec/image/image_error.ts";
import type { Effort } from "../../codec/png/png_pixels.ts";
import type { ChosenCoder } from "../../weights/coder_choice.ts";
import { timeOnce } from "../clock.ts";

/** How a file is written. */
export interface LossyFileOptions {
  readonly coder: ChosenCoder;
  readonly effort?: Effort | undefined;
  readonly lossy: LossySettings;
  /** Whether what came back is compressed again. Default: no. */
  readonly isAgain?: boolean | undefined;
}

/** A file, and what came back of it. */
export interface LossyFile {
  readonly bytes: Uint8Array;
  readonly back: Image;
  /** The same with the room that it has in its bins. */
  readonly decoded: DecodedFile;
  /** Seconds of the processor that writing it took. */
  readonly seconds: number;
}

/**
 * Writes a file and reads it back.
 *
 * @throws {ImageError} if pixels are missing then, or what came back compresses to another file.
 */
export async function writeLossyFile(
  image: Image,
  { coder, effort, lossy, isAgain = false }: LossyFileOptions,
): Promise<LossyFile> {
  const options = { ...coder, effort, lossy };
  let bytes = new Uint8Array();
  const { cpu: seconds } = await timeOnce(async () => {
    bytes = await encodeCoded(image, options) as Uint8Array<ArrayBuffer>;
  });
  const decoded = await decodeCoded(bytes, { ...coder, wantsRoom: true });
  const { image: back, spacing } = decoded;
  if (spacing !== 1) throw new ImageError("A file came back without some of its pixels");
  if (isAgain) await checkAgain(back, { ...options, coder, bytes });
  return { bytes, back, decoded, seconds };
}

/**
 * Compresses what came back again.
 *
 * @throws {ImageError} if it gives another file.
 */
export async function checkAgain(
  back: Image,
  { coder, effort, lossy, bytes }: LossyFileOptions & { readonly bytes: Uint8Array },
): Promise<void> {
  const again = await encodeCoded(back, { ...coder, effort, lossy });
  if (again.length === bytes.length && again.every((byte, at) => byte === bytes[at])) return;
  throw new ImageError("What was restored compressed to another file");
}
