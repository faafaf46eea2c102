/**
 * A seeded generator of random numbers whose whole state is one 32-bit number, so that a checkpoint can hold it.
 *
 * @module
 */

/** Mulberry32 (Tommy Ettinger, 2017): 32 bits of state, equidistributed, ample for picking crops. */
export class Random {
  /** The state; the same state gives the same numbers. */
  state: number;

  /** A generator that starts from `seed`, taken modulo 2³². */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** The next number, in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** The next whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** The next number from the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}
