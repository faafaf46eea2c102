/**
 * A layer of an exact network with SIMD, in AssemblyScript: `deno task assemble` makes `gpu/exact_kernel.ts` of it.
 *
 * Activations are 16-bit, `[row][column][channel]`, in planes with a border of one cell; channels are padded to a multiple of
 * 8. Four cells by eight outputs are summed at a time: a pair of inputs is broadcast, and one multiply-add of pairs gives
 * four outputs. Sums are 32-bit integers. They are rounded as 32-bit floats, which hold them exactly (`exact_network.ts`).
 *
 * Where a row has no four cells left, sums of what lies behind it are made and not stored; planes end with room for that.
 */

// @ts-ignore: decorator
@inline
function finish(sum: v128, factor: v128, slope: v128): v128 {
  const half = f32x4.splat(0.5);
  let value = f32x4.floor(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), factor), half));
  const sloped = f32x4.floor(f32x4.add(f32x4.mul(value, slope), half));
  return v128.bitselect(sloped, value, f32x4.lt(value, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function store(at: usize, skip: usize, low: v128, high: v128, limit: v128): void {
  let packed = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(low), i32x4.trunc_sat_f32x4_s(high));
  if (skip != 0) packed = i16x8.add_sat_s(packed, v128.load(skip));
  packed = i16x8.min_s(i16x8.max_s(packed, i16x8.neg(limit)), limit);
  v128.store(at, packed);
}

/**
 * Convolves a plane with 3×3 weights, then rounds, applies slopes, adds `skip` and bounds.
 *
 * @param source activations of the layer before, from the corner of their border on
 * @param target where the outputs go, likewise
 * @param skip what is added to the outputs, a plane like `target`; 0: nothing
 * @param width cells of a row
 * @param height rows
 * @param inputs channels of `source`, a multiple of 2
 * @param sourceCell bytes of a cell of `source`
 * @param outputs channels of `target`, a multiple of 8
 * @param weights `[outputs / 8][tap][inputs / 2][8 outputs][2 inputs]`, i16
 * @param parameters `[outputs / 8]`: 8 biases, i32; 8 factors that shifts stand for, f32; 8 slopes, f32
 * @param most largest magnitude of an output
 */
export function convolve(
  source: usize, target: usize, skip: usize, width: i32, height: i32,
  inputs: i32, sourceCell: i32, outputs: i32, weights: usize, parameters: usize, most: i32,
): void {
  const limit = i16x8.splat(most as i16);
  const sourceRow: usize = <usize>(width + 2) * sourceCell;
  const targetCell: usize = outputs * 2;
  const targetRow: usize = <usize>(width + 2) * targetCell;
  const pairs = inputs >> 1;
  const groupBytes: usize = 9 * pairs * 32;
  for (let row = 0; row < height; row++) {
    for (let group = 0; group < outputs >> 3; group++) {
      const from = weights + groupBytes * group;
      const own = parameters + 96 * group;
      const bias0 = v128.load(own), bias1 = v128.load(own, 16);
      const factor0 = v128.load(own, 32), factor1 = v128.load(own, 48);
      const slope0 = v128.load(own, 64), slope1 = v128.load(own, 80);
      for (let column = 0; column < width; column += 4) {
        let a0 = bias0, a1 = bias1, b0 = bias0, b1 = bias1, c0 = bias0, c1 = bias1, d0 = bias0, d1 = bias1;
        let w = from;
        for (let y = 0; y < 3; y++) {
          let cell = source + sourceRow * (row + y) + sourceCell * column;
          for (let x = 0; x < 3; x++) {
            let at = cell;
            const end = cell + (pairs << 2);
            while (at < end) {
              const w0 = v128.load(w), w1 = v128.load(w, 16);
              let p = v128.load32_splat(at);
              a0 = i32x4.add(a0, i32x4.dot_i16x8_s(p, w0));
              a1 = i32x4.add(a1, i32x4.dot_i16x8_s(p, w1));
              p = v128.load32_splat(at + sourceCell);
              b0 = i32x4.add(b0, i32x4.dot_i16x8_s(p, w0));
              b1 = i32x4.add(b1, i32x4.dot_i16x8_s(p, w1));
              p = v128.load32_splat(at + 2 * sourceCell);
              c0 = i32x4.add(c0, i32x4.dot_i16x8_s(p, w0));
              c1 = i32x4.add(c1, i32x4.dot_i16x8_s(p, w1));
              p = v128.load32_splat(at + 3 * sourceCell);
              d0 = i32x4.add(d0, i32x4.dot_i16x8_s(p, w0));
              d1 = i32x4.add(d1, i32x4.dot_i16x8_s(p, w1));
              at += 4;
              w += 32;
            }
            cell += sourceCell;
          }
        }
        const to = target + targetRow * (row + 1) + targetCell * (column + 1) + 16 * group;
        const add = skip != 0 ? skip + (to - target) : 0;
        const left = width - column;
        store(to, add, finish(a0, factor0, slope0), finish(a1, factor1, slope1), limit);
        if (left > 1) store(to + targetCell, add != 0 ? add + targetCell : 0, finish(b0, factor0, slope0), finish(b1, factor1, slope1), limit);
        if (left > 2) store(to + 2 * targetCell, add != 0 ? add + 2 * targetCell : 0, finish(c0, factor0, slope0), finish(c1, factor1, slope1), limit);
        if (left > 3) store(to + 3 * targetCell, add != 0 ? add + 3 * targetCell : 0, finish(d0, factor0, slope0), finish(d1, factor1, slope1), limit);
      }
    }
  }
}
