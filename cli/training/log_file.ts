/**
 * The log that `nnc train` writes beside its output.
 *
 * @module
 */

import type { AnyRecipe } from "../../train/coder_recipe.ts";
import type { TrainProgress } from "../../train/train_options.ts";
import {
  isAfter,
  type LogHead,
  parseTrainingLog,
  type TrainingLog,
  writeLogHead,
  writeLogPoint,
} from "../../train/training_log.ts";
import { describeError } from "../describe_error.ts";
import { readFileBounded } from "../streams.ts";
import { UsageError } from "../usage_error.ts";
import { exists } from "../write_file.ts";

const encoder = new TextEncoder();

/**
 * Reads the log of a run that is to go on.
 *
 * @returns none where there is none, or one that `force` lets be replaced.
 * @throws {UsageError} if the file is not the log of this run.
 */
export async function readEarlierLog(
  path: string,
  { recipe, force }: { recipe: AnyRecipe; force: boolean },
): Promise<TrainingLog | undefined> {
  if (!await exists(path)) return undefined;
  try {
    const text = new TextDecoder().decode(await readFileBounded(path));
    if (text === "") {
      // The run was killed between making the file and its first line.
      await Deno.remove(path);
      return undefined;
    }
    const log = parseTrainingLog(text);
    if (JSON.stringify(log.head.recipe) !== JSON.stringify(recipe)) {
      throw new Error("Its recipe differs from the checkpoint's");
    }
    return log;
  } catch (cause) {
    if (force) return undefined;
    throw new UsageError(
      `"${path}" is not the log of the run that is to go on, and --force replaces it. ` +
        describeError(cause),
      { cause },
    );
  }
}

/**
 * Writes a log, each line at once and whole.
 *
 * A new file is made with the second validation: until then there is no checkpoint, so that whatever ends the run leaves
 * nothing behind.
 */
export class LogFile {
  readonly #path: string;
  readonly #started = performance.now();
  readonly #secondsBefore: number;
  readonly #mode: Deno.OpenOptions;
  #last: Pick<TrainProgress, "stage" | "step"> | undefined;
  #pending: string;
  #made: boolean;

  /** A log to go on with after what is there of it, or a new one, which may replace a file with `force`. */
  constructor(
    path: string,
    options: LogHead & { earlier?: TrainingLog | undefined; force: boolean },
  ) {
    const { earlier, force } = options;
    this.#path = path;
    this.#last = earlier?.points.at(-1);
    this.#secondsBefore = earlier?.points.at(-1)?.seconds ?? 0;
    this.#made = earlier !== undefined;
    this.#pending = earlier ? "" : writeLogHead(options);
    this.#mode = force ? { write: true, create: true, truncate: true } : { createNew: true };
    if (earlier) Deno.truncateSync(path, encoder.encode(earlier.text).length);
  }

  /** Adds a validation, unless an earlier part of the run has logged it. */
  add(progress: TrainProgress): void {
    if (this.#last && !isAfter(progress, this.#last)) return;
    const seconds = this.#secondsBefore + (performance.now() - this.#started) / 1000;
    this.#pending += writeLogPoint(progress, seconds);
    this.#last = progress;
    if (progress.step === 0) return;
    this.#write();
  }

  #write(): void {
    const mode = this.#made ? { append: true } : { write: true, ...this.#mode };
    using file = Deno.openSync(this.#path, mode);
    this.#made = true;
    let rest: Uint8Array = encoder.encode(this.#pending);
    this.#pending = "";
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
  }
}
