/**
 * The error of a command line that makes no sense.
 *
 * @module
 */

import type { CommandName } from "./definitions.ts";

/** The command line is wrong; nothing was done. The message is a sentence that says what to write instead. */
export class UsageError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "UsageError";

  /** The command whose help says more; absent where no command was named. */
  readonly command: CommandName | undefined;

  /** Says what is wrong, in words for a command if they name one. */
  constructor(message: string, options: ErrorOptions & { command?: CommandName | undefined } = {}) {
    super(message, options);
    this.command = options.command;
  }
}
