// Adds a step's partial losses to the running total since the last read-back: one workgroup, strided sums, which its first
// thread adds up. One thread alone would wait for memory hundreds of times on a graphics processor.

struct Total { sums: vec2f, steps: f32, gradientNorm: f32 }

const LANES = 32u;

@group(0) @binding(0) var<storage, read> partials: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> total: Total;

var<workgroup> laneSums: array<vec2f, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sums = vec2f();
  for (var index = lane; index < arrayLength(&partials); index += LANES) {
    sums += partials[index];
  }
  laneSums[lane] = sums;
  workgroupBarrier();
  if (lane > 0u) { return; }
  for (var other = 1u; other < LANES; other++) { sums += laneSums[other]; }
  total.sums += sums;
  total.steps += 1;
}
