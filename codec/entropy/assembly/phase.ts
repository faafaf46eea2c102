/**
 * The samples of a phase, in AssemblyScript: `deno task assemble` makes `codec/entropy/phase_kernel.ts` of it.
 *
 * Repeats `phase_coder.ts`, `adaptation.ts`, `logistic.ts` and `range_coder.ts` operation by operation, in doubles and 32-bit
 * integers, so that bytes, bins, errors and what is learnt are the same.
 */

const CLASSES: i32 = 97;
const FEATURES: i32 = 13;
const CONTEXTS: i32 = 49 * 8;

/** Doubles of the tails of the logistic distribution: 641, and one that fills up. */
const TAILS: i32 = 642;

let tails: usize = 0, scales: usize = 0, inverses: usize = 0, surprises: usize = 0, features: usize = 0;
let weights: usize = 0, ratios: usize = 0, counts: usize = 0;

/** Tells where the tables lie: tails, scales, their inverses (f64), 264 levels of surprise (u8); then room for 16 features. */
export function setTables(at: usize): void {
  tails = at;
  scales = tails + TAILS * 8;
  inverses = scales + CLASSES * 8;
  surprises = inverses + CLASSES * 8;
  features = surprises + 264;
}

/** Tells where what is learnt lies: weights, ratios, counts (f64). */
export function setAdaptation(at: usize): void {
  weights = at;
  ratios = weights + 9 * FEATURES * 8;
  counts = ratios + 9 * CONTEXTS * 8;
}

let low: u32 = 0, carry: u32 = 0, range: u32 = 0, held: u32 = 0, heldCount: u32 = 0, isFirst: bool = true;
let bytes: usize = 0, bytesEnd: usize = 0, code: u32 = 0, part: u32 = 0;

/** Starts a stream whose bytes go to `at`. */
export function startEncoder(at: usize): void {
  low = 0; carry = 0; range = 0xffffffff; held = 0; heldCount = 0; isFirst = true; bytes = at;
}

/** Ends the stream; returns the address behind its last byte. */
export function finishEncoder(): usize {
  for (let i = 0; i < 5; i++) shift();
  return bytes;
}

/** Starts to read a stream; behind `end` are zeros. */
export function startDecoder(at: usize, end: usize): void {
  bytes = at; bytesEnd = end; range = 0xffffffff; code = 0;
  for (let i = 0; i < 4; i++) code = next();
}

// @ts-ignore: decorator
@inline
function next(): u32 {
  let byte: u32 = 0;
  if (bytes < bytesEnd) byte = load<u8>(bytes++);
  return (code << 8) | byte;
}

function shift(): void {
  if (low < 0xff000000 || carry == 1) {
    if (!isFirst) store<u8>(bytes++, held + carry);
    isFirst = false;
    for (; heldCount > 0; heldCount--) store<u8>(bytes++, 0xff + carry);
    held = low >>> 24;
    carry = 0;
  } else heldCount++;
  low = low << 8;
}

// @ts-ignore: decorator
@inline
function encode(start: u32, frequency: u32): void {
  const p = range >>> 16, add = p * start, sum = low + add;
  if (sum < low) carry = 1;
  low = sum;
  range = start + frequency == 65536 ? range - add : p * frequency;
  while (range < 0x1000000) { shift(); range <<= 8; }
}

// @ts-ignore: decorator
@inline
function take(start: u32, frequency: u32): void {
  const before = part * start;
  code -= before;
  range = start + frequency == 65536 ? range - before : part * frequency;
  while (range < 0x1000000) { code = next(); range <<= 8; }
}

// @ts-ignore: decorator
@inline
function logistic(z: f64): f64 {
  const at = abs(z) * 32.0;
  let tail: f64;
  if (at < 640.0) {
    const i = i32(at), p = tails + (<usize>i << 3), v = load<f64>(p);
    tail = v + (load<f64>(p, 8) - v) * (at - <f64>i);
  } else tail = load<f64>(tails, 640 * 8);
  return z < 0 ? tail : 1.0 - tail;
}

// @ts-ignore: decorator
@inline
function asFeature(e: i32, unit: f64): f64 {
  return min(max(<f64>e * unit, -6.0), 6.0);
}

let origin: f64 = 0, step: f64 = 0, bins: i32 = 0, room: f64 = 0;

// @ts-ignore: decorator
@inline
function cumulative(bin: i32): u32 {
  if (bin == 0) return 0;
  if (bin == bins) return 65536;
  return <u32>i32(logistic(origin + <f64>bin * step) * room) + bin;
}

/**
 * Codes rows from `firstRow` up to `end`.
 *
 * @param block i32: phase, width, height, stride, colours, largest error, address of predictions, of bins; then for each of
 * three planes of errors width, height, address of errors, of classes
 */
export function codeRows(block: usize, firstRow: i32, end: i32, isEncoder: bool): void {
  const phase = load<i32>(block), width = load<i32>(block, 4), stride = load<i32>(block, 12), colours = load<i32>(block, 16), maxError = load<i32>(block, 20);
  const predictions = <usize>load<u32>(block, 24), samples = <usize>load<u32>(block, 28);
  const own = block + 32 + 16 * phase;
  const errors = <usize>load<u32>(own, 8), classes = <usize>load<u32>(own, 12);
  const dWidth = load<i32>(block, 32), dHeight = load<i32>(block, 36), dErrors = <usize>load<u32>(block, 40);
  const oWidth = load<i32>(block, 48), oHeight = load<i32>(block, 52), oErrors = <usize>load<u32>(block, 56), oClasses = <usize>load<u32>(block, 60);
  const binWidth = 2 * maxError + 1; bins = (255 + maxError) / binWidth + 1; room = <f64>(65536 - bins);
  const line = width * 3;
  for (let row = firstRow; row < end; row++) for (let column = 0; column < width; column++) for (let colour = 0; colour < colours; colour++) {
    const at = (row * width + column) * 3 + colour;
    const from = predictions + (row * stride + column) * 18;
    const named = <i32>load<i16>(from + ((3 + colour) << 1));
    const scaleClass = min(max(named, 0), CLASSES - 1);
    const scale = load<f64>(scales + (<usize>scaleClass << 3)), inverse = load<f64>(inverses + (<usize>scaleClass << 3));
    const unit = inverse / 32.0;
    const e = errors + (<usize>at << 1), c = classes + at;
    const hasWest = column > 0, hasNorth = row > firstRow;
    let found: f64 = 0, expected: f64 = 0; let f = features; let error: i32 = 0;
    if (hasWest) { error = load<i16>(e - 6); found += <f64>abs(error); expected += load<f64>(scales + (<usize>load<u8>(c - 3) << 3)); }
    store<f64>(f, asFeature(error, unit)); f += 8; error = 0;
    const n = e - (<usize>line << 1), nc = c - line;
    if (hasNorth) { error = load<i16>(n); found += <f64>abs(error); expected += load<f64>(scales + (<usize>load<u8>(nc) << 3)); }
    store<f64>(f, asFeature(error, unit)); f += 8; error = 0;
    if (hasNorth && hasWest) { error = load<i16>(n - 6); found += 0.5 * <f64>abs(error); expected += 0.5 * load<f64>(scales + (<usize>load<u8>(nc - 3) << 3)); }
    store<f64>(f, asFeature(error, unit)); f += 8; error = 0;
    if (hasNorth && column + 1 < width) { error = load<i16>(n + 6); found += 0.5 * <f64>abs(error); expected += 0.5 * load<f64>(scales + (<usize>load<u8>(nc + 3) << 3)); }
    store<f64>(f, asFeature(error, unit)); f += 8;
    let mean = <f64>load<i16>(from + (colour << 1)) / 16.0;
    if (colour > 0) {
      const green = <i32>load<i16>(e - (colour << 1));
      mean += <f64>load<i16>(from + ((5 + colour) << 1)) / 64.0 * (<f64>green / 32.0);
      store<f64>(f, asFeature(green, unit)); f += 8;
      found += <f64>abs(green); expected += load<f64>(scales + (<usize>load<u8>(c - colour) << 3));
      if (colour > 1) {
        const red = <i32>load<i16>(e - 2);
        mean += <f64>load<i16>(from + 16) / 64.0 * (<f64>red / 32.0);
        store<f64>(f, asFeature(red, unit)); f += 8;
        found += <f64>abs(red); expected += load<f64>(scales + (<usize>load<u8>(c - 1) << 3));
      }
    }
    if (phase > 0) {
      const here = dErrors + (((row * dWidth + column) * 3 + colour) << 1);
      store<f64>(f, asFeature(row < dHeight && column < dWidth ? load<i16>(here) : 0, unit)); f += 8;
      if (phase == 1) { store<f64>(f, asFeature(row > 0 && column < dWidth ? load<i16>(here - dWidth * 6) : 0, unit)); f += 8; }
      else {
        store<f64>(f, asFeature(column > 0 && row < dHeight ? load<i16>(here - 6) : 0, unit)); f += 8;
        for (let k = 0; k < 4; k++) {
          const y = row + (k >> 1), x = column - (k & 1); error = 0;
          if (x >= 0 && x < oWidth && y < oHeight && y < end) {
            const there = (y * oWidth + x) * 3 + colour;
            error = load<i16>(oErrors + (there << 1));
            found += 0.7 * <f64>abs(error); expected += 0.7 * load<f64>(scales + (<usize>load<u8>(oClasses + there) << 3));
          }
          store<f64>(f, asFeature(error, unit)); f += 8;
        }
      }
    }
    store<f64>(f, 0.3); f += 8;
    const count = (f - features) >> 3;
    const place = phase * 3 + colour;
    const w = weights + place * FEATURES * 8;
    let sum: f64 = 0; const wEnd = w + (count << 3);
    for (let p = w, q = features; p < wEnd; p += 8, q += 8) sum += load<f64>(p) * load<f64>(q);
    const corrected = mean + sum * scale;
    const norm = expected * 1.3862943611198906; let surprise: i32 = 3;
    if (norm > 0) { const r = (found / 32.0 + 0.1 * norm) / (1.5 * norm) * 16.0; surprise = load<u8>(surprises + (r < 256.0 ? i32(r) : 256)); }
    const context: usize = <usize>(place * CONTEXTS + (scaleClass >> 1) * 8 + surprise) << 3;
    const ratio = load<f64>(ratios + context) / load<f64>(counts + context);
    const inv = inverse / ratio;
    origin = (<f64>-maxError - 0.5 - corrected) * inv; step = <f64>binWidth * inv;
    const sample = samples + (row * stride + column) * 4 + colour;
    let bin: i32;
    if (isEncoder) { bin = load<u8>(sample); const s = cumulative(bin); encode(s, cumulative(bin + 1) - s); }
    else {
      part = range >>> 16; const pos = min<u32>(code / part, 65535);
      // Compared before it is made a whole number, which it may be too large for.
      const guess = floor(corrected / <f64>binWidth + 0.5);
      bin = guess >= <f64>bins ? bins - 1 : guess > 0 ? i32(guess) : 0;
      let s = cumulative(bin), t: u32;
      if (s > pos) { do { t = s; s = cumulative(--bin); } while (s > pos); }
      else { t = cumulative(bin + 1); while (t <= pos) { bin++; s = t; t = cumulative(bin + 1); } }
      take(s, t - s); store<u8>(sample, bin);
    }
    const value = min(bin * binWidth, 255);
    const zLow = bin == 0 ? 0.0 : origin + <f64>bin * step, zHigh = bin == bins - 1 ? 0.0 : origin + <f64>(bin + 1) * step;
    const lo = bin == 0 ? 0.0 : logistic(zLow), hi = bin == bins - 1 ? 1.0 : logistic(zHigh);
    const share = max(hi - lo, 1e-9), ld = lo * (1.0 - lo), hd = hi * (1.0 - hi);
    const beyond: f64 = bin != 0 && zLow > 20.0 ? 1.0 : bin != bins - 1 && zHigh < -20.0 ? -1.0 : 0.0;
    const slope = (beyond != 0.0 ? beyond : min(max((ld - hd) / share, -1.0), 1.0)) * 0.002;
    for (let p = w, q = features; p < wEnd; p += 8, q += 8) store<f64>(p, load<f64>(p) + slope * load<f64>(q));
    const wanted = 1.0 + (zLow * ld - zHigh * hd) / share;
    const factor = beyond != 0.0 || wanted > 6.0 ? 6.0 : wanted > 0.0 ? wanted : 0.0;
    const next = factor * ratio;
    let nr = load<f64>(ratios + context) + (next < 0.00390625 ? 0.00390625 : next > 4096.0 ? 4096.0 : next), nc2 = load<f64>(counts + context) + 1.0;
    if (nc2 > 400.0) { nr /= 2.0; nc2 /= 2.0; }
    store<f64>(ratios + context, nr); store<f64>(counts + context, nc2);
    const remembered = floor((<f64>value - mean) * 32.0 + 0.5);
    store<i16>(e, <i16>i32(min(max(remembered, -32767.0), 32767.0)));
    store<u8>(c, scaleClass as u8);
  }
}
