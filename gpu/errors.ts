/**
 * The one error type of the engine.
 *
 * @module
 */

/**
 * What went wrong on the device.
 *
 * - `unavailable`: what was asked for is not there (an adapter, a limit, a kernel)
 * - `validation`: the engine asked for something the device refuses: a defect of the engine or of the driver
 * - `out-of-memory`: an allocation failed; smaller tiles may work
 * - `lost`: the device went away (a driver reset, an unplugged card, a closed session)
 * - `internal`: the driver failed, for example while compiling a shader
 */
export type GpuErrorKind = "unavailable" | "validation" | "out-of-memory" | "lost" | "internal";

/**
 * A failure on the device; the message says what happened and what can be done about it.
 *
 * @example
 * ```ts
 * import { GpuError } from "@nnc/nnc";
 * import { openEngine } from "@nnc/nnc/engine";
 * import { equal } from "node:assert/strict";
 *
 * const error = await openEngine({ device: "cpu", kernel: "imagined" }).catch((error) => error);
 * equal(error instanceof GpuError && error.kind, "unavailable");
 * ```
 */
export class GpuError extends Error {
  /** Always `GpuError`. */
  override readonly name = "GpuError";
  /** The class of failure, for callers that can do something about some of them. */
  readonly kind: GpuErrorKind;

  /** Makes an error of `kind`; `message` is a sentence for the user. */
  constructor(kind: GpuErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
