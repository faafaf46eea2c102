/**
 * Seeded randomness: a generator for placing things, and smooth noise for textures. The same seed gives the
 * same numbers on every machine, as only integer arithmetic and exact divisions decide them.
 *
 * @module
 */

/** Draws the next number of a seeded sequence, uniform in [0, 1). */
export type Random = () => number;

/** Mixes a 32-bit integer until every bit depends on every other (the finaliser of MurmurHash3). */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A uniform random sequence in [0, 1) that depends on nothing but `seed`. */
export function createRandom(seed: number): Random {
  let counter = mix(seed | 0);
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    return mix(counter) / 2 ** 32;
  };
}

/** The random value in [0, 1) that belongs to a lattice point. */
export function hash(x: number, y: number, seed: number): number {
  return mix(mix(mix(seed | 0) ^ (x | 0)) + Math.imul(y | 0, 0x9e3779b1)) / 2 ** 32;
}

/** Value noise in [0, 1): random at whole coordinates, smooth between them. */
export function noise(x: number, y: number, seed: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = smooth(x - left);
  const fy = smooth(y - top);
  const upper = mixBy(hash(left, top, seed), hash(left + 1, top, seed), fx);
  const lower = mixBy(hash(left, top + 1, seed), hash(left + 1, top + 1, seed), fx);
  return mixBy(upper, lower, fy);
}

/** Noise of several octaves in [0, 1): each twice as fine and half as strong as the one before. */
export function fractal(x: number, y: number, options: { seed: number; octaves: number }): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  for (let octave = 0; octave < options.octaves; octave++) {
    sum += weight * noise(x, y, options.seed + octave);
    total += weight;
    weight /= 2;
    x *= 2;
    y *= 2;
  }
  return sum / total;
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

function mixBy(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
