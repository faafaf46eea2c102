/**
 * The range coder, see `../range_coder.ts`.
 */

let low: u32 = 0, carry: u32 = 0, range: u32 = 0, held: u32 = 0, heldCount: u32 = 0, isFirst: bool = true;
let bytes: usize = 0, bytesEnd: usize = 0, code: u32 = 0, part: u32 = 0;

/** Starts a stream whose bytes go to `at`. */
export function startEncoder(at: usize): void {
  low = 0; carry = 0; range = 0xffffffff; held = 0; heldCount = 0; isFirst = true; bytes = at;
}

/** Ends the stream; returns the address behind its last byte. */
export function finishEncoder(): usize {
  for (let i = 0; i < 5; i++) shift();
  return bytes;
}

/** Ends the stream by the number in its range that ends in the most zeros; returns the address behind its last byte. */
export function finishShort(): usize {
  const sum = low + 0xffffff;
  if (sum < low) carry = 1;
  low = sum & 0xff000000;
  return finishEncoder();
}

/** Starts to read a stream; behind `end` are zeros. */
export function startDecoder(at: usize, end: usize): void {
  bytes = at; bytesEnd = end; range = 0xffffffff; code = 0;
  for (let i = 0; i < 4; i++) code = next();
}

// @ts-ignore: decorator
@inline
function next(): u32 {
  let byte: u32 = 0;
  if (bytes < bytesEnd) byte = load<u8>(bytes++);
  return (code << 8) | byte;
}

function shift(): void {
  if (low < 0xff000000 || carry == 1) {
    if (!isFirst) store<u8>(bytes++, held + carry);
    isFirst = false;
    for (; heldCount > 0; heldCount--) store<u8>(bytes++, 0xff + carry);
    held = low >>> 24;
    carry = 0;
  } else heldCount++;
  low = low << 8;
}

// @ts-ignore: decorator
@inline
export function encode(start: u32, frequency: u32): void {
  const p = range >>> 16, add = p * start, sum = low + add;
  if (sum < low) carry = 1;
  low = sum;
  range = start + frequency == 65536 ? range - add : p * frequency;
  while (range < 0x1000000) { shift(); range <<= 8; }
}

// @ts-ignore: decorator
@inline
export function take(start: u32, end: u32): void {
  const before = part * start;
  code -= before;
  range = end == 65536 ? range - before : part * (end - start);
  while (range < 0x1000000) { code = next(); range <<= 8; }
}

/** Where the code lies among 65536ths of the range, at which {@link take} goes on. */
// @ts-ignore: decorator
@inline
export function position(): u32 {
  part = range >>> 16;
  return code / part;
}

/** Whether what is decoded lies below so many 65536ths, after {@link position}. */
// @ts-ignore: decorator
@inline
export function isBelow(start: u32): bool {
  return start * part > code;
}
