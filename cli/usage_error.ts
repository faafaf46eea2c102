/**
 * The error of a command line that makes no sense.
 *
 * @module
 */

/** The command line is wrong; nothing was done. The message is a sentence that says what to write instead. */
export class UsageError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "UsageError";
}
