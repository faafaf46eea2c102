// The loss and its gradient with respect to the network's output.
//
// One thread a column of a patch, walking down its rows. Writes the gradient into a texture with a border of two zero
// pixels (see `backward_weights.ts`) and one partial sum a column: (sum of |difference|, sum of squares). Padding
// channels contribute nothing: output and residual are both zero there.

struct Options {
  // 1 for the mean absolute error, anything else for the mean squared error.
  loss: u32,
  // 1 / number of samples of the batch.
  scale: f32,
}

@group(0) @binding(0) var output: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var residual: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var gradient: texture_storage_2d_array<rgba32float, write>;
@group(0) @binding(3) var<storage, read_write> partials: array<vec2f>;
@group(0) @binding(4) var<uniform> options: Options;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let size = textureDimensions(output).x;
  if (id.x >= size) { return; }
  let quads = textureNumLayers(output) / workgroups.y;
  var sums = vec2f();
  for (var y = 0u; y < size; y++) {
    for (var quad = 0u; quad < quads; quad++) {
      let layer = id.y * quads + quad;
      let at = vec2u(id.x, y);
      let difference = textureLoad(output, at, layer) - textureLoad(residual, at, layer);
      sums += vec2f(dot(abs(difference), vec4f(1)), dot(difference, difference));
      let slope = select(2 * difference, sign(difference), options.loss == 1u);
      textureStore(gradient, at + 2u, layer, options.scale * slope);
    }
  }
  partials[id.y * size + id.x] = sums;
}
