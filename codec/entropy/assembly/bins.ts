/**
 * The bins of samples, see `../bins.ts` and `../lossy_bins.ts`.
 */

import { magnitude } from "./features";

/** The bin of a lossy sample that lies so many quanta from the middle of the zero bin. */
// @ts-ignore: decorator
@inline
export function lossyBin(away: i32, reach: i32, step: i32): i32 {
  const beyond = magnitude(away) - reach;
  const bin = beyond > 0 ? (beyond - 1) / step + 1 : 0;
  return away < 0 ? -bin : bin;
}

/** The middle of the lowest bin, from -t to t, of those of which one lies around what a sample is expected to be. */
// @ts-ignore: decorator
@inline
export function lowestMiddle(expected: f64, maxError: i32, width: i32): i32 {
  const rounded = floor(expected + 0.5);
  const middle = rounded < 0.0 ? 0 : rounded < 255.0 ? i32(rounded) : 255;
  return middle - (middle + maxError) / width * width;
}

/** The first value of a bin of lossy samples. */
// @ts-ignore: decorator
@inline
export function lossyStart(middle: i32, bin: i32, reach: i32, step: i32): i32 {
  return bin > 0 ? middle + reach + 1 + (bin - 1) * step : middle - reach + bin * step;
}

/** Levels of a quantum of lossy samples. */
// @ts-ignore: decorator
@inline
export function unitOf(colour: i32): f64 {
  return colour == 1 ? 0.5 : 0.25;
}
