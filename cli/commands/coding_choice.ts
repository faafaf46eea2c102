/**
 * Coded files on the command line: which options ask for one, and of which pixels.
 *
 * @module
 */

import { CODED_LIMITS } from "../../codec/coded_header.ts";
import type { Ratio } from "../../codec/lattice/lattice.ts";
import { chooseLattice } from "./lattice_choice.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** What is coded. */
export interface CodingChoice {
  /** Largest error of a sample in grey levels; 0 is lossless. */
  readonly maxError: number;
  /** Original pixels over those that are coded; absent where all are. */
  readonly ratio?: Ratio | undefined;
}

/**
 * What is to be coded, if options ask for a coded file.
 *
 * @throws {UsageError} if options contradict each other, or ask for what a coded file cannot have.
 */
export function chooseCoding(options: Options): CodingChoice | undefined {
  const { lossless = false, coded = false, "max-error": maxError = 0 } = options;
  if (!lossless && !coded && options["max-error"] === undefined) return undefined;
  checkTogether(options);
  if (maxError > CODED_LIMITS.maxError) {
    throw new UsageError(
      `Option "--max-error" takes a whole number from 1 to ${CODED_LIMITS.maxError}; found "${maxError}"`,
    );
  }
  return { maxError, ...coded && { ratio: chooseRatio(options) } };
}

function checkTogether(options: Options): void {
  const { lossless = false, coded = false } = options;
  if (lossless && options["max-error"] !== undefined) {
    throw new UsageError('"--lossless" leaves no error; leave out "--max-error", or "--lossless"');
  }
  if (lossless && coded) {
    throw new UsageError(
      '"--lossless" codes all pixels, "--coded" those that a lattice keeps; choose one of them',
    );
  }
  const name = lossless ? "--lossless" : "--max-error";
  const stated = (["lattice", "ratio"] as const).find((other) => options[other] !== undefined);
  if (coded || stated === undefined) return;
  const how = lossless ? "" : ', or code some with "--coded" as well';
  throw new UsageError(
    `"${name}" keeps all pixels, "--${stated}" some; choose one of them${how}`,
  );
}

/** The ratio of a lattice that coded files can have. */
function chooseRatio(options: Options): Ratio {
  const { name, ratio } = chooseLattice(options);
  if (name !== "rows") return ratio;
  throw new UsageError('"--coded" takes the lattices quincunx and grid; found "rows"');
}
