/**
 * Bytes as numbers, and numbers as people read them.
 *
 * @module
 */

/** A view of the bytes as big-endian numbers, without a copy. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 32-bit number as eight hexadecimal digits. */
export function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
