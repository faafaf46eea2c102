/**
 * The coders of a run: one that the user names is read once, shipped ones when a file needs them.
 *
 * @module
 */

import type { CodedHeader } from "../codec/coded_header.ts";
import type { Effort } from "../codec/png/png_pixels.ts";
import { type ChosenCoder, coderForReading, coderForWriting } from "../weights/coder_choice.ts";
import { type CoderFile, decodeCoderFile } from "../weights/coder_file.ts";
import { describeError } from "./describe_error.ts";
import { coderPath, type Options } from "./options.ts";
import { readFileBounded } from "./streams.ts";

/** The coders that a command line asks for; there is one of these a run. */
export class RunCoders {
  readonly #path: string | undefined;
  #own: Promise<CoderFile> | undefined;

  /** Nothing is read before it is needed. */
  constructor(options: Pick<Options, "coder"> = {}) {
    this.#path = coderPath(options);
  }

  /**
   * Reads `--coder` now, so that a file that is none fails before any work is done.
   *
   * @throws {Error} that names the file, if it cannot be read or is no coder.
   */
  async check(): Promise<void> {
    await this.#readOwn();
  }

  /**
   * The coder to write with, for lossy files or for others: that of `--coder`, or the shipped one for an effort.
   *
   * @throws {Error} if it cannot be read, or is for other files.
   */
  async forWriting(
    effort: Effort | undefined,
    { isLossy = false }: { isLossy?: boolean } = {},
  ): Promise<ChosenCoder> {
    const own = await this.#readOwn();
    return this.#named(await coderForWriting(effort, { own, isLossy }), own);
  }

  /**
   * The coder that a file names.
   *
   * @throws {Error} if it cannot be read, or is neither shipped nor that of `--coder`.
   */
  async forReading({ coder }: Pick<CodedHeader, "coder">): Promise<ChosenCoder> {
    const own = await this.#readOwn();
    return this.#named(await coderForReading(coder, { own }), own);
  }

  /** A coder of the user's own goes by the path that it was given by: its tier may be that of a shipped one. */
  #named(chosen: ChosenCoder, own: CoderFile | undefined): ChosenCoder {
    return own && chosen.coder === own.coder ? { ...chosen, name: this.#path! } : chosen;
  }

  async #readOwn(): Promise<CoderFile | undefined> {
    return this.#path === undefined ? undefined : await (this.#own ??= readCoder(this.#path));
  }
}

async function readCoder(path: string): Promise<CoderFile> {
  try {
    return await decodeCoderFile(await readFileBounded(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Error(`There is no coder file "${path}"`, { cause });
    }
    const reason = cause instanceof Deno.errors.IsADirectory
      ? "It is a folder"
      : describeError(cause);
    throw new Error(`The coder file "${path}" cannot be used. ${reason}`, { cause });
  }
}
