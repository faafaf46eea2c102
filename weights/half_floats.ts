/**
 * Half floats (binary16 of IEEE 754-2019), in engines that have no `Float16Array` too.
 *
 * @module
 */

/** Bits of a half that are its fraction. */
const FRACTION_BITS = 10;

/** The least exponent of a normal half; below it the steps between values stay the same. */
const LEAST_EXPONENT = -14;

/** Bits of a half to its value. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = bits >> FRACTION_BITS & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** (LEAST_EXPONENT - FRACTION_BITS);
  return sign * (1024 + fraction) * 2 ** (exponent - 15 - FRACTION_BITS);
}

/** A value to the bits of the nearest half, of two to the even one. What is too large becomes infinity. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size === 0) return sign;
  if (size === Infinity) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(size)), LEAST_EXPONENT);
  const steps = roundToEven(size / 2 ** (exponent - FRACTION_BITS));
  // Counted in steps, a normal half of this exponent lies from 1024 to 2047; 2048 carries into the exponent by itself.
  const bits = (exponent - LEAST_EXPONENT) * 1024 + steps;
  return sign | Math.min(bits, 0x7c00);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
