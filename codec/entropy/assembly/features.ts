/**
 * What is known around a sample as numbers, and how these are weighed and learnt, see `../phase_features.ts`, `../logistic.ts`
 * and `../adaptation.ts`.
 */

import { contrasts, counts, expectations, ratios, tails, UNKNOWN } from "./tables";

/** The logistic distribution function of two arguments. */
// @ts-ignore: decorator
@inline
export function logistic(z: v128): v128 {
  const at = f64x2.pmin(f64x2.mul(f64x2.abs(z), f64x2.splat(32.0)), f64x2.splat(640.0));
  const index = i32x4.trunc_sat_f64x2_s_zero(at);
  const first = v128.load(tails + (<usize>i32x4.extract_lane(index, 0) << 3));
  const second = v128.load(tails + (<usize>i32x4.extract_lane(index, 1) << 3));
  const value = v128.shuffle<f64>(first, second, 0, 2), next = v128.shuffle<f64>(first, second, 1, 3);
  const tail = f64x2.add(value, f64x2.mul(f64x2.sub(next, value), f64x2.sub(at, f64x2.convert_low_i32x4_s(index))));
  return v128.bitselect(tail, f64x2.sub(f64x2.splat(1.0), tail), f64x2.lt(z, f64x2.splat(0)));
}

/** Two errors as features. */
// @ts-ignore: decorator
@inline
export function featuresOf(first: i32, second: i32, unit: v128): v128 {
  const errors = i32x4.replace_lane(i32x4.splat(first), 1, second);
  const value = f64x2.mul(f64x2.convert_low_i32x4_s(errors), unit);
  return f64x2.pmax(f64x2.pmin(value, f64x2.splat(6.0)), f64x2.splat(-6.0));
}

// @ts-ignore: decorator
@inline
export function weighted(at: usize, features: v128): v128 {
  return f64x2.mul(v128.load(at), features);
}

// @ts-ignore: decorator
@inline
export function learn(at: usize, features: v128, slope: v128): void {
  v128.store(at, f64x2.add(v128.load(at), f64x2.mul(slope, features)));
}

// @ts-ignore: decorator
@inline
export function expectation(classes: usize): i32 {
  return load<i32>(expectations + (<usize>load<u8>(classes) << 2));
}

// @ts-ignore: decorator
@inline
export function magnitude(value: i32): i32 {
  const sign = value >> 31;
  return (value ^ sign) - sign;
}

// @ts-ignore: decorator
@inline
export function contrastOf(pixel: usize, colour: i32, nearest: usize): i32 {
  let least = 32767, most = -32767;
  for (let i = 0; i < 4; i++) {
    const value = <i32>load<i16>(pixel + load<i32>(nearest + (i << 2)) + (colour << 1));
    if (value == UNKNOWN) continue;
    least = min(least, value); most = max(most, value);
  }
  return max(0, most - least);
}

// @ts-ignore: decorator
@inline
export function learnRatio(context: usize, known: f64, factor: f64): void {
  const next = factor * known;
  let ratio = load<f64>(ratios + context) + (next < 0.00390625 ? 0.00390625 : next > 4096.0 ? 4096.0 : next);
  let count = load<f64>(counts + context) + 1.0;
  if (count > 400.0) { ratio /= 2.0; count /= 2.0; }
  store<f64>(ratios + context, ratio); store<f64>(counts + context, count);
}
