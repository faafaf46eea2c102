/**
 * zlib's checksum, of bytes and of two parts joined.
 *
 * Source: RFC 1950, section 8.2.
 *
 * @module
 */

/** Largest prime below 2¹⁶. */
const BASE = 65521;

/** So many bytes can be added before a sum of 32 bits overflows. */
const MOST_BYTES = 3800;

/**
 * Adler-32 of bytes.
 *
 * @param before checksum of what came before them, default that of nothing
 */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  for (let from = 0; from < bytes.length; from += MOST_BYTES) {
    const to = Math.min(from + MOST_BYTES, bytes.length);
    for (let at = from; at < to; at++) {
      low += bytes[at]!;
      high += low;
    }
    low %= BASE;
    high %= BASE;
  }
  return pack(low, high);
}

/**
 * Adler-32 of two parts, one after the other.
 *
 * @param first checksum of the first
 * @param second checksum of the second, and its length in bytes
 */
export function joinAdler32(
  first: number,
  second: { readonly adler: number; readonly length: number },
): number {
  const { adler, length } = second;
  const low = first & 0xffff;
  // Each byte of the second part counts the sum before it once more.
  const high = (first >>> 16) + (adler >>> 16) + length % BASE * (low - 1 + BASE) % BASE;
  return pack((low + (adler & 0xffff) + BASE - 1) % BASE, high % BASE);
}

function pack(low: number, high: number): number {
  return (high << 16 | low) >>> 0;
}
