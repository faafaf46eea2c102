/**
 * What goes wrong with the chunk that makes a PNG an NNC file.
 *
 * @module
 */

/**
 * An `nnCX` chunk that is damaged, contradicts its image, or comes from a newer version.
 *
 * @example
 * ```ts
 * import { ContainerError, encodePng, type Image, NO_METADATA, probe } from "@nnc/nnc";
 * import { throws } from "node:assert/strict";
 *
 * const data = new Uint8Array(8 * 6).fill(77);
 * const image: Image = { width: 8, height: 6, channels: 1, data, metadata: NO_METADATA };
 * const chunks = [{ type: "nnCX", data: Uint8Array.of(99) }];
 * const file = await encodePng(image, { chunks });
 * throws(() => probe(file), ContainerError);
 * ```
 */
export class ContainerError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ContainerError";
}
