/**
 * Seeded choices, so that a case can be thrown again.
 *
 * @module
 */

import { createRandom, type Random } from "../support/scene.ts";

/** Numbers at which lengths, sizes and counts go wrong. */
const EXTREMES: readonly number[] = [
  ...[0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 64, 127, 128, 129, 254, 255, 256, 257],
  ...[1000, 32767, 32768, 60000, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
];

/** The choices of one case. */
export class Dice {
  readonly #random: Random;

  /** The same seed and index give the same choices. */
  constructor(seed: number, index: number) {
    this.#random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  }

  /** A whole number from 0 to `end` − 1; 0 where there is none. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** Whether something that happens with this probability does. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** One of some things. */
  pick<Thing>(things: readonly Thing[]): Thing {
    if (things.length === 0) throw new RangeError("There is nothing to pick from");
    return things[this.below(things.length)]!;
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A number that is likely to do harm. */
  extreme(): number {
    return this.chance(0.7) ? this.pick(EXTREMES) : this.below(2 ** 32);
  }

  /** A place in a list: often near its start, where formats keep their headers. */
  place(length: number): number {
    return this.chance(0.4) ? this.below(Math.min(length, 64)) : this.below(length);
  }
}
