// The gradients of a layer's bias and slopes, as far as partial sums: one thread a column and quad, down all rows of a part of the
// patches; the dispatch's depth is the number of parts.
//
// `gradient` is that of the convolution's output, before the PReLU. With u the convolution's output, a = slope × u the
// activation where u < 0 and g the gradient of a, `gradient` is g × slope there; so the slope's gradient, the sum of
// g × u, is the sum of gradient × a / slope². Dividing is left to `reduce.wgsl`.

@group(0) @binding(0) var gradient: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(1) var activation: texture_storage_2d_array<rgba32float, read>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

override columns = 16u;
override images: u32;

@compute @workgroup_size(columns)
fn sumBias(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let quads = workgroups.y;
  let size = textureDimensions(gradient).x - 4u;
  if (id.x >= size) { return; }
  var bias = vec4f();
  for (var image = id.z; image < images; image += workgroups.z) {
    for (var y = 0u; y < size; y++) {
      bias += textureLoad(gradient, vec2u(id.x, y) + 2u, image * quads + id.y);
    }
  }
  partials[((id.z * size + id.x) * quads + id.y) * 2u] = bias;
}

@compute @workgroup_size(columns)
fn sumBiasAndSlopes(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let quads = workgroups.y;
  let size = textureDimensions(gradient).x - 4u;
  if (id.x >= size) { return; }
  var bias = vec4f();
  var slopes = vec4f();
  for (var image = id.z; image < images; image += workgroups.z) {
    for (var y = 0u; y < size; y++) {
      let layer = image * quads + id.y;
      let value = textureLoad(gradient, vec2u(id.x, y) + 2u, layer);
      bias += value;
      slopes += value * min(textureLoad(activation, vec2u(id.x, y), layer), vec4f());
    }
  }
  let slot = ((id.z * size + id.x) * quads + id.y) * 2u;
  partials[slot] = bias;
  partials[slot + 1u] = slopes;
}
