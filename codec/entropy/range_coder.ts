/**
 * A range coder: symbols with 16-bit frequencies to bytes and back.
 *
 * After G. N. N. Martin, *Range encoding: an algorithm for removing redundancy from a digitised message* (1979), with
 * carries delayed as in the LZMA specification: one byte is held back, and behind it a count of bytes 0xFF that a
 * carry would turn into 0x00. All arithmetic is on unsigned 32-bit integers.
 *
 * @module
 */

/** Binary logarithm of what the frequencies of one distribution sum to. */
export const FREQUENCY_BITS = 16;

/** Bytes that end a stream: what `low` still holds. */
const FLUSHED = 5;

/** Below this, the range is widened by a byte, so that every frequency keeps at least one part of it. */
const LEAST_RANGE = 2 ** 24;

/** Writes symbols. */
export class RangeEncoder {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #low = 0;
  #carry = 0;
  #range = 0xffffffff;
  #held = 0;
  #heldCount = 0;
  #isFirst = true;

  /**
   * Writes one symbol.
   *
   * @param start sum of the frequencies of all symbols before it, from 0
   * @param frequency its own frequency, at least 1; `start + frequency` is at most 2¹⁶
   */
  encode(start: number, frequency: number): void {
    const part = this.#range >>> FREQUENCY_BITS;
    const low = this.#low + part * start;
    if (low >= 2 ** 32) this.#carry = 1;
    this.#low = low >>> 0;
    // What rounding leaves over goes to the last symbol.
    this.#range = start + frequency === 1 << FREQUENCY_BITS
      ? this.#range - part * start
      : part * frequency;
    while (this.#range < LEAST_RANGE) {
      this.#shift();
      this.#range = (this.#range << 8) >>> 0;
    }
  }

  /** Ends the stream and returns its bytes. */
  finish(): Uint8Array {
    for (let count = 0; count < FLUSHED; count++) this.#shift();
    return this.#bytes.slice(0, this.#length);
  }

  /** Ends the stream by the number in its range that ends in the most zeros, and returns its bytes but for these. */
  finishShort(): Uint8Array {
    const low = this.#low + (LEAST_RANGE - 1);
    if (low >= 2 ** 32) this.#carry = 1;
    this.#low = (low & -LEAST_RANGE) >>> 0;
    return withoutZeros(this.finish());
  }

  #shift(): void {
    if (this.#low < 0xff000000 || this.#carry === 1) {
      if (!this.#isFirst) this.#push(this.#held + this.#carry);
      this.#isFirst = false;
      for (; this.#heldCount > 0; this.#heldCount--) this.#push(0xff + this.#carry);
      this.#held = this.#low >>> 24;
      this.#carry = 0;
    } else this.#heldCount++;
    this.#low = (this.#low << 8) >>> 0;
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Bytes but for zeros at their end, which a reader takes for granted. */
export function withoutZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, 1 + bytes.findLastIndex((byte) => byte !== 0));
}

/** Reads symbols. Past the end of its bytes it reads zeros: whoever asks compares what came out with a checksum. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 0;
  #range = 0xffffffff;
  #code = 0;
  #part = 0;

  /** Reads a stream that {@link RangeEncoder} wrote. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let count = 0; count < 4; count++) this.#code = this.#next();
  }

  /** Where in the distribution the next symbol lies: its `start ≤ position < start + frequency`. */
  position(): number {
    this.#part = this.#range >>> FREQUENCY_BITS;
    const position = Math.floor(this.#code / this.#part);
    return position < 1 << FREQUENCY_BITS ? position : (1 << FREQUENCY_BITS) - 1;
  }

  /** Takes the symbol that {@link RangeDecoder.position} pointed at, by its start and frequency. */
  take(start: number, frequency: number): void {
    const before = this.#part * start;
    this.#code = (this.#code - before) >>> 0;
    this.#range = start + frequency === 1 << FREQUENCY_BITS
      ? this.#range - before
      : this.#part * frequency;
    while (this.#range < LEAST_RANGE) {
      this.#code = this.#next();
      this.#range = (this.#range << 8) >>> 0;
    }
  }

  /** How many bytes were read, those past the end included. */
  get consumed(): number {
    return this.#at;
  }

  #next(): number {
    const byte = this.#at < this.#bytes.length ? this.#bytes[this.#at]! : 0;
    this.#at++;
    return ((this.#code << 8) | byte) >>> 0;
  }
}
