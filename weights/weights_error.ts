/** The error of everything that reads, writes or looks up weights. @module */

/**
 * Weights could not be read, written or found.
 *
 * The message names the tensor or the file, what was expected and what was found. Weights files are untrusted
 * input: whatever is wrong with one surfaces as this error, never as another.
 */
export class WeightsError extends Error {
  /** Always `"WeightsError"`. */
  override readonly name = "WeightsError";
}
