/**
 * Whether a picture could be smaller as a PNG than coded, without making the PNG: of a photo that takes longer than coding it.
 *
 * Some bands of rows are deflated fast. Of pictures with many colours the best effort makes 3 to 25 % less of them. Of those
 * with few colours, as drawings, screenshots and dithered pictures have, it can make a quarter: they are always tried.
 *
 * @module
 */

import { CALLING_THREAD, type Workers } from "../platform/tasks.ts";
import type { Samples } from "./image/image.ts";
import { DEFLATE_RUN, type StoredRows, strideOf } from "./png/deflate_run.ts";
import { storedRows } from "./png/png_pixels.ts";

/** How much larger than the coded picture what is deflated fast may be, and still be worth the best effort. */
const MOST_TIMES = 1.45;

/** Colours above which they are many; levels of grey, of which there are never more than 256. */
const FEW = { colours: 4096, greys: 96 };

/** Pixels up to which all rows are deflated; of others every fourth band. */
const MOST_WHOLE = 2 ** 20;

/** Rows of a band. */
const BAND = 32;
const BANDS_APART = 4;

/** Whether a picture that takes `options.coded` bytes could take fewer as a PNG: rather yes than no where that is open. */
export async function couldBeSmallerStored(
  image: Samples,
  options: {
    readonly coded: number;
    readonly workers?: Workers | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<boolean> {
  const { coded, workers = CALLING_THREAD, signal } = options;
  const bands = bandsOf(storedRows(image));
  if (hasFewColours(bands)) return true;
  const sizes = await Promise.all(bands.map(async (rows) => {
    const input = { rows, effort: "fast", place: "inner" } as const;
    return (await workers.run(DEFLATE_RUN, { input, signal })).bytes.length;
  }));
  const rows = bands.reduce((sum, { height }) => sum + height, 0);
  const guess = sizes.reduce((sum, size) => sum + size, 0) / rows * image.height;
  return guess < coded * MOST_TIMES;
}

function bandsOf(image: StoredRows): StoredRows[] {
  const { width, height, data } = image;
  const apart = width * height > MOST_WHOLE ? BANDS_APART * BAND : BAND;
  const stride = strideOf(image);
  return Array.from({ length: Math.ceil(height / apart) }, (_, index) => {
    const top = index * apart;
    const rows = Math.min(BAND, height - top);
    return {
      ...image,
      height: rows,
      data: data.slice(top * stride, (top + rows) * stride),
    };
  });
}

function hasFewColours(bands: readonly StoredRows[]): boolean {
  const { channels, depth } = bands[0]!;
  if (depth === 16) return hasFewWideColours(bands);
  const seen = new Uint8Array(2 ** (channels < 3 ? 8 : 24));
  const few = channels < 3 ? FEW.greys : FEW.colours;
  let count = 0;
  for (const { data } of bands) {
    for (let at = 0; at < data.length; at += channels) {
      const colour = channels < 3
        ? data[at]!
        : data[at]! << 16 | data[at + 1]! << 8 | data[at + 2]!;
      if (seen[colour] === 1) continue;
      seen[colour] = 1;
      if (++count > few) return false;
    }
  }
  return true;
}

/** Of samples of 16 bits; alpha counts as well. */
function hasFewWideColours(bands: readonly StoredRows[]): boolean {
  const { channels } = bands[0]!;
  const seen = new Set<string>();
  const few = channels < 3 ? FEW.greys : FEW.colours;
  for (const { data } of bands) {
    for (let at = 0; at < data.length; at += 2 * channels) {
      seen.add(data.subarray(at, at + 2 * channels).join());
      if (seen.size > few) return false;
    }
  }
  return true;
}
