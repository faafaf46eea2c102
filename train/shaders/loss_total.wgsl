// Adds a step's partial losses to the running total since the last read-back: one thread, a few hundred sums.

struct Total { sums: vec2f, steps: f32, gradientNorm: f32 }

@group(0) @binding(0) var<storage, read> partials: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> total: Total;

@compute @workgroup_size(1)
fn main() {
  var sums = vec2f();
  for (var index = 0u; index < arrayLength(&partials); index++) {
    sums += partials[index];
  }
  total.sums += sums;
  total.steps += 1;
}
