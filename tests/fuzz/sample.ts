/**
 * The sound files that cases start from.
 *
 * @module
 */

/** What reads a file. */
export type Format = "png" | "jpeg" | "nnc" | "coded" | "coder" | "weights" | "checkpoint";

/** A sound file. */
export interface Sample {
  readonly name: string;
  readonly format: Format;
  readonly bytes: Uint8Array;
}
