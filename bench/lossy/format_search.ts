/**
 * The setting of a format at which a picture takes so many bytes, found by writing files.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import type { FormatFiles } from "../coded/format_files.ts";
import type { LossyFormat } from "../coded/lossy_formats.ts";

/** A picture in a format. */
export interface FormatFile {
  readonly setting: number;
  readonly bytes: Uint8Array;
  readonly back: Image;
}

/** Settings of a format by their order, the coarsest being 0. */
export function settingAt({ range }: LossyFormat, order: number): number {
  const { coarsest, finest, steps } = range;
  return Number((coarsest + (finest - coarsest) * order / steps).toFixed(3));
}

/** The finest file of at most so many bytes; nothing where even the coarsest takes more. */
export async function findFormatFile(
  files: Pick<FormatFiles, "pass">,
  { format, bytes }: { format: LossyFormat; bytes: number },
): Promise<FormatFile | undefined> {
  let best: FormatFile | undefined;
  let [low, high] = [0, format.range.steps];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const setting = settingAt(format, middle);
    const file = { setting, ...await files.pass(format, setting) };
    if (file.bytes.length <= bytes) {
      best = file;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return best;
}
