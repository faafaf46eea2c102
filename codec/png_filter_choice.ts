/**
 * Adaptive filtering: for every row the filter that leaves the smallest differences.
 *
 * Source: the "minimum sum of absolute differences" heuristic, PNG Specification, section 12.7.
 *
 * @module
 */

import { paeth } from "./png_filters.ts";

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
    const sums = [0, 0, 0, 0, 0];
    for (let at = 0; at < row.length; at++) {
      const value = row[at]!;
      const a = at < pixel ? 0 : row[at - pixel]!;
      const b = above[at]!;
      const c = at < pixel ? 0 : above[at - pixel]!;
      none[at + 1] = value;
      left[at + 1] = value - a;
      up[at + 1] = value - b;
      average[at + 1] = value - ((a + b) >> 1);
      best[at + 1] = value - paeth(a, b, c);
      sums[0]! += magnitude(value);
      sums[1]! += magnitude(value - a & 255);
      sums[2]! += magnitude(value - b & 255);
      sums[3]! += magnitude(value - ((a + b) >> 1) & 255);
      sums[4]! += magnitude(best[at + 1]!);
    }
    return this.#candidates[sums.indexOf(Math.min(...sums))]!;
  }
}

function magnitude(byte: number): number {
  return byte < 128 ? byte : 256 - byte;
}
