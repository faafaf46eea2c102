/** The error of everything that reads, writes or looks up weights. @module */

/**
 * Weights could not be read, written or found.
 *
 * The message names the tensor or the file, what was expected and what was found. Weights files are untrusted
 * input: whatever is wrong with one surfaces as this error, never as another.
 *
 * @example
 * ```ts
 * import { WeightsError } from "@nnc/nnc";
 * import { decodeNetwork } from "@nnc/nnc/engine";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => decodeNetwork(new Uint8Array(3)), WeightsError);
 * ```
 */
export class WeightsError extends Error {
  /** Always `"WeightsError"`. */
  override readonly name = "WeightsError";

  /** Takes a sentence that may quote a file. */
  constructor(message: string, options?: ErrorOptions) {
    super(escapeUnprintable(message), options);
  }
}

/** What a file names must not move the cursor of the terminal that an error is shown on, nor turn its text around. */
export function escapeUnprintable(message: string): string {
  return message.replace(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`,
  );
}
