/**
 * The bin of a sample to a symbol and back, by a logistic distribution over the bins that there are.
 *
 * @module
 */

import { logistic, TABLE_END } from "./logistic.ts";
import { FREQUENCY_BITS, type RangeDecoder, type RangeEncoder } from "./range_coder.ts";

/** A bin's share counts as no less when learning from it: in the tail, its slope would be a ratio of rounding errors. */
const LEAST_SHARE = 1e-9;

const TOTAL = 1 << FREQUENCY_BITS;

/** The bins of a sample, and where they lie in its distribution. */
export interface BinLine {
  /** The lowest bin. */
  readonly first: number;
  /** The highest bin. */
  readonly last: number;
  /** Where a bin begins, in scales from the mean; not asked of the lowest, which has no lower end. */
  edge(bin: number): number;
}

/** What a bin says of the distribution that it was coded by. */
export interface BinSlopes {
  /** Derivative of its log-likelihood by the mean, in scales. */
  readonly mean: number;
  /** The same by the logarithm of the scale. */
  readonly scale: number;
}

/** Codes bins by one of two streams. */
export class BinCoder {
  readonly #encoder: RangeEncoder | undefined;
  readonly #decoder: RangeDecoder | undefined;

  /** Encodes or decodes, by which of the two is given. */
  constructor(
    streams: { encoder?: RangeEncoder | undefined; decoder?: RangeDecoder | undefined },
  ) {
    this.#encoder = streams.encoder;
    this.#decoder = streams.decoder;
  }

  /** Whether bins are read. */
  get isReading(): boolean {
    return this.#encoder === undefined;
  }

  /** Codes a bin: `bin` where it is written, else the one that was; `bin` is where the search for it begins. */
  code(bin: number, line: BinLine): number {
    if (this.#encoder) {
      const start = cumulative(bin, line);
      this.#encoder.encode(start, cumulative(bin + 1, line) - start);
      return bin;
    }
    const decoder = this.#decoder!;
    const position = decoder.position();
    let found = Math.max(line.first, Math.min(line.last, bin));
    let start = cumulative(found, line);
    let end: number;
    if (start > position) {
      do {
        end = start;
        start = cumulative(--found, line);
      } while (start > position);
    } else {
      end = cumulative(found + 1, line);
      while (end <= position) {
        found++;
        start = end;
        end = cumulative(found + 1, line);
      }
    }
    decoder.take(start, end - start);
    return found;
  }
}

/** Sum of the frequencies of the bins before one. */
function cumulative(bin: number, line: BinLine): number {
  if (bin === line.first) return 0;
  if (bin > line.last) return TOTAL;
  const before = bin - line.first;
  const bins = line.last - line.first + 1;
  return Math.floor(logistic(line.edge(bin)) * (TOTAL - bins)) + before;
}

/** What is to be learnt from a bin. */
export function binSlopes(bin: number, line: BinLine): BinSlopes {
  const isFirst = bin === line.first;
  const isLast = bin === line.last;
  const lowEdge = isFirst ? 0 : line.edge(bin);
  const highEdge = isLast ? 0 : line.edge(bin + 1);
  // Beyond its end the table is flat and has no slope: what lies there draws mean and scale as far as a sample may.
  if (!isFirst && lowEdge > TABLE_END) return { mean: 1, scale: Number.MAX_VALUE };
  if (!isLast && highEdge < -TABLE_END) return { mean: -1, scale: Number.MAX_VALUE };
  const low = isFirst ? 0 : logistic(lowEdge);
  const high = isLast ? 1 : logistic(highEdge);
  const share = Math.max(LEAST_SHARE, high - low);
  // The density of the logistic distribution is F·(1 − F).
  const lowDensity = low * (1 - low);
  const highDensity = high * (1 - high);
  return {
    mean: (lowDensity - highDensity) / share,
    scale: (lowEdge * lowDensity - highEdge * highDensity) / share,
  };
}
