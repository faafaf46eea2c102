/**
 * Pixels to the zlib stream of IDAT: run by run, on workers where there are some.
 *
 * @module
 */

import { CALLING_THREAD, type Workers } from "../../platform/tasks.ts";
import { ImageError } from "../image/image_error.ts";
import type { Samples } from "../image/image.ts";
import type { Size } from "../lattice/raster.ts";
import {
  DEFLATE_RUN,
  type Effort,
  type RunInput,
  type StoredRows,
  strideOf,
} from "./deflate_run.ts";
import { type DeflateSegment, joinDeflated } from "./deflate_segments.ts";
import { joinBytes } from "./png_depth.ts";
import { planRuns, type RowRun } from "./png_runs.ts";

export type { Effort } from "./deflate_run.ts";

/** Every effort there is. */
export const EFFORTS: readonly Effort[] = ["fast", "default", "max"];

const MOST_SMALL_PIXELS = 2 ** 16;

/** How pixels are compressed. */
export interface PixelOptions {
  /** How hard. Default: `"default"`. */
  readonly effort?: Effort | undefined;
  /** What does the work; the bytes do not depend on it. Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Told how many of all runs of rows are done; images of up to a megapixel are one run. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Aborts, with its reason: workers at once, the calling thread between runs of rows. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The filtered and deflated rows of an image.
 *
 * @throws {ImageError} if the effort is not one of {@link EFFORTS}.
 */
export async function compressPixels(
  image: Samples,
  options: PixelOptions = {},
): Promise<Uint8Array> {
  const { effort = "default", onProgress, signal } = options;
  if (!EFFORTS.includes(effort)) {
    throw new ImageError(`The effort is one of ${EFFORTS.join(", ")}, found "${effort}"`);
  }
  const stored = storedRows(image);
  const runs = planRuns(image);
  const segments: DeflateSegment[] = [];
  const workers = isSmall(image) ? CALLING_THREAD : options.workers ?? CALLING_THREAD;
  let [next, done] = [0, 0];
  // Each lane has one run under way, so that few of them are copied at a time.
  const work = async () => {
    while (next < runs.length) {
      const index = next++;
      const input = { ...cutRun(stored, runs[index]!), effort, place: placeOf(index, runs.length) };
      try {
        segments[index] = await workers.run(DEFLATE_RUN, { input, signal, handOver: true });
      } catch (error) {
        // What is left of the image is nobody's concern any more.
        next = runs.length;
        throw error;
      }
      onProgress?.(++done, runs.length);
    }
  };
  await Promise.all(Array.from({ length: workers.count }, work));
  return runs.length === 1 ? segments[0]!.bytes : joinDeflated(segments);
}

/** Whether a worker would be longer in starting than at work. */
function isSmall({ width, height }: Size): boolean {
  return width * height <= MOST_SMALL_PIXELS;
}

function placeOf(index: number, count: number): RunInput["place"] {
  if (count === 1) return "only";
  return index === count - 1 ? "last" : "inner";
}

/** Pixels as PNG stores them before they are filtered. */
export function storedRows({ width, height, channels, data, low }: Samples): StoredRows {
  const size = { width, height, channels };
  return low ? { ...size, depth: 16, data: joinBytes(data, low) } : { ...size, depth: 8, data };
}

/** Copies the rows of a run, and the row above. */
function cutRun(
  stored: StoredRows,
  { top, height }: RowRun,
): Pick<RunInput, "rows" | "above"> {
  const { data } = stored;
  const stride = strideOf(stored);
  const rows = { ...stored, height, data: data.slice(top * stride, (top + height) * stride) };
  return top === 0 ? { rows } : { rows, above: data.slice((top - 1) * stride, top * stride) };
}
