// The plainest convolution there is: one thread computes one output quad of one cell, reading everything it needs from
// storage buffers in loops. No tiling, nothing shared, nothing unrolled. It is slow everywhere and runs everywhere,
// which makes it the oracle of the other kernels on the device itself.
//
// Workgroups are 8 × 8 cells; the third dimension of the dispatch is the output quad.

override inputQuads: u32;
override outputQuads: u32;
// 0: linear, 1: PReLU, 2: add `skip`; 3, 4 and 5 the same of exact networks, whose functions are `exact_epilogue.wgsl`.
override epilogue: u32;

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> skip: array<vec4f>;
@group(0) @binding(4) var<uniform> plane: vec2u;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= plane)) {
    return;
  }
  let last = vec2i(plane) - 1;
  var sum = weights[outputQuads * inputQuads * 36 + id.z];
  for (var quad = 0u; quad < inputQuads; quad++) {
    for (var tap = 0u; tap < 9; tap++) {
      let offset = vec2i(i32(tap % 3), i32(tap / 3)) - 1;
      let cell = vec2u(clamp(vec2i(id.xy) + offset, vec2i(0), last));
      let x = source[(quad * plane.y + cell.y) * plane.x + cell.x];
      let row = (id.z * inputQuads + quad) * 36 + tap;
      sum = fma(vec4f(x.x), weights[row], sum);
      sum = fma(vec4f(x.y), weights[row + 9], sum);
      sum = fma(vec4f(x.z), weights[row + 18], sum);
      sum = fma(vec4f(x.w), weights[row + 27], sum);
    }
  }
  let index = (id.z * plane.y + id.y) * plane.x + id.x;
  let ends = outputQuads * inputQuads * 36 + id.z;
  if (epilogue == 1) {
    sum = max(sum, vec4f()) + weights[ends + outputQuads] * min(sum, vec4f());
  } else if (epilogue == 2) {
    sum += skip[index];
  } else if (epilogue > 2) {
    var value = roundShifted(sum, weights[ends + 2 * outputQuads]);
    if (epilogue == 4) {
      value = sloped(value, weights[ends + outputQuads]);
    } else if (epilogue == 5) {
      value += vec4i(skip[index]);
    }
    sum = bounded(value, select(1023, 32767, epilogue == 3));
  }
  result[index] = sum;
}
