/**
 * The error that training throws for what its user can mend.
 *
 * @module
 */

/** Photos, options or a checkpoint that training cannot work with; the message says what to do. */
export class TrainingError extends Error {
  /** The class's name. */
  override readonly name = "TrainingError";
}
