/**
 * A plane of bytes, row by row: for masks, of which most is constant and the rest soft edges.
 *
 * A sample is that to its west, or that to its north, or its difference from what both and their corner suggest (the median
 * edge detector of LOCO-I; Weinberger, Seroussi and Sapiro, 2000), bit by bit.
 *
 * @module
 */

import { BitModels, type SymbolStream } from "./bit_models.ts";

/** Contexts of the first two questions: which of the four neighbours are equal, and whether the west is an end of the range. */
const EQUALITIES = 64;
const ENDS = 3;

/** Levels of how much neighbours differ. */
const ACTIVITIES = 6;

/** Answers before the length of a difference is known, and those of its bits. */
const MOST_BITS = 8;

/** Codes a plane's rows in order. */
export class PlaneCoder {
  readonly #width: number;
  readonly #height: number;
  readonly #data: Uint8Array;
  readonly #stream: SymbolStream;
  readonly #west = new BitModels(EQUALITIES * ENDS);
  readonly #north = new BitModels(EQUALITIES * ENDS);
  readonly #signs = new BitModels(ENDS * ACTIVITIES);
  readonly #lengths = new BitModels(ACTIVITIES * (MOST_BITS + 1));
  readonly #bits = new BitModels((MOST_BITS + 1) << MOST_BITS);
  /** Samples around that at hand. */
  #w = 0;
  #n = 0;
  #nw = 0;
  #ne = 0;

  /** Encodes `plane`, or decodes into it, by which of the two streams is given. */
  constructor(
    plane: { readonly width: number; readonly height: number; readonly data: Uint8Array },
    stream: SymbolStream,
  ) {
    this.#width = plane.width;
    this.#height = plane.height;
    this.#data = plane.data;
    this.#stream = stream;
  }

  /** Codes all rows, in order. */
  codeRows(): void {
    for (let row = 0; row < this.#height; row++) {
      for (let column = 0; column < this.#width; column++) {
        this.#look(row, column);
        const at = row * this.#width + column;
        this.#data[at] = this.#code(this.#data[at]!);
      }
    }
  }

  /** What lies outside is what lies next to it; before the first sample everything is 255, as most masks begin opaque. */
  #look(row: number, column: number): void {
    const width = this.#width;
    const data = this.#data;
    const at = row * width + column;
    const north = row > 0 ? data[at - width]! : -1;
    this.#w = column > 0 ? data[at - 1]! : north < 0 ? 255 : north;
    this.#n = north < 0 ? this.#w : north;
    this.#nw = row > 0 && column > 0 ? data[at - width - 1]! : this.#n;
    this.#ne = row > 0 && column + 1 < width ? data[at - width + 1]! : this.#n;
  }

  #code(value: number): number {
    const [w, n, nw, ne] = [this.#w, this.#n, this.#nw, this.#ne];
    const end = w === 0 ? 0 : w === 255 ? 1 : 2;
    const equalities = +(w === n) | +(n === nw) << 1 | +(n === ne) << 2 | +(w === nw) << 3 |
      +(ne === 0) << 4 | +(ne === 255) << 5;
    const context = equalities * ENDS + end;
    if (this.#ask(this.#west, { context, answer: value === w })) return w;
    if (w !== n && this.#ask(this.#north, { context, answer: value === n })) return n;
    return this.#codeDifference(value);
  }

  /** A difference that is not 0, modulo 256: its sign, how many bits its size has, and these. */
  #codeDifference(value: number): number {
    const [w, n, nw, ne] = [this.#w, this.#n, this.#nw, this.#ne];
    const guess = nw >= Math.max(w, n)
      ? Math.min(w, n)
      : nw <= Math.min(w, n)
      ? Math.max(w, n)
      : w + n - nw;
    const activity = activityOf(Math.abs(w - nw) + Math.abs(n - nw) + Math.abs(ne - n));
    const end = guess === 0 ? 0 : guess === 255 ? 1 : 2;
    const difference = (value - guess + 384) % 256 - 128;
    const isBelow = this.#ask(this.#signs, {
      context: activity * ENDS + end,
      answer: difference < 0,
    });
    const size = isBelow ? -difference : difference;
    let length = 0;
    while (
      length < MOST_BITS &&
      this.#ask(this.#lengths, {
        context: activity * (MOST_BITS + 1) + length,
        answer: size >> length > 0,
      })
    ) length++;
    let found = length === 0 ? 0 : 1;
    for (let bit = length - 2; bit >= 0; bit--) {
      const context = (length << MOST_BITS) + found;
      found = found << 1 | +this.#ask(this.#bits, { context, answer: (size >> bit & 1) === 1 });
    }
    return (guess + (isBelow ? -found : found)) & 255;
  }

  #ask(models: BitModels, { context, answer }: { context: number; answer: boolean }): boolean {
    return models.code(context, { stream: this.#stream, bit: answer ? 1 : 0 }) === 1;
  }
}

function activityOf(difference: number): number {
  if (difference < 2) return 0;
  if (difference < 8) return 1;
  if (difference < 24) return 2;
  if (difference < 64) return 3;
  return difference < 160 ? 4 : 5;
}
