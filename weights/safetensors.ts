/**
 * Reading and writing `safetensors` files: named tensors behind a JSON header.
 *
 * ```text
 * u64 little-endian   length of the header in bytes
 * header              JSON: { "__metadata__": {string: string}, name: {"dtype", "shape", "data_offsets"}, … }
 * data                the tensors, little-endian, back to back; offsets count from the start of this part
 * ```
 *
 * Specification: <https://github.com/huggingface/safetensors#format>. This reader is stricter than the
 * specification in one way, as weights need no more: it takes finite F32 and F16 values only.
 *
 * @module
 */

import { takeBytes } from "../codec/image/given.ts";
import { halfToNumber, numberToHalf } from "./half_floats.ts";
import {
  checkHeaderLength,
  parseHeader,
  type TensorEntry,
  type TensorType,
} from "./safetensors_header.ts";
import { WeightsError } from "./weights_error.ts";

export type { TensorType } from "./safetensors_header.ts";

/** Values in row-major order, with their shape. */
export interface Tensor {
  /** Length of every dimension, slowest first; empty for a single value. */
  readonly shape: readonly number[];
  /** As many values as the product of `shape`. F16 values are widened when read. */
  readonly values: Float32Array;
}

/** The content of a `safetensors` file. Both maps keep the order of the file. */
export interface Safetensors {
  /** Tensors by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Free text by key. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** How {@link encodeSafetensors} stores values. */
export interface EncodeSafetensorsOptions {
  /** Stored type of every tensor; default `"F32"`. F16 rounds to the nearest half float. */
  readonly dtype?: TensorType | undefined;
}

/**
 * The bytes that {@link decodeSafetensors} takes at most: 256 MiB.
 *
 * @example
 * ```ts
 * import { MAX_FILE_BYTES } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * ok(MAX_FILE_BYTES > 100e6);
 * ```
 */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;

/**
 * Writes tensors and metadata. The same maps in the same order give the same bytes.
 *
 * @throws {WeightsError} if a tensor's values do not fill its shape or are not finite once stored, if a tensor is called
 * `__metadata__`, or if names and metadata take more than 1 MiB.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const tensors = new Map([["bias", { shape: [2], values: new Float32Array([1, -0.5]) }]]);
 * const bytes = encodeSafetensors({ tensors, metadata: new Map([["step", "grid"]]) });
 * ok(decodeSafetensors(bytes).tensors.get("bias")?.values[1] === -0.5);
 * ```
 */
export function encodeSafetensors(
  content: Safetensors,
  options: EncodeSafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  const dtype = options.dtype ?? "F32";
  const entries: [string, unknown][] = [];
  if (content.metadata.size > 0) {
    entries.push(["__metadata__", Object.fromEntries(content.metadata)]);
  }
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of content.tensors) {
    const part = encodeValues(name, tensor, dtype);
    const data_offsets = [end, end += part.length];
    entries.push([name, { dtype, shape: tensor.shape, data_offsets }]);
    parts.push(part);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  checkHeaderLength(headerLength);
  const start = LENGTH_BYTES + headerLength;
  const bytes = new Uint8Array(start + end).fill(0x20, LENGTH_BYTES, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, LENGTH_BYTES);
  let offset = start;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * Reads a `safetensors` file that may be damaged or hostile.
 *
 * Every length, shape and offset is checked before it is used, and nothing larger than twice the file is allocated.
 *
 * @throws {WeightsError} if the file is not a whole, consistent `safetensors` file of finite F32 and F16 tensors, or is
 * larger than {@link MAX_FILE_BYTES}.
 * @throws {TypeError} if it is given something else than bytes.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@nnc/nnc/engine";
 * import { ok } from "node:assert/strict";
 *
 * const empty = encodeSafetensors({ tensors: new Map(), metadata: new Map() });
 * ok(decodeSafetensors(empty).tensors.size === 0);
 * ```
 */
export function decodeSafetensors(file: Uint8Array | ArrayBuffer): Safetensors {
  const bytes = takeBytes(file, "decodeSafetensors");
  if (bytes.length > MAX_FILE_BYTES) {
    throw new WeightsError(
      `The weights file is too large: expected at most ${MAX_FILE_BYTES} bytes, found ${bytes.length}`,
    );
  }
  const { header, data } = splitHeader(bytes);
  const { entries, metadata } = parseHeader(header, data.length);
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) {
    const values = decodeValues(entry, data.subarray(entry.begin, entry.end));
    tensors.set(entry.name, { shape: entry.shape, values });
  }
  return { tensors, metadata };
}

function splitHeader(bytes: Uint8Array): { header: Uint8Array; data: Uint8Array } {
  const available = bytes.length - LENGTH_BYTES;
  if (available < 2) {
    throw new WeightsError(
      `The file is not a safetensors file: expected at least ${
        LENGTH_BYTES + 2
      } bytes, found ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(available)) {
    throw new WeightsError(
      `The file is cut short or no safetensors file: its header is said to take ${headerLength} bytes, ` +
        `found ${available}`,
    );
  }
  const start = LENGTH_BYTES + Number(headerLength);
  return { header: bytes.subarray(LENGTH_BYTES, start), data: bytes.subarray(start) };
}

function encodeValues(name: string, tensor: Tensor, dtype: TensorType): Uint8Array {
  if (name === "__metadata__") {
    throw new WeightsError(`A tensor cannot be called "${name}": the format reserves that name`);
  }
  const count = tensor.shape.reduce((product, length) => product * length, 1);
  if (!tensor.shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new WeightsError(
      `Tensor "${name}" must have whole, non-negative dimensions, found [${tensor.shape}]`,
    );
  }
  if (count !== tensor.values.length) {
    throw new WeightsError(
      `Tensor "${name}" of shape [${tensor.shape}] must have ${count} values, found ${tensor.values.length}`,
    );
  }
  const stored = dtype === "F16" ? Uint16Array.from(tensor.values, numberToHalf) : tensor.values;
  checkFinite(name, stored instanceof Uint16Array ? widen(stored) : stored);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

function decodeValues(entry: TensorEntry, data: Uint8Array): Float32Array {
  const aligned = new Uint8Array(data).buffer;
  const values = entry.dtype === "F16"
    ? widen(new Uint16Array(aligned))
    : new Float32Array(aligned);
  checkFinite(entry.name, values);
  return values;
}

function widen(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToNumber);
}

function checkFinite(name: string, values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) {
      throw new WeightsError(
        `Tensor "${name}" has a value that is not finite: [${index}] is ${values[index]}`,
      );
    }
  }
}
