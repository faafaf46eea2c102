/**
 * Coded files on the command line: which options ask for one.
 *
 * @module
 */

import { CODED_LIMITS } from "../codec/coded_header.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/**
 * The largest error of a coded file, if options ask for one: 0 by `--lossless`.
 *
 * @throws {UsageError} if options contradict each other, or the error is beyond what a file can state.
 */
export function chooseMaxError(options: Options): number | undefined {
  const { lossless = false, "max-error": maxError } = options;
  if (!lossless && maxError === undefined) return undefined;
  const name = lossless ? "--lossless" : "--max-error";
  if (lossless && maxError !== undefined) {
    throw new UsageError('"--lossless" leaves no error; leave out "--max-error", or "--lossless"');
  }
  for (const other of ["lattice", "ratio"] as const) {
    if (options[other] !== undefined) {
      throw new UsageError(`"${name}" keeps all pixels, "--${other}" some; choose one of them`);
    }
  }
  if (maxError !== undefined && maxError > CODED_LIMITS.maxError) {
    throw new UsageError(
      `Option "--max-error" takes a whole number from 1 to ${CODED_LIMITS.maxError}; found "${maxError}"`,
    );
  }
  return maxError ?? 0;
}
