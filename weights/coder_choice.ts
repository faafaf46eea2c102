/**
 * Which coder a file is written or read with.
 *
 * @module
 */

import type { CodingOptions } from "../codec/coded_file.ts";
import type { Effort } from "../codec/png/png_pixels.ts";
import type { CoderFile } from "./coder_file.ts";
import {
  coderOfEffort,
  findShippedCoder,
  loadShippedCoder,
  SHIPPED_CODERS,
} from "./shipped_coders.ts";
import { WeightsError } from "./weights_error.ts";

/** Where coders are taken from. */
export interface CoderChoiceOptions {
  /** A coder of one's own: files are written with it, and those that name it are read with it. Default: none. */
  readonly own?: CoderFile | undefined;
  /** Address of the folder that the shipped weights lie in. Default: that of this module. */
  readonly folder?: string | URL | undefined;
}

/** Where a coder to write with is taken from. */
export interface WritingChoiceOptions extends CoderChoiceOptions {
  /** Whether it is for lossy files. Default: for all others. */
  readonly isLossy?: boolean | undefined;
}

/** A coder, and what it is called. */
export interface ChosenCoder extends CodingOptions {
  /** The name of a shipped coder; of another, the tier that its file states. */
  readonly name: string;
}

/**
 * The coder to write with: one's own, or else the shipped one for an effort.
 *
 * @throws {WeightsError} if one's own is for other files, or a shipped one is not there, cannot be read, or is damaged.
 */
export async function coderForWriting(
  effort: Effort | undefined,
  { own, folder, isLossy = false }: WritingChoiceOptions = {},
): Promise<ChosenCoder> {
  if (!own) return chosen(await loadShippedCoder(coderOfEffort(effort, { isLossy }), folder));
  if ((own.info.isLossy ?? false) === isLossy) return chosen(own);
  throw new WeightsError(
    `The coder "${own.info.tier}" is ${
      isLossy
        ? "none for lossy files: they need one that was trained for them"
        : "for lossy files alone"
    }`,
  );
}

/**
 * The coder that a file names: the shipped one or one's own. Where it names none, as one that codes nothing, any will do, and it
 * is the smallest.
 *
 * @param digest as `CodedHeader` has it
 * @throws {WeightsError} if it is neither, or a shipped one cannot be read, or is damaged.
 */
export async function coderForReading(
  digest: Uint8Array,
  { own, folder }: CoderChoiceOptions = {},
): Promise<ChosenCoder> {
  const wanted = digest.toHex();
  if (own && own.digest.toHex() === wanted) return chosen(own);
  const shipped = digest.every((byte) => byte === 0) ? coderOfEffort() : findShippedCoder(digest);
  if (shipped) return chosen(await loadShippedCoder(shipped, folder));
  const there = [
    ...SHIPPED_CODERS.map(({ name, digest }) => `"${name}" (${digest})`),
    ...own ? [`"${own.info.tier}" of your own (${own.digest.toHex()})`] : [],
  ];
  throw new WeightsError(
    `The file needs the coder ${wanted}, and there is ${
      there.join(" and ")
    }. It was written with a coder of somebody's ` +
      `own, or by a later version: get the file of that coder, and give it as "coder"`,
  );
}

function chosen({ coder, digest, info }: CoderFile): ChosenCoder {
  return { coder, digest, name: info.tier };
}
