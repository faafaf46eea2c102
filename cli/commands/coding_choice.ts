/**
 * Coded files on the command line: which options ask for one, and of which pixels.
 *
 * @module
 */

import type { Ratio } from "../../codec/lattice/lattice.ts";
import { codingWay, type LossyWay } from "../../codec/coded_way.ts";
import { DEFAULT_QUALITY, settingsOfQuality } from "../../codec/coded_quality.ts";
import { formatOf } from "../image_files.ts";
import { chooseLattice } from "./lattice_choice.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** What is coded. */
export interface CodingChoice {
  /** Largest error of a sample in grey levels; 0 is lossless. Absent where the file is lossy. */
  readonly maxError?: number | undefined;
  /** How a lossy file is written; absent where the file is none. */
  readonly way?: LossyWay | undefined;
  /** Original pixels over those that are coded; absent where all are. */
  readonly ratio?: Ratio | undefined;
}

/** What becomes of a file. */
export interface Form {
  /** What is coded; absent where it is a classic file. */
  readonly coding?: CodingChoice | undefined;
  /** The format that decided it, such as `JPEG`; absent where options did. */
  readonly defaultFor?: string | undefined;
}

/**
 * What becomes of files: what options ask for, or else what suits a file's format. JPEGs, which have lost what they had to, become
 * lossy files; all others classic ones.
 *
 * @throws {UsageError} if options contradict each other, or are for other files.
 */
export function chooseForms(options: Options): (source: Uint8Array) => Form {
  const coding = chooseCoding(options);
  if (coding) return () => ({ coding });
  if (options.lattice !== undefined || options.ratio !== undefined) {
    const fault = findCodedOption(options);
    if (fault !== undefined) throw new UsageError(fault);
    return () => ({});
  }
  const { chroma, tune } = options;
  const lossy = { way: { lossy: settingsOfQuality(DEFAULT_QUALITY, { chroma, tune }) } };
  return (source) => {
    const defaultFor = formatOf(source);
    return defaultFor === "JPEG" ? { coding: lossy, defaultFor } : { defaultFor };
  };
}

/** Why options ask for more than a classic file can have; nothing where they do not. */
export function findCodedOption(options: Options): string | undefined {
  const lossy = findLossyOption(options);
  if (lossy !== undefined) return lossy;
  const name = (["coder", "device", "kernel"] as const).find((name) => options[name] !== undefined);
  return name &&
    `"--${name}" is for coded files; give "--lossless", "--max-error", "--quality" or "--coded" as well`;
}

/**
 * What is to be coded, if options ask for a coded file.
 *
 * @throws {UsageError} if options contradict each other, or ask for what a coded file cannot have.
 */
function chooseCoding(options: Options): CodingChoice | undefined {
  const { lossless = false, coded = false, "max-error": maxError } = options;
  const stated = WAYS.filter((name) => options[name] !== undefined);
  if (stated.length === 0 && !coded) return undefined;
  const lossyOption = findLossyOption(options);
  if (lossyOption !== undefined) throw new UsageError(lossyOption);
  checkTogether(options, stated);
  const way = chooseWay(options);
  return {
    ...way ? { way } : { maxError: lossless ? 0 : maxError ?? 0 },
    ...coded && { ratio: chooseRatio(options) },
  };
}

/** What says how exactly pixels are told; one of them at most. */
const WAYS = ["lossless", "max-error", "quality", "target-size", "target-psnr"] as const;
const LOSSY_WAYS = ["quality", "target-size", "target-psnr"] as const;

function chooseWay(options: Options): LossyWay | undefined {
  const { quality, "target-size": targetBytes, "target-psnr": targetDecibels, chroma, tune } =
    options;
  return codingWay({ quality, targetBytes, targetDecibels, chroma, tune });
}

/** Why options ask for what a lossy file alone has; nothing where they do not, or one is asked for. */
function findLossyOption(options: Options): string | undefined {
  if (LOSSY_WAYS.some((name) => options[name] !== undefined)) return undefined;
  const name = (["chroma", "tune"] as const).find((name) => options[name] !== undefined);
  return name && `"--${name}" is for lossy files; give "--quality" as well`;
}

function checkTogether(options: Options, stated: readonly (typeof WAYS)[number][]): void {
  const { lossless = false, coded = false } = options;
  if (lossless && options["max-error"] !== undefined) {
    throw new UsageError('"--lossless" leaves no error; leave out "--max-error", or "--lossless"');
  }
  if (stated.length > 1) {
    throw new UsageError(
      `"--${stated[0]}" and "--${
        stated[1]
      }" each say how exactly pixels are told; choose one of them`,
    );
  }
  if (lossless && coded) {
    throw new UsageError(
      '"--lossless" codes all pixels, "--coded" those that a lattice keeps; choose one of them',
    );
  }
  if (coded && options["target-psnr"] !== undefined) {
    throw new UsageError(
      '"--target-psnr" is of all pixels, "--coded" keeps some; choose one of them',
    );
  }
  const other = (["lattice", "ratio"] as const).find((name) => options[name] !== undefined);
  if (coded || other === undefined) return;
  const how = lossless ? "" : ', or code some with "--coded" as well';
  throw new UsageError(
    `"--${stated[0]}" keeps all pixels, "--${other}" some; choose one of them${how}`,
  );
}

/** The ratio of a lattice that coded files can have. */
function chooseRatio(options: Options): Ratio {
  const { name, ratio } = chooseLattice(options);
  if (name !== "rows") return ratio;
  throw new UsageError('"--coded" takes the lattices quincunx and grid; found "rows"');
}
