/**
 * What pixels around a sample predict of it, see `../pixel_predictor.ts` and `../pixel_squares.ts`. It goes by pairs of numbers and by
 * columns, in which every number sees its operations in the same order.
 */

import { unitOf } from "./bins";
import {
  factor,
  forward,
  inputs,
  pivots,
  ROW,
  SAMPLES,
  SOLUTIONS,
  TARGETS,
  UNKNOWN,
  WEIGHTS,
} from "./tables";

/** Gathers the inputs of a sample, and returns how many there are. */
// @ts-ignore: decorator
@inline
export function gather(pixel: usize, colour: i32, mean: f64, table: usize, errors: usize, isLossy: bool): i32 {
  const own = load<i32>(table), others = load<i32>(table, 4);
  let offset = table + 8, to = inputs;
  for (let i = 0; i < own; i++, offset += 4, to += 8) {
    const value = <i32>load<i16>(pixel + load<i32>(offset));
    const level = isLossy ? <f64>value * unitOf(colour) : <f64>value;
    store<f64>(to, value == UNKNOWN ? 0.0 : level - mean);
  }
  for (let known = 0; known < colour; known++) {
    const here = <i32>load<i16>(pixel + (known << 1));
    for (let i = 0; i < others; i++, offset += 4, to += 8) {
      const value = <i32>load<i16>(pixel + load<i32>(offset));
      const difference = isLossy ? <f64>(value - here) * unitOf(known) : <f64>(value - here);
      store<f64>(to, value == UNKNOWN ? 0.0 : difference);
    }
  }
  for (let known = 0; known < colour; known++, to += 8) store<f64>(to, <f64>load<i16>(errors + (known << 1)) / 32.0);
  store<f64>(to, 0.0);
  return i32((to - inputs) >> 3);
}

// @ts-ignore: decorator
@inline
export function expectedOf(state: usize, count: i32): f64 {
  let sums = f64x2.splat(0.0);
  const end = inputs + (<usize>count << 3);
  for (let p = state + WEIGHTS, q = inputs; q < end; p += 16, q += 16) {
    sums = f64x2.add(sums, f64x2.mul(v128.load(p), v128.load(q)));
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

// @ts-ignore: decorator
@inline
export function learnSquares(state: usize, count: i32, target: f64, weight: f64): void {
  for (let row = 0; row < count; row++) {
    const scaled = load<f64>(inputs + (<usize>row << 3)) * weight, pair = f64x2.splat(scaled);
    const first = state + <usize>row * ROW, end = first + (<usize>(row | 1) << 3);
    for (let p = first, q = inputs; p < end; p += 16, q += 16) {
      v128.store(p, f64x2.add(v128.load(p), f64x2.mul(pair, v128.load(q))));
    }
    const aim = state + TARGETS + (<usize>row << 3);
    store<f64>(aim, load<f64>(aim) + scaled * target);
  }
  const samples = load<f64>(state + SAMPLES) + 1.0;
  store<f64>(state + SAMPLES, samples < 32.0 ? samples : 0.0);
  if (samples < 32.0) return;
  solve(state, count);
  const fade = f64x2.splat(0.984375);
  for (let p = state; p < state + WEIGHTS; p += 16) v128.store(p, f64x2.mul(v128.load(p), fade));
}

/** Column by column: what is subtracted from a number comes in the order in which the reference subtracts it. */
export function solve(state: usize, count: i32): void {
  for (let row = 0; row < count; row++) {
    const to = factor + <usize>row * ROW;
    memory.copy(to, state + <usize>row * ROW, <usize>(row + 1) << 3);
    const diagonal = to + (<usize>row << 3);
    store<f64>(diagonal, load<f64>(diagonal) + 1.0);
    store<f64>(forward + (<usize>row << 3), load<f64>(state + TARGETS + (<usize>row << 3)));
  }
  for (let column = 0; column < count; column++) {
    const at = <usize>column << 3;
    const square = load<f64>(factor + <usize>column * ROW + at);
    if (!(square > 1e-9)) return;
    const pivot = sqrt(square);
    store<f64>(factor + <usize>column * ROW + at, pivot);
    const known = load<f64>(forward + at) / pivot;
    store<f64>(forward + at, known);
    for (let row = column + 1; row < count; row++) {
      const p = factor + <usize>row * ROW + at, value = load<f64>(p) / pivot;
      store<f64>(p, value);
      store<f64>(pivots + (<usize>row << 3), value);
      const q = forward + (<usize>row << 3);
      store<f64>(q, load<f64>(q) - value * known);
    }
    // From an even place on, so that pairs stay whole; what lies before the next column is not read again from `pivots`.
    const even = (column + 1) & ~1;
    for (let row = column + 1; row < count; row++) {
      const line = factor + <usize>row * ROW, value = load<f64>(line + at), pair = f64x2.splat(value);
      let first = column + 1;
      if (first != even) {
        first = even + 2;
        const p = line + (<usize>(column + 1) << 3);
        store<f64>(p, load<f64>(p) - value * load<f64>(pivots + (<usize>(column + 1) << 3)));
      }
      for (let next = first; next <= row; next += 2) {
        const p = line + (<usize>next << 3);
        v128.store(p, f64x2.sub(v128.load(p), f64x2.mul(pair, v128.load(pivots + (<usize>next << 3)))));
      }
    }
  }
  for (let row = count - 1; row >= 0; row--) {
    const line = factor + <usize>row * ROW;
    const value = load<f64>(forward + (<usize>row << 3)) / load<f64>(line + (<usize>row << 3));
    store<f64>(state + WEIGHTS + (<usize>row << 3), value);
    for (let other = 0; other < row; other++) {
      const q = forward + (<usize>other << 3);
      store<f64>(q, load<f64>(q) - load<f64>(line + (<usize>other << 3)) * value);
    }
  }
  store<f64>(state + SOLUTIONS, 1.0);
}
