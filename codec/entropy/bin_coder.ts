/**
 * The bin of a sample to a symbol and back, by a distribution over the bins that there are.
 *
 * @module
 */

import { HEAVY_END, heavyDensity, heavyPair, heavyShare } from "./heavy_tails.ts";
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
  /** Whether the distribution is that of lossy samples, with heavy tails, and not the logistic one. */
  readonly isHeavy: boolean;
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
  const edge = line.edge(bin);
  const share = line.isHeavy ? heavyShare(heavyPair(edge)) : logistic(edge);
  return Math.floor(share * (TOTAL - bins)) + before;
}

/** What is to be learnt from a bin. */
export function binSlopes(bin: number, line: BinLine): BinSlopes {
  const isFirst = bin === line.first;
  const isLast = bin === line.last;
  const lowEdge = isFirst ? 0 : line.edge(bin);
  const highEdge = isLast ? 0 : line.edge(bin + 1);
  // Beyond its end the table is flat and has no slope: what lies there draws mean and scale as far as a sample may.
  const end = line.isHeavy ? HEAVY_END : TABLE_END;
  if (!isFirst && lowEdge > end) return { mean: 1, scale: Number.MAX_VALUE };
  if (!isLast && highEdge < -end) return { mean: -1, scale: Number.MAX_VALUE };
  const low = isFirst ? { share: 0, density: 0 } : pointAt(lowEdge, line);
  const high = isLast ? { share: 1, density: 0 } : pointAt(highEdge, line);
  const share = Math.max(LEAST_SHARE, high.share - low.share);
  const [lowDensity, highDensity] = [low.density, high.density];
  return {
    mean: (lowDensity - highDensity) / share,
    scale: (lowEdge * lowDensity - highEdge * highDensity) / share,
  };
}

/** Distribution function and density at a place. */
function pointAt(edge: number, { isHeavy }: BinLine): { share: number; density: number } {
  if (isHeavy) {
    const pair = heavyPair(edge);
    return { share: heavyShare(pair), density: heavyDensity(pair) };
  }
  const share = logistic(edge);
  // The density of the logistic distribution is F·(1 − F).
  return { share, density: share * (1 - share) };
}
