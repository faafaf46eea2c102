/**
 * Yes and no as symbols whose probabilities are counted, each in its context.
 *
 * A probability is the mean of two estimates, one that follows quickly and one that is exact in the long run. Whole numbers
 * alone, so that every machine computes the same.
 *
 * @module
 */

import { FREQUENCY_BITS, type RangeDecoder, type RangeEncoder } from "./range_coder.ts";

/** Where symbols go to or come from: one of the two. */
export interface SymbolStream {
  /** Writes them. */
  readonly encoder?: RangeEncoder | undefined;
  /** Reads them. */
  readonly decoder?: RangeDecoder | undefined;
}

const TOTAL = 1 << FREQUENCY_BITS;

/** Bits that estimates have behind those of a frequency, so that steps towards an end do not stop far from it. */
const FINE_BITS = 6;
const FINE_TOTAL = TOTAL << FINE_BITS;

const QUICK_RATE = 4;
const SLOW_RATE = 7;

/** Least frequency of either answer. */
const LEAST = 2;

/** Probabilities by context. */
export class BitModels {
  readonly #quick: Int32Array;
  readonly #slow: Int32Array;

  /** As many contexts, in each of which both answers are as probable. */
  constructor(contexts: number) {
    this.#quick = new Int32Array(contexts).fill(FINE_TOTAL / 2);
    this.#slow = new Int32Array(contexts).fill(FINE_TOTAL / 2);
  }

  /**
   * Codes an answer, and learns from it.
   *
   * @param bit the answer where it is written; ignored where it is read
   */
  code(context: number, { stream, bit }: { stream: SymbolStream; bit: 0 | 1 }): 0 | 1 {
    const quick = this.#quick[context]!;
    const slow = this.#slow[context]!;
    const mean = (quick + slow) >> (FINE_BITS + 1);
    const frequency = mean < LEAST ? LEAST : mean > TOTAL - LEAST ? TOTAL - LEAST : mean;
    const found = stream.encoder ? bit : stream.decoder!.position() < frequency ? 1 : 0;
    const start = found === 1 ? 0 : frequency;
    const length = found === 1 ? frequency : TOTAL - frequency;
    if (stream.encoder) stream.encoder.encode(start, length);
    else stream.decoder!.take(start, length);
    const aim = found === 1 ? FINE_TOTAL - 1 : 0;
    this.#quick[context] = quick + ((aim - quick) >> QUICK_RATE);
    this.#slow[context] = slow + ((aim - slow) >> SLOW_RATE);
    return found;
  }
}
