/**
 * Planes that are coded apart from the octaves, in bands of rows that know nothing of each other, so that workers can share
 * them.
 *
 * @module
 */

import { Lanes } from "../../platform/lanes.ts";
import { CALLING_THREAD, type Task, type Workers } from "../../platform/tasks.ts";
import { LowCoder, type LowPlane } from "../entropy/low_coder.ts";
import { PlaneCoder } from "../entropy/plane_coder.ts";
import { RangeDecoder, RangeEncoder } from "../entropy/range_coder.ts";
import type { Size } from "../lattice/raster.ts";

/** Pixels of a band, rounded up to whole rows. */
const BAND_PIXELS = 2 ** 18;

/** What does the work. */
export interface BandOptions {
  /** Default: the calling thread. */
  readonly workers?: Workers | undefined;
  /** Aborts, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A band of a mask. */
export interface MaskBand extends Size {
  /** Its bytes, where they are to be written. */
  readonly data?: Uint8Array | undefined;
  /** Its stream, where that is to be read. */
  readonly stream?: Uint8Array | undefined;
}

/** A band of lower bytes. */
export interface LowBand extends Omit<LowPlane, "lower"> {
  /** Its lower bytes, where they are to be written. */
  readonly lower?: Uint8Array | undefined;
  /** Its stream, where that is to be read. */
  readonly stream?: Uint8Array | undefined;
}

/** Codes a band of a mask: bytes to a stream, or a stream to bytes. */
export const CODE_MASK: Task<MaskBand, Uint8Array> = {
  name: "code mask",
  work: ({ width, height, data, stream }) =>
    Promise.resolve(
      codePlane(data ?? new Uint8Array(width * height), {
        stream,
        code: (plane, symbols) =>
          new PlaneCoder({ width, height, data: plane }, symbols).codeRows(),
      }),
    ),
};

/** Codes a band of lower bytes: bytes to a stream, or a stream to bytes. */
export const CODE_LOW: Task<LowBand, Uint8Array> = {
  name: "code lower bytes",
  work: ({ lower, stream, ...band }) =>
    Promise.resolve(
      codePlane(lower ?? new Uint8Array(band.upper.length), {
        stream,
        code: (plane, symbols) => new LowCoder({ ...band, lower: plane }, symbols).codeRows(),
      }),
    ),
};

function codePlane(plane: Uint8Array, options: {
  stream: Uint8Array | undefined;
  code: (plane: Uint8Array, symbols: { encoder?: RangeEncoder; decoder?: RangeDecoder }) => void;
}): Uint8Array {
  const { stream, code } = options;
  if (stream) {
    code(plane, { decoder: new RangeDecoder(stream) });
    return plane;
  }
  const encoder = new RangeEncoder();
  code(plane, { encoder });
  return encoder.finish();
}

/** The bands of an image: first row and rows of each. */
function bandsOf({ width, height }: Size): { first: number; rows: number }[] {
  const most = Math.ceil(BAND_PIXELS / width);
  return Array.from({ length: Math.ceil(height / most) }, (_, index) => ({
    first: index * most,
    rows: Math.min(most, height - index * most),
  }));
}

/** How many bands an image has. */
export function bandCount(size: Size): number {
  return bandsOf(size).length;
}

/** Has every band coded, as many at once as there are workers. */
export async function codeBands<Input>(
  size: Size,
  options: BandOptions & {
    task: Task<Input, Uint8Array>;
    input: (band: { first: number; rows: number; index: number }) => Input;
  },
): Promise<Uint8Array[]> {
  const { workers = CALLING_THREAD, signal, task, input } = options;
  using lanes = new Lanes(workers.count);
  return await Promise.all(
    bandsOf(size).map((band, index) =>
      lanes.add(() => workers.run(task, { input: input({ ...band, index }), signal }))
    ),
  );
}
