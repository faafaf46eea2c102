/**
 * What callers give: bytes and images, looked at before anything is done with them, as no compiler may have.
 *
 * @module
 */

import type { Image } from "./image.ts";

/** What people give in place of bytes, by the name of its kind, and what is to be done with it first. */
const REMEDIES: Readonly<Record<string, string>> = {
  string: "; read the file that it names first",
  String: "; read the file that it names first",
  URL: "; read the file that it names first",
  Blob: "; give what its arrayBuffer() resolves to",
  File: "; give what its arrayBuffer() resolves to",
  Response: "; give what its arrayBuffer() resolves to",
  Promise: "; await it first",
  Array: "; give Uint8Array.from() of it",
  SharedArrayBuffer: "; give a copy that no other thread can change",
};

/** The bytes that a caller gave, without a copy; nothing where they are no bytes. */
export function bytesOf(given: unknown): Uint8Array | undefined {
  if (given instanceof Uint8Array) return given;
  // Of buffers of another realm, such as a frame's, no class of this one knows.
  if (kindOf(given) === "ArrayBuffer") return new Uint8Array(given as ArrayBuffer);
  if (kindOf(given) !== "Uint8Array" || !ArrayBuffer.isView(given)) return undefined;
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
}

/**
 * The bytes that a caller gave, without a copy.
 *
 * @param call name of the function that takes them
 * @throws {TypeError} if they are no bytes.
 */
export function takeBytes(given: unknown, call: string): Uint8Array {
  const bytes = bytesOf(given);
  if (bytes) return bytes;
  throw new TypeError(
    `"${call}" takes the bytes of a file as a Uint8Array or an ArrayBuffer, ${describe(given)}`,
  );
}

/**
 * Looks whether a caller gave an image, whatever is in it.
 *
 * @param call what the function takes, as a sentence begins: its name, and what else it might take
 * @throws {TypeError} if it is none.
 */
export function requireImage(given: unknown, call: string): asserts given is Image {
  const { data, metadata } = (given ?? {}) as Partial<Image>;
  if (data instanceof Uint8Array && Array.isArray(metadata?.chunks)) return;
  throw new TypeError(
    `${call} an image: width, height, channels, data as a Uint8Array, and metadata with its chunks; ` +
      describe(given),
  );
}

function describe(given: unknown): string {
  const kind = kindOf(given);
  const article = /^[aeio]/i.test(kind) ? "an" : "a";
  const found = given === undefined || given === null ? String(given) : `${article} ${kind}`;
  return `found ${found}${REMEDIES[kind] ?? ""}`;
}

/** `string` and the like, or the name of an object's class as the platform knows it. */
function kindOf(given: unknown): string {
  if (typeof given !== "object" || given === null) return typeof given;
  return Object.prototype.toString.call(given).slice("[object ".length, -1);
}
