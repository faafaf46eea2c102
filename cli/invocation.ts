/**
 * What a command is given, and what it answers.
 *
 * @module
 */

import type { Options } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** A checked command line. */
export interface Invocation {
  /** Files and the like, in the order given. */
  readonly operands: readonly string[];
  /** Checked options. */
  readonly options: Options;
  /** Where to speak. */
  readonly terminal: Terminal;
}

/** Exit statuses of the program. */
export const EXIT = { done: 0, failed: 1, usage: 2, nothing: 3, salvaged: 4 } as const;

/** Runs a command; resolves to the exit status. */
export type CommandFunction = (invocation: Invocation) => Promise<number>;
