/**
 * What goes wrong with lattices: messages name those there are.
 *
 * @module
 */

/**
 * A lattice, a ratio or a size that does not exist or does not fit the image.
 *
 * @example
 * ```ts
 * import { LatticeError, resolveLattice } from "@nnc/nnc";
 * import { throws } from "node:assert/strict";
 *
 * throws(() => resolveLattice({ lattice: "rows", ratio: 16 }), LatticeError);
 * ```
 */
export class LatticeError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "LatticeError";
}
