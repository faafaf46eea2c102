/**
 * Errors of phase (1,1) from the step that codes it to the step that asks for them, stripe by stripe.
 *
 * @module
 */

import type { Size } from "../lattice/raster.ts";
import type { StripeResult } from "./stripe_task.ts";

/** What the next step, the next octave and the file take of a stripe. */
export interface CodedStripe extends Pick<StripeResult, "streams" | "learnt"> {
  /** Errors of phase (1,1): all of its rows until they were taken, then the last one. */
  errors: Int16Array;
}

/**
 * Takes the errors of a stripe, from the row above it on. Those of all stripes together are as large as half of a picture, so no more
 * is kept of them than the row that the next stripe asks for.
 */
export async function takeErrors(
  stripes: readonly Promise<CodedStripe>[],
  { place, octave }: { place: number; octave: Size },
): Promise<Int16Array> {
  const row = Math.floor(octave.width / 2) * 3;
  const lastRow = (errors: Int16Array) => errors.subarray(Math.max(0, errors.length - row));
  const own = await stripes[place]!;
  const above = place === 0 ? undefined : lastRow((await stripes[place - 1]!).errors);
  const { errors } = own;
  own.errors = lastRow(errors).slice();
  if (!above) return errors;
  const joined = new Int16Array(row + errors.length);
  joined.set(above);
  joined.set(errors, row);
  return joined;
}
