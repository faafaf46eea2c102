/**
 * Adaptive filtering: for every row the filter that leaves the smallest differences.
 *
 * Source: the "minimum sum of absolute differences" heuristic, PNG Specification, section 12.7.
 *
 * @module
 */

import { paeth } from "./png_filters.ts";

/** Of every byte, taken as a number from −128 to 127. */
const MAGNITUDES = Uint8Array.from({ length: 256 }, (_, byte) => Math.min(byte, 256 - byte));

/** The filtered forms of one row; reused from row to row. */
export class RowFilter {
  readonly #pixel: number;
  readonly #candidates: readonly Uint8Array[];

  /**
   * Makes room for the forms of a row.
   *
   * @param stride bytes in a row
   * @param pixel bytes in a pixel
   */
  constructor(stride: number, pixel: number) {
    this.#pixel = pixel;
    this.#candidates = [0, 1, 2, 3, 4].map((type) => {
      const candidate = new Uint8Array(stride + 1);
      candidate[0] = type;
      return candidate;
    });
  }

  /**
   * Filters a row.
   *
   * @param row bytes of the row
   * @param above bytes of the row above it, zeros for the first
   * @returns filter type and filtered bytes; valid until the next call.
   */
  filter(row: Uint8Array, above: Uint8Array): Uint8Array {
    const [none, left, up, average, best] = this.#candidates as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const pixel = this.#pixel;
    let [sumNone, sumLeft, sumUp, sumAverage, sumPaeth] = [0, 0, 0, 0, 0];
    for (let at = 0; at < row.length; at++) {
      const value = row[at]!;
      const a = at < pixel ? 0 : row[at - pixel]!;
      const b = above[at]!;
      const c = at < pixel ? 0 : above[at - pixel]!;
      const fromLeft = value - a & 255;
      const fromUp = value - b & 255;
      const fromAverage = value - ((a + b) >> 1) & 255;
      const fromPaeth = value - paeth(a, b, c) & 255;
      none[at + 1] = value;
      left[at + 1] = fromLeft;
      up[at + 1] = fromUp;
      average[at + 1] = fromAverage;
      best[at + 1] = fromPaeth;
      sumNone += MAGNITUDES[value]!;
      sumLeft += MAGNITUDES[fromLeft]!;
      sumUp += MAGNITUDES[fromUp]!;
      sumAverage += MAGNITUDES[fromAverage]!;
      sumPaeth += MAGNITUDES[fromPaeth]!;
    }
    const sums = [sumNone, sumLeft, sumUp, sumAverage, sumPaeth];
    return this.#candidates[sums.indexOf(Math.min(...sums))]!;
  }
}
