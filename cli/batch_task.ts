/**
 * What a batch does to each of its files.
 *
 * @module
 */

import type { FileFacts } from "./report.ts";

/** What is done to each file. */
export interface BatchTask {
  /** Name of the command, for reports. */
  readonly command: string;
  /** What became of a file that went well: `compressed`. */
  readonly done: string;
  /** Endings of the files taken from folders. */
  readonly extensions: readonly string[];
  /** Kinds of the files that are counted as not read where folders hold them, by ending. Default: none. */
  readonly otherKinds?: ReadonlyMap<string, string> | undefined;
  /** Ending of the outputs. */
  readonly outputExtension: string;
  /** Endings that files named by `--output` may have. */
  readonly fileEndings: readonly string[];
  /** Whether of one input `--output` names a file even without an ending. Default: it is a folder then. */
  readonly outputIsFile?: boolean | undefined;
  /**
   * Throws where a file is of a kind that the task is not for. Asked of inputs that would be replaced by their own output, or whose
   * output is another's, as there this is the better answer.
   */
  checkKind(source: Uint8Array): void;
  /** How many files are worked on at once. Default: 1. */
  readonly jobs?: number | undefined;
  /** Makes the output of one file. */
  work(source: Uint8Array, context: WorkContext): Promise<Worked>;
}

/** What the work on a file made of it. */
export interface Worked {
  /** The output. */
  readonly bytes: Uint8Array;
  /** What is told of it. */
  readonly facts: FileFacts;
}

/** What the work on one file may use. */
export interface WorkContext {
  /** Says that the work begins now: what was waited for until then does not count as its time. Default: it began at once. */
  begin(): void;
  /** Collects something worth knowing about the file. */
  warn(message: string): void;
  /** Says something of the file that is no warning. */
  note(message: string): void;
  /** Shows how far the work is: a share from 0 to 1, of so many pixels where that is known. */
  progress(share: number, pixels?: number): void;
}
