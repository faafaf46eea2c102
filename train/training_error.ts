/**
 * The error that training throws for what its user can mend.
 *
 * @module
 */

import { escapeUnprintable } from "../weights/weights_error.ts";

/**
 * Photos, options or a checkpoint that training cannot work with; the message says what to do.
 *
 * @example
 * ```ts
 * import { TrainingError } from "@nnc/nnc/train";
 * import { equal } from "node:assert/strict";
 *
 * equal(new TrainingError("There are no photos").name, "TrainingError");
 * ```
 */
export class TrainingError extends Error {
  /** The class's name. */
  override readonly name = "TrainingError";

  /** Takes a sentence that may quote a file. */
  constructor(message: string, options?: ErrorOptions) {
    super(escapeUnprintable(message), options);
  }
}
