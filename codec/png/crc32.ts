/**
 * PNG's checksum, eight bytes at a time.
 *
 * Sources: PNG Specification, Third Edition, annex D; Kounavis and Berry, 2005, "A systematic approach to building high
 * performance, software-based, CRC generators", for the tables of bytes that lie further back.
 *
 * @module
 */

/** `TABLES[n][byte]` is the checksum of a byte with n zeros after it, without the inversions. */
const TABLES = makeTables();

function makeTables(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ rest >>> 1 : rest >>> 1;
    return rest;
  });
  const tables = [first];
  while (tables.length < 8) {
    tables.push(tables.at(-1)!.map((rest) => first[rest & 255]! ^ rest >>> 8));
  }
  return tables;
}

/**
 * CRC-32 of bytes.
 *
 * @param before checksum of what came before them, default that of nothing
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as readonly [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
    crc = t7[crc & 255]! ^ t6[crc >>> 8 & 255]! ^ t5[crc >>> 16 & 255]! ^ t4[crc >>> 24]! ^
      t3[bytes[at + 4]!]! ^ t2[bytes[at + 5]!]! ^ t1[bytes[at + 6]!]! ^ t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 255]! ^ crc >>> 8;
  return ~crc >>> 0;
}
