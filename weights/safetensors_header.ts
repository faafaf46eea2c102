/** The JSON header of a `safetensors` file, checked against the data that follows it. @module */

import { WeightsError } from "./weights_error.ts";

/** A stored type that is read and written: 32-bit or 16-bit IEEE 754 floats. */
export type TensorType = "F32" | "F16";

/** What the header says of a tensor, once it is known to be true. */
export interface TensorEntry {
  /** As in the header; any text but `__metadata__`. */
  readonly name: string;
  /** Stored type. */
  readonly dtype: TensorType;
  /** Length of every dimension, slowest first. */
  readonly shape: readonly number[];
  /** First byte in the data part. */
  readonly begin: number;
  /** One past the last byte in the data part. */
  readonly end: number;
}

/** The header in the order of the file. */
export interface Header {
  /** Every tensor. */
  readonly entries: readonly TensorEntry[];
  /** Free text by key. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The bytes that a header takes at most: 1 MiB, room for some ten thousand tensors. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** The letters that a name has at most, so that errors can quote it. */
const MAX_NAME_LETTERS = 200;

/** The dimensions that a tensor has at most. */
const MAX_DIMENSIONS = 8;

const BYTES_PER_VALUE: Readonly<Record<TensorType, number>> = { F32: 4, F16: 2 };

/**
 * Checks the length of a header, before it is parsed or written.
 *
 * @throws {WeightsError} if it is above {@link MAX_HEADER_BYTES}.
 */
export function checkHeaderLength(length: number): void {
  if (length > MAX_HEADER_BYTES) {
    throw new WeightsError(
      `The header is too large: expected at most ${MAX_HEADER_BYTES} bytes, found ${length}`,
    );
  }
}

/**
 * Parses a header and checks that its tensors tile the data: in bounds, no overlap, no hole, nothing left over.
 *
 * @throws {WeightsError} if anything in the header is malformed, inconsistent or of a type that is not read.
 */
export function parseHeader(header: Uint8Array, dataLength: number): Header {
  checkHeaderLength(header.length);
  const metadata = new Map<string, string>();
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(parseObject(header))) {
    checkName(name);
    if (name !== "__metadata__") {
      entries.push(parseEntry(name, value));
      continue;
    }
    for (const [key, text] of Object.entries(expectRecord(value, "The metadata"))) {
      checkName(key);
      if (typeof text !== "string") {
        throw new WeightsError(`Metadata "${key}" must be text, found ${show(text)}`);
      }
      metadata.set(key, text);
    }
  }
  checkTiling(entries, dataLength);
  return { entries, metadata };
}

function checkName(name: string): void {
  if (name.length <= MAX_NAME_LETTERS) return;
  throw new WeightsError(
    `A name in the header has at most ${MAX_NAME_LETTERS} letters, found ${
      show(name)
    } with ${name.length}`,
  );
}

function parseObject(header: Uint8Array): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    value = JSON.parse(text);
  } catch (cause) {
    throw new WeightsError("The file is not a safetensors file: its header is not JSON", { cause });
  }
  const record = expectRecord(value, "The header");
  refuseDuplicateKeys(text);
  return record;
}

/** `JSON.parse` silently keeps the last of two equal keys, so they are looked for in the text. */
function refuseDuplicateKeys(validJson: string): void {
  const open: Set<string>[] = [];
  for (
    const [token, key] of validJson.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)
  ) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const name: string = JSON.parse(key);
      const keys = open.at(-1)!;
      if (keys.has(name)) {
        throw new WeightsError(`The header must name everything once, found ${show(name)} twice`);
      }
      keys.add(name);
    }
  }
}

function parseEntry(name: string, value: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = expectRecord(value, `Tensor "${name}"`);
  if (dtype !== "F32" && dtype !== "F16") {
    throw new WeightsError(`Tensor "${name}" must be of type F32 or F16, found ${show(dtype)}`);
  }
  if (!isCounts(shape) || shape.length > MAX_DIMENSIONS) {
    throw new WeightsError(
      `Tensor "${name}" must have a shape of at most ${MAX_DIMENSIONS} whole numbers, found ${
        show(shape)
      }`,
    );
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new WeightsError(
      `Tensor "${name}" must have two ascending data offsets, found ${show(offsets)}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, length) => product * length, BYTES_PER_VALUE[dtype]);
  if (end - begin !== bytes) {
    throw new WeightsError(
      `Tensor "${name}" of type ${dtype} and shape [${shape}] must take ${bytes} bytes, found ${
        end - begin
      }`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function checkTiling(entries: readonly TensorEntry[], dataLength: number): void {
  const byOffset = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of byOffset) {
    if (begin !== covered) {
      throw new WeightsError(
        `Tensor "${name}" ${
          begin < covered ? "overlaps" : "leaves a hole after"
        } the tensor before it: ` +
          `expected it at byte ${covered}, found ${begin}`,
      );
    }
    covered = end;
  }
  if (covered !== dataLength) {
    throw new WeightsError(
      `The file is ${covered > dataLength ? "cut short" : "longer than its tensors"}: ` +
        `expected ${covered} bytes of data, found ${dataLength}`,
    );
  }
}

function expectRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WeightsError(`${what} must be a JSON object, found ${show(value)}`);
  }
  return value as Record<string, unknown>;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) &&
    value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function show(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? "nothing";
  } catch {
    // A value can be nested too deeply to be written, though not to be read.
    return `a nested ${typeof value}`;
  }
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
