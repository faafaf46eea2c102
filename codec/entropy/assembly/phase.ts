/**
 * The samples of a phase, in AssemblyScript: `deno task assemble` makes `codec/entropy/phase_kernel.ts` of it.
 *
 * Repeats `phase_coder.ts`, `bin_coder.ts`, `heavy_tails.ts`, `bins.ts`, `lossy_bins.ts`, `step_factors.ts`, `phase_features.ts`, `adaptation.ts`, `pixel_predictor.ts`, `pixel_squares.ts`, `logistic.ts`
 * and `range_coder.ts` operation by operation, in doubles and 32-bit integers, so that bytes, samples, errors and what is learnt are the same.
 */

import { lossyBin, lossyStart, lowestMiddle, unitOf } from "./bins";
import {
  contrastOf,
  expectation,
  featuresOf,
  learn,
  learnRatio,
  logistic,
  magnitude,
  weighted,
} from "./features";
import { expectedOf, gather, learnSquares } from "./least_squares";
import { encode, isBelow, position, take } from "./range_coder";
import {
  CLASSES,
  CONTEXTS,
  contrasts,
  counts,
  FEATURES,
  guesses,
  inverses,
  ratios,
  scales,
  shapes,
  SOLUTIONS,
  SQUARES,
  squares,
  surprises,
  weights,
} from "./tables";

export { finishEncoder, finishShort, startDecoder, startEncoder } from "./range_coder";
export { setAdaptation, setTables } from "./tables";

/** How samples are told: exactly, by bins of a largest error, by bins of lossy samples. */
const EXACT: i32 = 0, NEAR: i32 = 1, LOSSY: i32 = 2;

/** Encodes exact rows as `codeRows` does. */
export function encodeRows(block: usize, firstRow: i32, end: i32): void {
  codeRows(block, firstRow, end, true, EXACT);
}

/** Decodes exact rows as `codeRows` does. */
export function decodeRows(block: usize, firstRow: i32, end: i32): void {
  codeRows(block, firstRow, end, false, EXACT);
}

/** Codes rows with a largest error as `codeRows` does. */
export function codeNearRows(block: usize, firstRow: i32, end: i32, isEncoder: bool): void {
  codeRows(block, firstRow, end, isEncoder, NEAR);
}

/** Codes lossy rows as `codeRows` does. */
export function codeLossyRows(block: usize, firstRow: i32, end: i32, isEncoder: bool): void {
  codeRows(block, firstRow, end, isEncoder, LOSSY);
}

/**
 * Codes rows from `firstRow` up to `end`.
 *
 * @param block i32: phase, width, height, stride, colours, largest error, address of predictions, of samples; then for each of
 * three planes of errors width, height, address of errors, of classes; then the address of the pixels of the row of cells
 * `firstRow`, numbers of a row of pixels, address of the inputs' table (for each colour: neighbours of its own, of every
 * known colour, their offsets in bytes; 40 numbers), of the offsets of the nearest four; then of lossy samples, which are
 * 16-bit numbers, the steps of three colours, the address of the bounds of bins, and whether steps are the same everywhere
 */
// @ts-ignore: decorator
@inline
function codeRows(block: usize, firstRow: i32, end: i32, isEncoder: bool, kind: i32): void {
  const isLossy = kind == LOSSY, isNear = kind == NEAR;
  const phase = load<i32>(block), width = load<i32>(block, 4), stride = load<i32>(block, 12), colours = load<i32>(block, 16), maxError = isNear ? load<i32>(block, 20) : 0;
  const predictions = <usize>load<u32>(block, 24), samples = <usize>load<u32>(block, 28);
  const own = block + 32 + 16 * phase;
  const errors = <usize>load<u32>(own, 8), classes = <usize>load<u32>(own, 12);
  const dWidth = load<i32>(block, 32), dHeight = load<i32>(block, 36), dErrors = <usize>load<u32>(block, 40);
  const oWidth = load<i32>(block, 48), oHeight = min(load<i32>(block, 52), end), oErrors = <usize>load<u32>(block, 56), oClasses = <usize>load<u32>(block, 60);
  const pixels = <usize>load<u32>(block, 80), lineOfPixels = load<i32>(block, 84), tables = <usize>load<u32>(block, 88), nearest = <usize>load<u32>(block, 92);
  const xOfPhase = phase == 2 ? 0 : 1, yOfPhase = phase == 1 ? 0 : 1;
  const binWidth = 2 * maxError + 1, levels = <f64>binWidth, perLevel = 1.0 / levels;
  // Of samples that are told exactly, all of them; of others each has its own.
  let lowest = 0, last = 255, below: f64 = -0.5, room = f64x2.splat(65280.0);
  const line = width * 3;
  const isEven = isLossy && load<i32>(block, 112) != 0;
  let stepFactor: i32 = 64;
  for (let row = firstRow; row < end; row++) for (let column = 0; column < width; column++) for (let colour = 0; colour < colours; colour++) {
    const at = (row * width + column) * 3 + colour;
    const from = predictions + (row * stride + column) * 18;
    const named = <i32>load<i16>(from + ((3 + colour) << 1));
    const scaleClass = min(max(named, 0), CLASSES - 1);
    const scale = load<f64>(scales + (<usize>scaleClass << 3)), inverse = load<f64>(inverses + (<usize>scaleClass << 3));
    const unit = f64x2.splat(inverse * 0.03125);
    const e = errors + (<usize>at << 1), c = classes + at;
    const n = e - (<usize>line << 1), nc = c - line;
    let west = 0, north = 0, northWest = 0, northEast = 0, near = 0, corner = 0, found = 0;
    if (column > 0) { west = load<i16>(e - 6); near = expectation(c - 3); }
    if (row > firstRow) {
      north = load<i16>(n); near += expectation(nc);
      if (column > 0) { northWest = load<i16>(n - 6); corner = expectation(nc - 3); }
      if (column + 1 < width) { northEast = load<i16>(n + 6); corner += expectation(nc + 3); }
    }
    const network = <f64>load<i16>(from + (colour << 1)) * 0.0625;
    let shift: f64 = 0;
    let green = 0, red = 0;
    if (colour > 0) {
      green = load<i16>(e - (colour << 1)); near += expectation(c - colour);
      shift += <f64>(<i32>load<i16>(from + ((5 + colour) << 1)) * green) * 0.00048828125;
      if (colour > 1) {
        red = load<i16>(e - 2); near += expectation(c - 1);
        shift += <f64>(<i32>load<i16>(from + 16) * red) * 0.00048828125;
      }
    }
    found = 10 * (magnitude(west) + magnitude(north) + magnitude(green) + magnitude(red)) + 5 * (magnitude(northWest) + magnitude(northEast));
    let expected = 10 * near + 5 * corner;
    const f0 = featuresOf(west, north, unit), f1 = featuresOf(northWest, northEast, unit), f2 = featuresOf(green, red, unit), f3 = f64x2(0.3, 0);
    let f4 = f64x2.splat(0), f5 = f4, f6 = f4;
    const mean = network + shift;
    const pixel = pixels + (<usize>((2 * (row - firstRow) + yOfPhase) * lineOfPixels + (2 * column + xOfPhase) * 3) << 1);
    const place = phase * 3 + colour;
    const state = squares + <usize>place * SQUARES;
    const inputCount = gather(pixel, colour, network, tables + colour * 160, e - (colour << 1), isLossy);
    const expectedHere = expectedOf(state, inputCount);
    const offered = (expectedHere - shift) * inverse;
    const hint = load<f64>(state + SOLUTIONS) > 0 ? (offered > 6.0 ? 6.0 : offered < -6.0 ? -6.0 : offered) : 0.0;
    const w = weights + place * FEATURES * 8;
    let even = f64x2.add(weighted(w, f0), weighted(w + 32, f2)), odd = f64x2.add(weighted(w + 16, f1), weighted(w + 48, f3));
    if (phase > 0) {
      const here = dErrors + (((row * dWidth + column) * 3 + colour) << 1);
      let one = 0, two = 0;
      if (row < dHeight && column < dWidth) one = load<i16>(here);
      if (phase == 1) { if (row > 0 && column < dWidth) two = load<i16>(here - dWidth * 6); }
      else if (column > 0 && row < dHeight) two = load<i16>(here - 6);
      f4 = featuresOf(one, two, unit);
      even = f64x2.add(even, weighted(w + 64, f4));
      if (phase > 1) {
        const there = (row * oWidth + column) * 3 + colour, under = there + oWidth * 3;
        const hasHere = column < oWidth, hasBefore = column > 0;
        let a = 0, b = 0, g = 0, h = 0, other = 0;
        if (row < oHeight) {
          if (hasHere) { a = load<i16>(oErrors + (there << 1)); other = expectation(oClasses + there); }
          if (hasBefore) { b = load<i16>(oErrors + (there << 1) - 6); other += expectation(oClasses + there - 3); }
        }
        if (row + 1 < oHeight) {
          if (hasHere) { g = load<i16>(oErrors + (under << 1)); other += expectation(oClasses + under); }
          if (hasBefore) { h = load<i16>(oErrors + (under << 1) - 6); other += expectation(oClasses + under - 3); }
        }
        found += 7 * (magnitude(a) + magnitude(b) + magnitude(g) + magnitude(h)); expected += 7 * other;
        f5 = featuresOf(a, b, unit); f6 = featuresOf(g, h, unit);
        odd = f64x2.add(odd, weighted(w + 80, f5)); even = f64x2.add(even, weighted(w + 96, f6));
      }
    }
    const sums = f64x2.add(even, odd);
    const wPixel = w + 14 * 8;
    const corrected = mean + (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1) + load<f64>(wPixel) * hint) * scale;
    let surprise = 3;
    if (expected > 0) {
      const compared = f32x4.splat(<f32>found), against = f32x4.splat(<f32>expected);
      const low = f32x4.ge(compared, f32x4.mul(against, v128.load(surprises))), high = f32x4.ge(compared, f32x4.mul(against, v128.load(surprises, 16)));
      surprise = popcnt(i32x4.bitmask(low) | i32x4.bitmask(high) << 4);
    }
    const context: usize = <usize>(place * CONTEXTS + (scaleClass >> 1) * 8 + surprise) << 3;
    const ownContexts = <usize>(place * CONTEXTS) << 3, band = min(scaleClass / 12, 7);
    const contrast = load<u8>(contrasts + (scaleClass << 8) + (isLossy ? contrastOf(pixel, colour, nearest) >> (colour == 1 ? 1 : 2) : contrastOf(pixel, colour, nearest)));
    const contrastContext = ownContexts + (<usize>(392 + contrast * 8 + band) << 3);
    const grey = (isLossy && colour > 0 ? corrected + 128.0 : corrected) * 0.0625, level = grey < 0.0 ? 0 : grey < 16.0 ? i32(grey) : 15;
    const greyContext = ownContexts + (<usize>(648 + level * 8 + band) << 3);
    const bySurprise = load<f64>(ratios + context) / load<f64>(counts + context);
    const byContrast = load<f64>(ratios + contrastContext) / load<f64>(counts + contrastContext);
    const byGrey = load<f64>(ratios + greyContext) / load<f64>(counts + greyContext);
    const known = bySurprise * byContrast * byGrey, narrow = inverse / known;
    const sample = row * stride + column;
    let z: v128, share: v128, density: v128, inner: v128, outer: v128, start: u32 = 0, stop: u32 = 0, value: f64 = 0, stored: i32 = 0;
    if (isLossy) {
      const unit = unitOf(colour);
      if (colour == 0 && !isEven) stepFactor = load<u8>(shapes + (contrastOf(pixel, 0, nearest) >> 2), 128);
      const step = max(1, (load<i32>(block + 96 + (colour << 2)) * stepFactor + 32) >> 6);
      const wide = <f64>step * unit * narrow * 4.0, shape = wide < 63.0 ? i32(wide) : 63;
      const reach = step * load<u8>(shapes + shape) >> 6, drawn = <i32>load<u8>(shapes + shape, 64);
      const least = colour == 0 ? 0 : colour == 1 ? -255 : -510, most = colour == 0 ? 1020 : colour == 1 ? 255 : 510;
      const rounded = floor(corrected / unit + 0.5);
      const middle = rounded < <f64>least ? least : rounded < <f64>most ? i32(rounded) : most;
      const firstBin = lossyBin(least - middle, reach, step), lastBin = lossyBin(most - middle, reach, step);
      const room = f64x2.splat(<f64>(65535 - lastBin + firstBin));
      const at = samples + ((sample * 4 + colour) << 1);
      let bin = 0;
      if (isEncoder) bin = lossyBin(<i32>load<i16>(at) - middle, reach, step);
      else {
        const pos = position();
        const away = <f64>load<f32>(guesses + (pos < 65536 ? pos >>> 6 << 2 : 4092)) * (known * scale) / unit;
        bin = max(firstBin, min(lastBin, lossyBin(i32(away > 2000.0 ? 2000.0 : away > -2000.0 ? away : -2000.0), reach, step)));
      }
      while (true) {
        const low = <f64>lossyStart(middle, bin, reach, step) - 0.5, high = <f64>lossyStart(middle, bin + 1, reach, step) - 0.5;
        z = f64x2.replace_lane(f64x2.splat((low * unit - corrected) * narrow), 1, (high * unit - corrected) * narrow);
        inner = logistic(z); outer = logistic(f64x2.mul(z, f64x2.splat(0.2)));
        if (bin == firstBin) { z = f64x2.replace_lane(z, 0, 0); inner = f64x2.replace_lane(inner, 0, 0); outer = f64x2.replace_lane(outer, 0, 0); }
        if (bin == lastBin) { z = f64x2.replace_lane(z, 1, 0); inner = f64x2.replace_lane(inner, 1, 1.0); outer = f64x2.replace_lane(outer, 1, 1.0); }
        share = f64x2.add(inner, f64x2.mul(f64x2.sub(outer, inner), f64x2.splat(0.0078125)));
        const edges = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(share, room));
        start = <u32>(i32x4.extract_lane(edges, 0) + bin - firstBin); stop = <u32>(i32x4.extract_lane(edges, 1) + bin + 1 - firstBin);
        if (isEncoder) break;
        if (isBelow(start)) bin--;
        else if (bin < lastBin && !isBelow(stop)) bin++;
        else break;
      }
      if (isEncoder) encode(start, stop - start); else take(start, stop);
      density = f64x2.add(
        f64x2.mul(f64x2.mul(inner, f64x2.sub(f64x2.splat(1.0), inner)), f64x2.splat(0.9921875)),
        f64x2.mul(f64x2.mul(outer, f64x2.sub(f64x2.splat(1.0), outer)), f64x2.splat(0.0015625)),
      );
      const distance = magnitude(bin), offset = bin == 0 ? 0 : (32 * (2 * reach + 1 + (2 * distance - 1) * step) - drawn * step + 32) >> 6;
      stored = max(least, min(most, middle + (bin < 0 ? -offset : offset)));
      value = <f64>stored * unit;
      store<i16>(at, <i16>stored);
      const bounds = <usize>load<u32>(block, 108) + ((sample * 4 + colour) << 2);
      store<i16>(bounds, <i16>max(least, lossyStart(middle, bin, reach, step)));
      store<i16>(bounds, <i16>min(most, lossyStart(middle, bin + 1, reach, step) - 1), 2);
    } else {
      if (isNear) {
        lowest = lowestMiddle(corrected, maxError, binWidth);
        last = (255 + maxError - lowest) / binWidth;
        below = <f64>(lowest - maxError) - 0.5;
        room = f64x2.splat(<f64>(65535 - last));
      }
      const origin = (below - corrected) * narrow, step = narrow * levels, at = samples + sample * 4 + colour;
      let bin: i32;
      if (isEncoder) { bin = load<u8>(at); if (isNear) bin = (bin + maxError - lowest) / binWidth; }
      else {
        const pos = position();
        const guess = (<f64>load<f32>(guesses + (pos < 65536 ? pos >>> 6 << 2 : 4092)) - origin) * (known * scale * perLevel);
        bin = guess < <f64>last ? (guess > 0 ? i32(guess) : 0) : last;
      }
      while (true) {
        z = f64x2.replace_lane(f64x2.splat(origin + <f64>bin * step), 1, origin + <f64>(bin + 1) * step);
        share = logistic(z);
        if (bin == 0) { z = f64x2.replace_lane(z, 0, 0); share = f64x2.replace_lane(share, 0, 0); }
        if (bin == last) { z = f64x2.replace_lane(z, 1, 0); share = f64x2.replace_lane(share, 1, 1.0); }
        const edges = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(share, room));
        start = <u32>(i32x4.extract_lane(edges, 0) + bin); stop = <u32>(i32x4.extract_lane(edges, 1) + bin + 1);
        if (isEncoder) break;
        if (isBelow(start)) bin--;
        else if (bin < last && !isBelow(stop)) bin++;
        else break;
      }
      if (isEncoder) encode(start, stop - start); else take(start, stop);
      stored = bin;
      if (isNear) stored = max(0, min(bin * binWidth + lowest, 255));
      store<u8>(at, stored);
      value = <f64>stored;
      density = f64x2.mul(share, f64x2.sub(f64x2.splat(1.0), share));
    }
    const drawn = f64x2.mul(z, density), farthest = isLossy ? 100.0 : 20.0;
    const difference = f64x2.sub(v128.shuffle<f64>(density, drawn, 0, 2), v128.shuffle<f64>(density, drawn, 1, 3));
    const covered = f64x2.extract_lane(share, 1) - f64x2.extract_lane(share, 0);
    const slopes = f64x2.div(difference, f64x2.splat(covered > 1e-9 ? covered : 1e-9));
    let slope = f64x2.extract_lane(slopes, 0), factor = 1.0 + f64x2.extract_lane(slopes, 1);
    slope = slope > 1.0 ? 1.0 : slope < -1.0 ? -1.0 : slope;
    factor = factor > 6.0 ? 6.0 : factor > 0.0 ? factor : 0.0;
    if (f64x2.extract_lane(z, 0) > farthest) { slope = 1.0; factor = 6.0; } else if (f64x2.extract_lane(z, 1) < -farthest) { slope = -1.0; factor = 6.0; }
    const rate = f64x2.splat(0.002 * slope);
    learn(w, f0, rate); learn(w + 16, f1, rate); learn(w + 32, f2, rate); learn(w + 48, f3, rate);
    if (phase > 0) { learn(w + 64, f4, rate); if (phase > 1) { learn(w + 80, f5, rate); learn(w + 96, f6, rate); } }
    store<f64>(wPixel, load<f64>(wPixel) + 0.01 * slope * hint);
    learnRatio(context, bySurprise, factor);
    learnRatio(contrastContext, byContrast, factor);
    learnRatio(greyContext, byGrey, factor);
    store<i16>(pixel + (colour << 1), <i16>stored);
    if ((column & 1) == 0) {
      const target = value - network, missed = (target - expectedHere) * inverse;
      learnSquares(state, inputCount, target, inverse * inverse / (1.0 + 0.25 * (missed * missed)));
    }
    const remembered = floor((value - mean) * 32.0 + 0.5);
    store<i16>(e, <i16>i32(remembered > 32767.0 ? 32767.0 : remembered < -32767.0 ? -32767.0 : remembered));
    store<u8>(c, scaleClass as u8);
  }
}
