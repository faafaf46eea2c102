/**
 * A whole image to the smallest kind of PNG that holds its samples: palettes, fewer bits, no colour where there is none.
 *
 * @module
 */

import type { Task } from "../../platform/tasks.ts";
import type { Chunk } from "../image/metadata.ts";
import { writeChunks } from "./png_chunks.ts";
import { optimiseFile, OXIPNG_LEVELS, type StoredRows } from "./deflate_run.ts";
import { COLOUR_TYPES } from "./png_header.ts";

/** An image that is to be reduced. */
export interface ReduceInput {
  /** Its rows. */
  readonly rows: StoredRows;
  /** How hard to compress. */
  readonly effort: "default" | "max";
  /** Whether the PNG must be of colours even where they are all grey, as it has a profile of colours. */
  readonly mustColour: boolean;
}

/** Pixels up to which an image is pressed at every level: it takes no time, and its fixed bytes weigh. */
const MOST_TINY_PIXELS = 2 ** 16;

/** Reduces an image, here or on a worker: IHDR, PLTE and tRNS if there are any, IDAT. Nothing where it must not be grey but is. */
export const REDUCE_IMAGE: Task<ReduceInput, Chunk[] | undefined> = {
  name: "reduce image",
  work: reduceImage,
};

async function reduceImage(
  { rows, effort, mustColour }: ReduceInput,
): Promise<Chunk[] | undefined> {
  const isTiny = rows.width * rows.height <= MOST_TINY_PIXELS;
  const efforts = isTiny ? ["default", "max"] as const : [effort];
  const files: Chunk[][] = [];
  for (const one of efforts) {
    const chunks = await optimiseFile(rows, { level: OXIPNG_LEVELS[one], chunks: [] });
    // What is handed to another thread must not be a view of all memory of oxipng.
    files.push(chunks.filter(isOwn).map(({ type, data }) => ({ type, data: data.slice() })));
  }
  const smallest = files.reduce((one, other) => lengthOf(other) < lengthOf(one) ? other : one);
  return mustColour ? asPalette(smallest) : smallest;
}

/** Whether a chunk belongs to the pixels. */
function isOwn({ type }: Chunk): boolean {
  return ["IHDR", "PLTE", "tRNS", "IDAT"].includes(type);
}

function lengthOf(chunks: readonly Chunk[]): number {
  return writeChunks(chunks).length;
}

/** Grey of up to 8 bits as a palette of greys: the same pixels, in colours. */
function asPalette(chunks: readonly Chunk[]): Chunk[] | undefined {
  const [header, ...others] = chunks;
  const [depth, colourType] = header!.data.subarray(8, 10);
  if (colourType === COLOUR_TYPES.rgb || colourType === COLOUR_TYPES.rgba) return [...chunks];
  if (colourType === COLOUR_TYPES.palette) return [...chunks];
  if (colourType !== COLOUR_TYPES.grey || depth! > 8) return undefined;
  if (others.some(({ type }) => type === "tRNS")) return undefined;
  const levels = 2 ** depth! - 1;
  const palette = Uint8Array.from(
    { length: 3 * (levels + 1) },
    (_, at) => Math.floor(at / 3) * (255 / levels),
  );
  return [
    { ...header!, data: header!.data.with(9, COLOUR_TYPES.palette) },
    { type: "PLTE", data: palette },
    ...others,
  ];
}
