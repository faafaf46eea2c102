// The most multiply-adds that a shader gets out of a device: nothing but sums in registers.
//
// Each invocation keeps twelve sums, enough that none waits for the one before it and few enough that all stay in
// registers on a processor with sixteen. The factor and the term come from a buffer, so that nothing can be computed
// beforehand. 48 multiply-adds are written out for each time round, so that the loop itself weighs little.

@group(0) @binding(0) var<storage, read_write> values: array<f32>;

override rounds: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = values[0];
  let term = values[1];
  var s0 = f32(id.x + 0u);
  var s1 = f32(id.x + 1u);
  var s2 = f32(id.x + 2u);
  var s3 = f32(id.x + 3u);
  var s4 = f32(id.x + 4u);
  var s5 = f32(id.x + 5u);
  var s6 = f32(id.x + 6u);
  var s7 = f32(id.x + 7u);
  var s8 = f32(id.x + 8u);
  var s9 = f32(id.x + 9u);
  var s10 = f32(id.x + 10u);
  var s11 = f32(id.x + 11u);
  for (var round = 0u; round < rounds; round++) {
    s0 = fma(s0, factor, term);
    s1 = fma(s1, factor, term);
    s2 = fma(s2, factor, term);
    s3 = fma(s3, factor, term);
    s4 = fma(s4, factor, term);
    s5 = fma(s5, factor, term);
    s6 = fma(s6, factor, term);
    s7 = fma(s7, factor, term);
    s8 = fma(s8, factor, term);
    s9 = fma(s9, factor, term);
    s10 = fma(s10, factor, term);
    s11 = fma(s11, factor, term);
    s0 = fma(s0, factor, term);
    s1 = fma(s1, factor, term);
    s2 = fma(s2, factor, term);
    s3 = fma(s3, factor, term);
    s4 = fma(s4, factor, term);
    s5 = fma(s5, factor, term);
    s6 = fma(s6, factor, term);
    s7 = fma(s7, factor, term);
    s8 = fma(s8, factor, term);
    s9 = fma(s9, factor, term);
    s10 = fma(s10, factor, term);
    s11 = fma(s11, factor, term);
    s0 = fma(s0, factor, term);
    s1 = fma(s1, factor, term);
    s2 = fma(s2, factor, term);
    s3 = fma(s3, factor, term);
    s4 = fma(s4, factor, term);
    s5 = fma(s5, factor, term);
    s6 = fma(s6, factor, term);
    s7 = fma(s7, factor, term);
    s8 = fma(s8, factor, term);
    s9 = fma(s9, factor, term);
    s10 = fma(s10, factor, term);
    s11 = fma(s11, factor, term);
    s0 = fma(s0, factor, term);
    s1 = fma(s1, factor, term);
    s2 = fma(s2, factor, term);
    s3 = fma(s3, factor, term);
    s4 = fma(s4, factor, term);
    s5 = fma(s5, factor, term);
    s6 = fma(s6, factor, term);
    s7 = fma(s7, factor, term);
    s8 = fma(s8, factor, term);
    s9 = fma(s9, factor, term);
    s10 = fma(s10, factor, term);
    s11 = fma(s11, factor, term);
  }
  values[id.x + 2u] = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
}
