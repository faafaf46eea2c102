/**
 * Coded files on the command line: which options ask for one, and the coder that a run opens once.
 *
 * @module
 */

import { CODED_LIMITS } from "../codec/coded_header.ts";
import type { CodingOptions } from "../codec/coded_file.ts";
import { ExactProcessor } from "../gpu/exact_processor.ts";
import { runExactNetwork } from "../gpu/exact_reference.ts";
import { loadCoder } from "../weights/shipped_coders.ts";
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

/** Opens the coder when it is first needed, and keeps it for the files after. */
export class CodingSession {
  #opened: Promise<CodingOptions> | undefined;

  /** The coder, its digest, and what runs it: the processor's kernel, or the plain reference where there is no SIMD. */
  open(): Promise<CodingOptions> {
    return this.#opened ??= this.#load();
  }

  async #load(): Promise<CodingOptions> {
    const [{ coder, digest }, processor] = await Promise.all([loadCoder(), ExactProcessor.open()]);
    return {
      coder,
      digest,
      run: processor ? (network, options) => processor.run(network, options) : runExactNetwork,
    };
  }
}
