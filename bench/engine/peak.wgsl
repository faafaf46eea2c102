// The most multiply-adds that a shader gets out of a device: nothing but sums in registers.
//
// Each invocation keeps twelve sums, enough that none waits for the one before it and few enough that all stay in
// registers on a processor with sixteen. The factor and the term come from a buffer, so that nothing can be computed
// beforehand. 48 multiply-adds are written out for each time round, so that the loop itself weighs little.

@group(0) @binding(0) var<storage, read_write> values: array<f32>;

override rounds: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = vec4f(values[0]);
  let term = vec4f(values[1]);
  var a = vec4f(vec4u(0, 1, 2, 3) + id.x);
  var b = a + 4;
  var c = a + 8;
  for (var round = 0u; round < rounds; round++) {
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
  }
  values[id.x + 2u] = dot(a + b + c, vec4f(1));
}
